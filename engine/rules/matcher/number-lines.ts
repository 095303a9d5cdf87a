import { limits } from '../../limits.ts';

/**
 * The number line of each fact, cut at every number that any of its literals names. Segment 2k is the open gap below the
 * k-th number, 2k + 1 the number itself, and the last segment the gap above all of them.
 *
 * A number is found through a grid of equal cells. A cell knows the segment it begins with and up to two numbers inside
 * it; adding up whether the value is above and whether it is at least each of these gives the segment without a branch
 * that a processor could guess wrong. Where more numbers crowd into a cell, a binary search finds the place.
 */
export class NumberLines {
  private readonly numbers: Float64Array;
  /** For each line: where its numbers begin, its lowest number, cells per unit, last cell, where its grid begins. */
  private readonly starts: Int32Array;
  private readonly lows: Float64Array;
  private readonly scales: Float64Array;
  private readonly lastCells: Int32Array;
  private readonly gridStarts: Int32Array;
  /** Three numbers a cell: the segment it begins with, or `crowded`; its numbers, NaN where there are fewer. */
  private readonly grid: Float64Array;

  /** The finite numbers of each line, in any order, each as often as it likes. */
  constructor(lines: readonly Iterable<number>[]) {
    // -0 and 0 are one place on the line; a set takes them for one value as well.
    const sorted = lines.map((numbers) => Float64Array.from(new Set(numbers)).sort());
    const grids = sorted.map(gridOf);
    this.starts = startsOf(sorted.map(({ length }) => length));
    this.numbers = new Float64Array(this.starts[lines.length] as number);
    for (const [line, numbers] of sorted.entries()) this.numbers.set(numbers, this.starts[line]);
    this.lows = Float64Array.from(grids, ({ low }) => low);
    this.scales = Float64Array.from(grids, ({ scale }) => scale);
    this.lastCells = Int32Array.from(grids, ({ lastCell }) => lastCell);
    this.gridStarts = startsOf(grids.map(({ lastCell }) => (lastCell + 1) * cellSize));
    this.grid = new Float64Array(this.gridStarts[lines.length] as number);
    for (let line = 0; line < lines.length; line += 1) this.fillGrid(line);
  }

  /** Memory of the lines, in bytes. */
  get bytes(): number {
    return this.numbers.byteLength + this.grid.byteLength;
  }

  lastSegment(line: number): number {
    return ((this.starts[line + 1] as number) - (this.starts[line] as number)) * 2;
  }

  /** The segment of a value that is not NaN. */
  segmentOf(line: number, value: number): number {
    const { grid } = this;
    const cell = (this.gridStarts[line] as number) + this.cellOf(line, value) * cellSize;
    const base = grid[cell] as number;
    if (base === crowded) return this.search(line, value);
    const first = grid[cell + 1] as number;
    const second = grid[cell + 2] as number;
    return (
      (base | 0) +
      Number(value > first) +
      Number(value >= first) +
      Number(value > second) +
      Number(value >= second)
    );
  }

  private search(line: number, value: number): number {
    const { numbers } = this;
    const start = this.starts[line] as number;
    const end = this.starts[line + 1] as number;
    let low = start;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((numbers[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return (low - start) * 2 + (low < end && numbers[low] === value ? 1 : 0);
  }

  /** Never falls while the value grows, so that values of a lower cell are below those of a higher one. */
  private cellOf(line: number, value: number): number {
    const cell = (value - (this.lows[line] as number)) * (this.scales[line] as number);
    const last = this.lastCells[line] as number;
    return cell > 0 ? (cell < last ? cell | 0 : last) : 0;
  }

  private fillGrid(line: number): void {
    const { grid, numbers } = this;
    const start = this.starts[line] as number;
    const end = this.starts[line + 1] as number;
    let at = start;
    for (let cell = 0; cell <= (this.lastCells[line] as number); cell += 1) {
      const place = (this.gridStarts[line] as number) + cell * cellSize;
      const from = at;
      while (at < end && this.cellOf(line, numbers[at] as number) === cell) at += 1;
      grid[place] = at - from > 2 ? crowded : (from - start) * 2;
      grid[place + 1] = from < at ? (numbers[from] as number) : Number.NaN;
      grid[place + 2] = from + 1 < at ? (numbers[from + 1] as number) : Number.NaN;
    }
  }
}

/** Twice as many cells as numbers, so that few cells hold more than two. */
const cellsPerNumber = 2;
const cellSize = 3;
const crowded = -1;

function gridOf(numbers: Float64Array): {
  readonly low: number;
  readonly scale: number;
  readonly lastCell: number;
} {
  const low = numbers[0] ?? 0;
  const cells = Math.min(limits.indexFactCellsMax, Math.max(1, numbers.length * cellsPerNumber));
  const scale = cells / ((numbers[numbers.length - 1] ?? 0) - low);
  // Where the distance is nothing, or more than a number can hold, one cell holds everything.
  return Number.isFinite(scale) && scale > 0
    ? { low, scale, lastCell: cells - 1 }
    : { low, scale: 0, lastCell: 0 };
}

function startsOf(lengths: readonly number[]): Int32Array {
  const starts = new Int32Array(lengths.length + 1);
  for (const [index, length] of lengths.entries()) starts[index + 1] = (starts[index] as number) + length;
  return starts;
}
