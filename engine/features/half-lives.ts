import type { FeatureState } from '../model/customer-state.ts';
import { millionths } from './totals.ts';

/**
 * Sums that lose half of themselves every half-life. Time is cut at multiples of the half-life since 1970; what happened
 * in one piece is summed as it will be worth at the piece's end, in whole millionths. So a sum never depends on the order
 * of arrival and merges exactly; all that is lost is the rounding of each amount, and what is older than 32 half-lives.
 *
 * State: `[piece1, sum1, piece2, sum2, ...]`, ascending.
 */

const piecesKept = 32;

export function addDecaying(
  state: FeatureState | undefined,
  { time, amount }: { readonly time: number; readonly amount: number },
  halfLifeMs: number,
): FeatureState {
  const piece = Math.floor(time / halfLifeMs);
  const worth =
    Math.round(amount * millionths * powerOfTwo((time - (piece + 1) * halfLifeMs) / halfLifeMs)) + 0;
  if (state === undefined) return [piece, worth];
  // Most events are the newest so far; what they add to is the last piece.
  const last = state.length - 2;
  if (state[last] !== piece) return addPieces(state, [piece, worth]);
  const pieces = state.slice() as number[];
  pieces[last + 1] = (state[last + 1] as number) + worth;
  return pieces;
}

export function sumOfDecaying(states: readonly FeatureState[], halfLifeMs: number, now: number): number {
  const pieces = states.length > 1 ? states.reduce(addPieces) : states[0];
  if (!pieces || pieces.length === 0) return 0;
  let sum = 0;
  let last = pieces[0] as number;
  for (let index = 0; index < pieces.length; index += 2) {
    const piece = pieces[index] as number;
    sum = sum * 2 ** (last - piece) + (pieces[index + 1] as number);
    last = piece;
  }
  return (sum / millionths) * powerOfTwo(((last + 1) * halfLifeMs - now) / halfLifeMs);
}

function addPieces(one: FeatureState, other: FeatureState): FeatureState {
  const sums = new Map<number, number>();
  for (const pieces of [one, other] as readonly (readonly number[])[]) {
    for (let index = 0; index < pieces.length; index += 2) {
      const piece = pieces[index] as number;
      sums.set(piece, (sums.get(piece) ?? 0) + (pieces[index + 1] as number));
    }
  }
  const newest = Math.max(...sums.keys());
  return [...sums]
    .filter(([piece]) => piece > newest - piecesKept)
    .sort(([piece], [next]) => piece - next)
    .flat();
}

/** 2^(1/2), 2^(1/4), 2^(1/8), ... */
const roots = Array.from({ length: 32 }, (_, index) => index).reduce<number[]>(
  (found) => [...found, Math.sqrt(found[found.length - 1] ?? 2)],
  [],
);

/**
 * 2^x to 32 binary places of x, by multiplication and square roots alone: these are the same to the last bit on every
 * machine, which `Math.pow` need not be, and states are compared byte by byte.
 */
export function powerOfTwo(x: number): number {
  const whole = Math.floor(x);
  let rest = x - whole;
  let power = 2 ** Math.max(-1_074, Math.min(1_023, whole));
  for (const root of roots) {
    rest *= 2;
    if (rest < 1) continue;
    rest -= 1;
    power *= root;
  }
  return power;
}
