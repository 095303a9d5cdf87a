import { limits } from '../limits.ts';
import type { OutboxItem } from '../ports.ts';

const encoder = new TextEncoder();

/**
 * Whether a stream takes it. What no stream takes would stay at the head of the outbox for ever, with everything behind
 * it; the bound is the same on every storage, so that a replay on another one comes out the same.
 */
export function fitsIntoMessage(item: OutboxItem): boolean {
  // A receipt that is too large leaves its largest part behind.
  if (item.to === 'receipts') return true;
  const text = JSON.stringify(item.to === 'log' ? item.message : item.decision);
  // No character takes more than three bytes for each of its units, and hardly any message comes near the bound.
  if (3 * text.length <= limits.messageBytesMax) return true;
  return encoder.encode(text).length <= limits.messageBytesMax;
}
