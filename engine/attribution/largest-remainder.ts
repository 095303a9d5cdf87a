import { assert } from '../assert.ts';

/**
 * Shares out a whole amount, such as cents, by whole weights, exactly: every share is its part rounded down, and what is
 * left goes, one by one, to those that lost most by it; of two that lost alike to the later one. Nothing is rounded on the
 * way, so the shares sum to the amount whatever its size. A negative amount, such as a return, is shared out like its
 * opposite.
 */
export function shareOut(amount: number, weights: readonly number[]): readonly number[] {
  assert(Number.isSafeInteger(amount), 'an amount is shared out in whole units');
  assert(
    weights.every((weight) => Number.isSafeInteger(weight) && weight >= 0),
    'weights are whole and not negative',
  );
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n);
  assert(sum > 0n, 'somebody gets a share');
  const size = BigInt(Math.abs(amount));
  const parts = weights.map((weight, index) => {
    const exact = size * BigInt(weight);
    return { index, share: Number(exact / sum), rest: exact % sum };
  });
  let left = Number(size) - parts.reduce((all, { share }) => all + share, 0);
  const shares = parts.map(({ share }) => share);
  for (const { index, share } of parts.sort(byRest)) {
    if (left === 0) break;
    shares[index] = share + 1;
    left -= 1;
  }
  // Not -0, which would be another value for nothing.
  return amount < 0 ? shares.map((share) => 0 - share) : shares;
}

interface Part {
  readonly index: number;
  readonly rest: bigint;
}

function byRest(one: Part, other: Part): number {
  if (one.rest !== other.rest) return one.rest > other.rest ? -1 : 1;
  return other.index - one.index;
}
