import { createServer, type Server, Socket } from 'node:net';

/** A TCP door whose connections can be led to another server, held up without a word, or cut. */
export class Switchboard {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #target: number;
  #isHeld = false;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (near) => this.#join(near));
  }

  static async open(target: number): Promise<Switchboard> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new Switchboard(server, target);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** New connections go there; the old ones are cut. */
  lead(target: number): void {
    this.#target = target;
    this.#isHeld = false;
    this.cut();
  }

  /** Nothing gets through any more, and neither side is told. */
  hold(): void {
    this.#isHeld = true;
    for (const [near, far] of this.#pairs) {
      near.pause();
      far.pause();
    }
  }

  cut(): void {
    for (const [near, far] of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut();
    await closed;
  }

  #join(near: Socket): void {
    const far = new Socket();
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    const part = () => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of pair) socket.setNoDelay(true).on('error', part).on('close', part);
    far.connect(this.#target, '127.0.0.1', () => {
      near.on('data', (data) => far.write(data));
      far.on('data', (data) => near.write(data));
      if (this.#isHeld) this.hold();
    });
  }
}
