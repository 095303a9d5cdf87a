import { addFailingRanges, type FailingRanges } from './failing-ranges.ts';
import { clearBit, type Entry, setBit } from './lay-out.ts';
import type { NumberLines } from './number-lines.ts';
import type { RowStore } from './row-store.ts';

/**
 * What numbers rule out. The number line is cut at every number that a literal names; `2 ** shift` neighbouring segments
 * share a row. A shared row lets through what holds anywhere in it, and lists the ranges that end inside it, to be looked
 * at one by one. The shift grows until the rows fit, which bounds the memory whatever the number of rules.
 */
export interface NumberRows {
  readonly shift: number;
  /** Address of the row of the lowest numbers; the others follow. */
  readonly first: number;
  /** Ranges that come from below and end inside a row: they rule out up to their last segment. Highest first. */
  readonly ending: BitLists;
  /** Ranges that begin inside a row and go on above it: they rule out from their first segment on. Lowest first. */
  readonly beginning: BitLists;
  /** Ranges inside one row: a first segment, for which the bit is ruled out up to the last segment in `withinTo`. */
  readonly within: BitLists;
  readonly withinTo: Int32Array;
}

/** Lists of bits by row, each with a segment: those of row `r` are at `starts[r]` up to `starts[r + 1]`. */
export interface BitLists {
  readonly starts: Int32Array;
  readonly segments: Int32Array;
  readonly bits: Int32Array;
}

export interface NumberRowsOptions {
  readonly lines: NumberLines;
  /** Number of the fact's line. */
  readonly line: number;
  readonly rows: RowStore;
  readonly rowsMax: number;
}

export function numberRows(entries: readonly Entry[], options: NumberRowsOptions): NumberRows {
  const { lines, line, rows, rowsMax } = options;
  const last = lines.lastSegment(line);
  const cut = { last, shift: shiftFor(last, rowsMax) };
  const ranges = rangesOf(entries, options);
  return { shift: cut.shift, first: addRows(rows, ranges, cut), ...straddling(ranges, cut) };
}

function shiftFor(last: number, rowsMax: number): number {
  let shift = 0;
  while (last >> shift > 0 && last >> shift >= rowsMax) shift += 1;
  return shift;
}

function rangesOf(
  entries: readonly Entry[],
  { lines, line }: { readonly lines: NumberLines; readonly line: number },
): FailingRanges {
  const ranges: FailingRanges = { bits: [], from: [], to: [] };
  for (const { bit, literal } of entries) addFailingRanges(ranges, literal, { bit, lines, line });
  return ranges;
}

interface Cut {
  readonly last: number;
  readonly shift: number;
}

/** The first row that a range covers wholly, and the last; the first is beyond the last when there are none. */
function firstCovered(from: number, { shift }: Cut): number {
  return (from + (1 << shift) - 1) >> shift;
}

function lastCovered(to: number, { last, shift }: Cut): number {
  return to === last ? to >> shift : ((to + 1) >> shift) - 1;
}

/** A range rules its bit out from the first row that it covers to the last. */
function addRows(rows: RowStore, { bits, from, to }: FailingRanges, cut: Cut): number {
  const count = (cut.last >> cut.shift) + 1;
  const begins = lists(count);
  const ends = lists(count + 1);
  for (let range = 0; range < bits.length; range += 1) {
    const first = firstCovered(from[range] as number, cut);
    const last = lastCovered(to[range] as number, cut);
    if (first > last) continue;
    begins[first]?.push(bits[range] as number);
    ends[last + 1]?.push(bits[range] as number);
  }
  const row = rows.blank();
  const covering = new Map<number, number>();
  let address = -1;
  for (let index = 0; index < count; index += 1) {
    for (const bit of ends[index] ?? []) {
      const left = (covering.get(bit) ?? 0) - 1;
      covering.set(bit, left);
      if (left === 0) setBit(row, bit);
    }
    for (const bit of begins[index] ?? []) {
      covering.set(bit, (covering.get(bit) ?? 0) + 1);
      clearBit(row, bit);
    }
    const added = rows.add(row);
    if (index === 0) address = added;
  }
  return address;
}

function straddling(
  { bits, from, to }: FailingRanges,
  cut: Cut,
): Pick<NumberRows, 'ending' | 'beginning' | 'within' | 'withinTo'> {
  const count = (cut.last >> cut.shift) + 1;
  const ending = lists(count);
  const beginning = lists(count);
  const within = lists(count);
  for (let range = 0; range < bits.length; range += 1) {
    const low = (from[range] as number) >> cut.shift;
    const high = (to[range] as number) >> cut.shift;
    const beginsInside = low < firstCovered(from[range] as number, cut);
    const endsInside = high > lastCovered(to[range] as number, cut);
    if (beginsInside && endsInside && low === high) {
      within[low]?.push(range);
      continue;
    }
    if (beginsInside) beginning[low]?.push(range);
    if (endsInside) ending[high]?.push(range);
  }
  for (const list of ending) list.sort((one, other) => (to[other] as number) - (to[one] as number));
  for (const list of beginning) list.sort((one, other) => (from[one] as number) - (from[other] as number));
  return {
    ending: bitLists(ending, to, bits),
    beginning: bitLists(beginning, from, bits),
    within: bitLists(within, from, bits),
    withinTo: Int32Array.from(within.flat(), (range) => to[range] as number),
  };
}

function bitLists(
  byRow: readonly (readonly number[])[],
  segments: readonly number[],
  bits: readonly number[],
): BitLists {
  const starts = new Int32Array(byRow.length + 1);
  for (const [row, list] of byRow.entries()) starts[row + 1] = (starts[row] as number) + list.length;
  const ranges = Int32Array.from(byRow.flat());
  return {
    starts,
    segments: ranges.map((range) => segments[range] as number),
    bits: ranges.map((range) => bits[range] as number),
  };
}

function lists(length: number): number[][] {
  return Array.from({ length }, () => []);
}
