import { CodedError } from '../errors.ts';
import type { Clock } from '../ports.ts';

/** How long one request has waited for the store, and whether somebody still waits for its answer. */
export class Patience {
  readonly #clock: Clock;
  #isInTurn = false;
  #isOver = false;
  /** Ms that went by elsewhere: services have time limits of their own. */
  #elsewhereMs = 0;
  #leftAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the store was asked at all: before that the request waits for others of the same customer. */
  get isInTurn(): boolean {
    return this.#isInTurn;
  }

  get elsewhereMs(): number {
    const away = this.#leftAt === undefined ? 0 : this.#clock.now() - this.#leftAt;
    return this.#elsewhereMs + Math.max(0, away);
  }

  /** The request's turn has come. */
  begin(): void {
    this.check();
    this.#isInTurn = true;
  }

  /** Waits for something else than the store. */
  async elsewhere<Result>(work: Promise<Result>): Promise<Result> {
    this.#leftAt = this.#clock.now();
    try {
      return await work;
    } finally {
      this.#elsewhereMs = this.elsewhereMs;
      this.#leftAt = undefined;
    }
  }

  /** Nobody waits any more: what was not sent to the store yet is not sent. */
  giveUp(): void {
    this.#isOver = true;
  }

  check(): void {
    if (this.#isOver) {
      throw new CodedError('NB_STORE_UNAVAILABLE', 'the request was answered without the store meanwhile');
    }
  }
}
