import { limits } from '../limits.ts';

/**
 * The memory of applied messages: `[hash, minute, hash, minute, ...]`, newest last. A duplicate always meets the same
 * customer, so no global set is needed.
 */
const minuteMs = 60_000;

export function hasSeen(seen: readonly number[], hash: number): boolean {
  for (let index = seen.length - 2; index >= 0; index -= 2) {
    if (seen[index] === hash) return true;
  }
  return false;
}

/**
 * Ids of the last 48 hours, and the newest few whatever their age. Years of history go by within seconds when they are
 * played in, so there the age tells nothing of when a message may come again, and the number alone is the bound.
 */
export function remember(
  seen: readonly number[],
  hash: number,
  { receivedAt, replayed }: { readonly receivedAt: number; readonly replayed?: true },
): readonly number[] {
  const horizon = replayed
    ? Number.NEGATIVE_INFINITY
    : Math.floor((receivedAt - limits.seenAgeMsMax) / minuteMs);
  const count = seen.length / 2 + 1;
  let forget = Math.max(0, count - limits.seenMax);
  while (count - forget > limits.seenAlways && (seen[forget * 2 + 1] as number) < horizon) forget += 1;
  // Not by spreading, which would leave room to grow in every customer that is kept in memory.
  return (forget === 0 ? seen : seen.slice(forget * 2)).concat(hash, Math.floor(receivedAt / minuteMs));
}
