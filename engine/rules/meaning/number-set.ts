/**
 * A set of numbers: the number line, cut at some points. `inside` says of every piece whether it belongs to the set,
 * from the left: the stretch before the first cut, the first cut itself, the stretch after it, and so on. The stretches
 * at the ends reach to infinity and contain it. NaN is not on the line.
 */
export interface NumberSet {
  /** Ascending and finite. */
  readonly cuts: readonly number[];
  /** `2 * cuts.length + 1` pieces. */
  readonly inside: readonly boolean[];
}

/** `whole`: only whole numbers are there to be found. */
export interface NumberLine {
  readonly whole: boolean;
}

export const everyNumber: NumberSet = { cuts: [], inside: [true] };
export const noNumber: NumberSet = { cuts: [], inside: [false] };
export const numbersFromZero: NumberSet = { cuts: [0], inside: [false, true, true] };

/** The numbers for which a test holds whose answer only changes at the cuts. */
export function numbersWhere(cuts: readonly number[], holds: (number: number) => boolean): NumberSet {
  const ascending = [...new Set(cuts.map((cut) => cut + 0))].sort((one, other) => one - other);
  const inside = [holds(beforeAll(ascending[0]))];
  for (const [index, cut] of ascending.entries()) {
    const at = holds(cut);
    const between = after(cut, ascending[index + 1]);
    // Between two numbers that follow each other directly there is nothing to ask.
    inside.push(at, between === undefined ? at : holds(between));
  }
  return compact({ cuts: ascending, inside });
}

export type Combine = (one: boolean, other: boolean) => boolean;
export const and: Combine = (one, other) => one && other;
export const or: Combine = (one, other) => one || other;

export function combineNumbers(one: NumberSet, other: NumberSet, combine: Combine): NumberSet {
  const cuts: number[] = [];
  const inside = [combine(one.inside[0] === true, other.inside[0] === true)];
  let left = 0;
  let right = 0;
  while (left < one.cuts.length || right < other.cuts.length) {
    const nextLeft = one.cuts[left] ?? Number.POSITIVE_INFINITY;
    const nextRight = other.cuts[right] ?? Number.POSITIVE_INFINITY;
    const cut = Math.min(nextLeft, nextRight);
    const inLeft = pieceAt(one, left, nextLeft === cut);
    const inRight = pieceAt(other, right, nextRight === cut);
    if (nextLeft === cut) left += 1;
    if (nextRight === cut) right += 1;
    cuts.push(cut);
    inside.push(
      combine(inLeft, inRight),
      combine(one.inside[2 * left] === true, other.inside[2 * right] === true),
    );
  }
  return compact({ cuts, inside });
}

/** Whether the set has the cut of this index, or, where the cut is another set's, the stretch before it. */
function pieceAt({ inside }: NumberSet, index: number, own: boolean): boolean {
  return inside[own ? 2 * index + 1 : 2 * index] === true;
}

export function complementOfNumbers({ cuts, inside }: NumberSet): NumberSet {
  return { cuts, inside: inside.map((piece) => !piece) };
}

export function hasNumber({ cuts, inside }: NumberSet, number: number): boolean {
  let index = 0;
  while (index < cuts.length && (cuts[index] as number) < number) index += 1;
  return inside[cuts[index] === number ? 2 * index + 1 : 2 * index] === true;
}

/** One of its numbers, zero or a positive one where there is a choice; undefined when there is none. */
export function someNumber(set: NumberSet, line: NumberLine): number | undefined {
  if (hasNumber(set, 0)) return 0;
  let found: number | undefined;
  for (const number of samples(set, line)) {
    if (number >= 0) return number;
    found ??= number;
  }
  return found;
}

export function isWithoutNumbers(set: NumberSet, line: NumberLine): boolean {
  return samples(set, line).next().done === true;
}

/** All its numbers; undefined when there are more than `max`. */
export function listNumbers(
  { cuts, inside }: NumberSet,
  { whole, max }: NumberLine & { readonly max: number },
): readonly number[] | undefined {
  if (inside[0] || inside[inside.length - 1]) return undefined;
  const numbers: number[] = [];
  for (const [index, cut] of cuts.entries()) {
    if (inside[2 * index + 1] && (!whole || Number.isInteger(cut))) numbers.push(cut);
    const next = cuts[index + 1];
    if (inside[2 * index + 2] && next !== undefined) {
      if (!whole || next - cut > max) return undefined;
      for (let number = Math.floor(cut) + 1; number < next; number += 1) numbers.push(number);
    }
    if (numbers.length > max) return undefined;
  }
  return numbers;
}

/** A number of every piece that has one. */
function* samples({ cuts, inside }: NumberSet, line: NumberLine): Generator<number> {
  if (inside[0]) yield beforeAll(cuts[0]);
  for (const [index, cut] of cuts.entries()) {
    if (inside[2 * index + 1] && (!line.whole || Number.isInteger(cut))) yield cut;
    const between = inside[2 * index + 2] ? after(cut, cuts[index + 1], line) : undefined;
    if (between !== undefined) yield between;
  }
}

function beforeAll(first: number | undefined): number {
  return first === undefined ? 0 : Math.floor(first) - Math.max(1, Math.ceil(Math.abs(first)));
}

/** A number between two cuts, or after the last one; undefined when there is none. */
function after(
  cut: number,
  next: number | undefined,
  { whole }: NumberLine = { whole: false },
): number | undefined {
  const round = Math.floor(cut) + 1;
  if (next === undefined) return round > cut ? round : cut + Math.abs(cut);
  if (round > cut && round < next) return round;
  if (whole && round > cut) return undefined;
  const middle = cut / 2 + next / 2;
  return middle > cut && middle < next ? middle : undefined;
}

/** Without the cuts at which nothing changes. */
function compact(set: NumberSet): NumberSet {
  const { cuts, inside } = set;
  const kept = cuts.filter(
    (_, index) =>
      inside[2 * index] !== inside[2 * index + 1] || inside[2 * index + 1] !== inside[2 * index + 2],
  );
  if (kept.length === cuts.length) return set;
  return {
    cuts: kept,
    inside: [inside[0] === true, ...kept.flatMap((cut) => piecesFrom(set, cut))],
  };
}

function piecesFrom({ cuts, inside }: NumberSet, cut: number): readonly boolean[] {
  const index = cuts.indexOf(cut);
  return [inside[2 * index + 1] === true, inside[2 * index + 2] === true];
}
