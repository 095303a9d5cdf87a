import { limits } from '../limits.ts';
import type { CustomerMessage } from '../model/log-message.ts';

/** What an erasure leaves behind for `limits.erasureMarkMs`: no id, no data, only when it was. */
export interface ErasureMark {
  /** Nothing that happened up to here may bring the customer back; epoch ms. */
  readonly until: number;
  /** How many times this customer was erased since the first mark that is still kept. */
  readonly count: number;
}

/** Up to when the past is erased, for what happens at `at`; undefined once the mark has lost its force. */
export function erasedUntil(mark: ErasureMark | undefined, at: number): number | undefined {
  return mark && at <= mark.until + limits.erasureMarkMs ? mark.until : undefined;
}

/** When what a message tells took place: not after it came in, whatever the clock of its sender showed. */
export function happenedAt(message: CustomerMessage): number {
  const { receivedAt } = message;
  switch (message.kind) {
    case 'event':
      return Math.min(message.event.timestamp, receivedAt);
    case 'outcome':
      return Math.min(message.timestamp, receivedAt);
    case 'attributes':
      return Math.min(message.state.at, receivedAt);
    case 'timer':
      return message.due;
    default:
      return receivedAt;
  }
}
