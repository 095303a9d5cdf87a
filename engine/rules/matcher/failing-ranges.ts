import { holdsFor, type IndexableLiteral } from './indexable.ts';
import type { NumberLines } from './number-lines.ts';

/** Where ranges of segments are put; both ends belong to the range. */
export interface FailingRanges {
  readonly bits: number[];
  readonly from: number[];
  readonly to: number[];
}

/** A literal of one conjunction, and the line its numbers are on. */
export interface Placed {
  readonly bit: number;
  readonly lines: NumberLines;
  readonly line: number;
}

/** Adds the ranges of segments in which a literal does not hold, as few as possible. */
export function addFailingRanges(ranges: FailingRanges, literal: IndexableLiteral, placed: Placed): void {
  const { bit, lines, line } = placed;
  const { numbers } = literal;
  let start = -1;
  let from = 0;
  for (let index = 0; index <= numbers.length; index += 1) {
    start = next(ranges, { bit, start, at: from, holds: holdsBelow(literal, index) });
    if (index === numbers.length) break;
    const point = lines.segmentOf(line, numbers[index] as number);
    start = next(ranges, { bit, start, at: point, holds: holdsAt(literal, index) });
    from = point + 1;
  }
  if (start !== -1) close(ranges, { bit, start, at: lines.lastSegment(line) + 1 });
}

/** Goes on to the stretch of segments that begins at `at`; returns where the open range began, -1 when none is. */
function next(
  ranges: FailingRanges,
  {
    holds,
    ...open
  }: { readonly bit: number; readonly start: number; readonly at: number; readonly holds: boolean },
): number {
  if (!holds) return open.start === -1 ? open.at : open.start;
  if (open.start !== -1) close(ranges, open);
  return -1;
}

function close(
  { bits, from, to }: FailingRanges,
  { bit, start, at }: { readonly bit: number; readonly start: number; readonly at: number },
): void {
  bits.push(bit);
  from.push(start);
  to.push(at - 1);
}

/** In the gap below the number of this index, tried on a value in it. */
function holdsBelow(literal: IndexableLiteral, index: number): boolean {
  const { family, numbers } = literal;
  if (family === 'equality') return literal.other;
  const below = numbers[index - 1];
  const above = numbers[index];
  if (below === undefined) return holdsFor(literal, above === undefined ? 0 : Number.NEGATIVE_INFINITY);
  // Halves, because the sum of two numbers may be more than a number can hold.
  return holdsFor(literal, above === undefined ? Number.POSITIVE_INFINITY : below / 2 + above / 2);
}

function holdsAt(literal: IndexableLiteral, index: number): boolean {
  // All that an equality names gets the same answer; asking each of a long list would take long.
  return literal.family === 'equality' ? literal.named : holdsFor(literal, literal.numbers[index]);
}
