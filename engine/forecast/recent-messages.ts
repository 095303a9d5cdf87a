import type { CustomerKey } from '../model/ids.ts';
import type { CustomerMessage } from '../model/log-message.ts';

/** As long as a message may wait to be folded behind a decision that was made meanwhile. */
const keptMs = 60_000;
const keptMax = 100_000;

/** The latest messages of customers for whom nothing was decided so far. */
export class RecentMessages {
  #messages: CustomerMessage[] = [];

  add(message: CustomerMessage): void {
    this.#messages.push(message);
    if (this.#messages.length < keptMax) return;
    const late = this.#messages.filter(({ receivedAt }) => receivedAt > message.receivedAt - keptMs);
    // Where all of them are of one minute, those that came first are the likeliest to have been folded.
    this.#messages = late.slice(-keptMax / 2);
  }

  /** Those of one customer, in their order; not before the last minute of all of them. */
  of(key: CustomerKey): readonly CustomerMessage[] {
    const newest = this.#messages.at(-1)?.receivedAt ?? 0;
    return this.#messages.filter((message) => message.key === key && message.receivedAt > newest - keptMs);
  }
}
