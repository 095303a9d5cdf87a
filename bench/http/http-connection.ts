import { connect, type Socket } from 'node:net';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What an answer says is not looked at; its status is. */
export type Answered = (status: number) => void;

const headEnd = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);

/**
 * One keep-alive connection, one request at a time. It knows just enough of HTTP/1.1 to tell where an answer ends, so a
 * request costs the generator a fraction of what it costs any server.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #failed: (error: Error) => void;
  #answered: Answered | undefined;
  #received: Buffer = nothing;
  #status = 0;
  /** Bytes of the body that are still to come; undefined while the head is not complete. */
  #left: number | undefined;
  #isClosed = false;

  private constructor(socket: Socket, failed: (error: Error) => void) {
    this.#socket = socket;
    this.#failed = failed;
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', failed);
    socket.on('close', () => {
      if (!this.#isClosed) failed(new Error('the server closed a connection'));
    });
  }

  /** `failed` is called when the connection broke, or the answer is none that it can read. */
  static open({ host, port }: Address, failed: (error: Error) => void): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.removeListener('error', reject);
        resolve(new HttpConnection(socket, failed));
      });
    });
  }

  send(request: string, answered: Answered): void {
    this.#answered = answered;
    this.#socket.write(request, 'utf8');
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (this.#left === undefined) {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      const end = this.#received.indexOf(headEnd);
      if (end < 0) return;
      const bodyAt = end + headEnd.length;
      if (!this.#readHead(this.#received.toString('latin1', 0, end))) return;
      this.#left = (this.#left ?? 0) - (this.#received.length - bodyAt);
      this.#received = nothing;
    } else this.#left -= chunk.length;
    if (this.#left <= 0) this.#finish();
  }

  #readHead(head: string): boolean {
    this.#status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    this.#left = Number(length);
    if (length === undefined)
      this.#failed(new Error(`expected an answer with a content-length, found ${head}`));
    return length !== undefined;
  }

  #finish(): void {
    const answered = this.#answered;
    this.#answered = undefined;
    this.#left = undefined;
    answered?.(this.#status);
  }
}

/** Connections to one server, closed together. */
export class HttpConnections {
  readonly all: readonly HttpConnection[];

  private constructor(all: readonly HttpConnection[]) {
    this.all = all;
  }

  static async open(url: string, count: number, failed: (error: Error) => void): Promise<HttpConnections> {
    const { hostname: host, port } = new URL(url);
    const address = { host, port: Number(port) };
    return new HttpConnections(
      await Promise.all(Array.from({ length: count }, () => HttpConnection.open(address, failed))),
    );
  }

  close(): void {
    for (const connection of this.all) connection.close();
  }
}

/** The text of a request with a JSON body. */
export function postOf(path: string, body: unknown): string {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  return `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${text}`;
}
