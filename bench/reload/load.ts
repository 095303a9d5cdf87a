import { Agent, request } from 'node:http';

/** Customers of the load. */
const customers = 2_000;

export interface Answer {
  /** Version of the rulebook that decided. */
  readonly rulebook: string;
}

/** Asks one server for decisions over connections that stay open. */
export class DecisionClient {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #asked = 0;

  constructor(url: string) {
    this.#url = `${url}/v1/decide`;
  }

  close(): void {
    this.#agent.destroy();
  }

  async ask(): Promise<Answer> {
    return JSON.parse(await this.#post()) as Answer;
  }

  /**
   * Open loop: so many a second, whatever the server does. Milliseconds from when each was to be sent to its answer, so
   * that one that had to wait for its turn counts with its wait.
   */
  async atRate(perSecond: number, ms: number): Promise<readonly number[]> {
    const total = Math.round((perSecond * ms) / 1_000);
    const gapMs = 1_000 / perSecond;
    const began = performance.now();
    const latencies: number[] = [];
    const open: Promise<void>[] = [];
    for (let sent = 0; sent < total; ) {
      const due = began + sent * gapMs;
      if (due > performance.now()) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      open.push(this.#post().then(() => void latencies.push(performance.now() - due)));
      sent += 1;
    }
    await Promise.all(open);
    return latencies;
  }

  /** Closed loop: each lane asks as soon as it was answered. Answers a second. */
  async atMost(lanes: number, ms: number): Promise<number> {
    const began = performance.now();
    let answered = 0;
    const lane = async () => {
      while (performance.now() < began + ms) {
        await this.#post();
        answered += 1;
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return answered / ((performance.now() - began) / 1_000);
  }

  #post(): Promise<string> {
    this.#asked += 1;
    const userId = `c${(this.#asked * 7_919) % customers}`;
    const text = JSON.stringify({ customer: { userId }, placements: ['home-hero'] });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const sent = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => {
          if (response.statusCode === 200) resolve(body);
          else reject(new Error(`${this.#url} answered ${response.statusCode}: ${body}`));
        });
      });
      sent.on('error', reject);
      sent.end(text);
    });
  }
}
