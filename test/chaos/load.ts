import { Random } from '../simulation/random.ts';
import { soon } from './pause.ts';
import type { Worker } from './workers.ts';

export const customers = 40;
export const voucherCap = 3;
export const noteCap = 4;

/** What the channels got to be true to. */
export const chaosBook = `currency: EUR
channels:
  web: { direction: pull }
  push: { direction: push }
placements:
  hero: { channel: web, limit: 1, fallback: { title: Hello } }
  note: { channel: push, limit: 1 }
features:
  pings: { count: Ping }
policies:
  voucher-cap: { scope: action, match: { actions: [voucher] }, limit: ${voucherCap}, within: 7d, counts: decided }
  note-cap: { scope: channel, match: { channels: [push] }, limit: ${noteCap}, within: 7d, counts: decided }
triggers:
  hot: { on: Ping, when: { fact: event.properties.hot, operator: equal, value: true }, ask: note }
arbitration: { exploration: 0, prior: { positives: 1, negatives: 9 } }
---
action: voucher
group: sales/vouchers
value: 100
treatments:
  hero: { channel: web, content: { title: Voucher } }
---
action: guide
group: service/advice
value: 5
treatments:
  hero: { channel: web, content: { title: Guide } }
---
action: hint
group: service/hints
value: 2
treatments:
  note: { channel: push, content: { text: Hint } }
`;

export interface Told {
  readonly user: string;
  readonly request: string;
  readonly decisionId: string;
  readonly action: string | undefined;
}

/** What the channels know when it is over. */
export interface Ledger {
  sent: number;
  /** Events of each customer that were accepted; each once, however often it was sent. */
  readonly accepted: Map<string, number>;
  readonly told: Told[];
  /** The longest time in which nothing was accepted. */
  longestGapMs: number;
  repeats: number;
}

const answerMs = 3_000;
const restMs = 15;

/** Channels that send and ask until they are told to stop, and repeat everything until it is accepted. */
export class Load {
  readonly ledger: Ledger = { sent: 0, accepted: new Map(), told: [], longestGapMs: 0, repeats: 0 };
  readonly #workers: readonly Worker[];
  readonly #random: Random;
  #isOver = false;
  #serial = 0;
  #acceptedAt = performance.now();

  constructor(workers: readonly Worker[], seed: number) {
    this.#workers = workers;
    this.#random = new Random(seed);
  }

  /** Resolves once `stop` was called and everything under way was accepted. */
  async run(): Promise<void> {
    this.#acceptedAt = performance.now();
    const senders = Array.from({ length: 6 }, () => this.#untilOver(() => this.#sendSome()));
    const askers = Array.from({ length: 4 }, () => this.#untilOver(() => this.#askOnce()));
    await Promise.all([...senders, ...askers]);
  }

  stop(): void {
    this.#isOver = true;
  }

  async #untilOver(work: () => Promise<void>): Promise<void> {
    while (!this.#isOver) {
      await work();
      await soon(this.#random.below(2 * restMs));
    }
  }

  async #sendSome(): Promise<void> {
    const events = Array.from({ length: this.#random.between(1, 4) }, () => this.#event());
    await this.#repeat('/v1/batch', { batch: events });
    for (const { userId } of events) {
      this.ledger.accepted.set(userId, (this.ledger.accepted.get(userId) ?? 0) + 1);
    }
    this.#noteGap();
    if (this.#random.chance(0.1)) await this.#repeat('/v1/batch', { batch: events });
  }

  #event() {
    this.#serial += 1;
    return {
      type: 'track',
      event: 'Ping',
      messageId: `chaos-${this.#serial}`,
      userId: this.#user(),
      properties: { hot: this.#random.chance(0.2) },
    };
  }

  async #askOnce(): Promise<void> {
    this.#serial += 1;
    const user = this.#user();
    const request = `ask-${this.#serial}`;
    const body = { customer: { userId: user }, placements: ['hero'], requestId: request };
    for (let time = this.#random.chance(0.2) ? 2 : 1; time > 0; time -= 1) {
      const answer = (await this.#repeat('/v1/decide', body)) as {
        readonly decisionId: string;
        readonly placements: { readonly hero?: readonly { readonly action?: string }[] };
      };
      const action = answer.placements.hero?.[0]?.action;
      this.ledger.told.push({ user, request, decisionId: answer.decisionId, action });
    }
  }

  /** Sends it to one worker after the other until one accepts it. */
  async #repeat(path: string, body: object): Promise<unknown> {
    for (;;) {
      const worker = this.#workers[this.#random.below(this.#workers.length)] as Worker;
      this.ledger.sent += 1;
      const answer = await ask(worker, path, body);
      if (answer !== undefined) return answer;
      this.ledger.repeats += 1;
      await soon(this.#random.between(20, 200));
    }
  }

  #noteGap(): void {
    const now = performance.now();
    this.ledger.longestGapMs = Math.max(this.ledger.longestGapMs, now - this.#acceptedAt);
    this.#acceptedAt = now;
  }

  #user(): string {
    return `u${this.#random.below(customers)}`;
  }
}

/** The answer, or undefined when there was none or it was "not now". */
async function ask({ url }: Worker, path: string, body: object): Promise<unknown> {
  try {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(answerMs),
    });
    const text = await response.text();
    if (response.status === 200) return JSON.parse(text);
    if (response.status >= 500 || response.status === 429) return undefined;
    return refused(path, response.status, text);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    return undefined;
  }
}

/** What is refused for good would be repeated for ever. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

function refused(path: string, status: number, text: string): never {
  throw new Refusal(`${path} was refused with ${status}: ${text}`);
}
