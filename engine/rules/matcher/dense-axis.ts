import type { FactOperand } from '../../model/condition.ts';
import { holdsFor, type IndexableLiteral } from './indexable.ts';
import { type Axis, clearBit, type Entry, hasBit, setBit } from './lay-out.ts';
import { type NumberRows, type NumberRowsOptions, numberRows } from './number-rows.ts';
import type { RowStore } from './row-store.ts';
import { applyChanges, type TextRows, textRows } from './text-rows.ts';

/** Stands for the address of a row where the literals have to be tried one by one. */
export const noRow = -1;

/** One fact as rows of bits: for any value of the fact, one row says which conjunctions that value does not rule out. */
export class DenseAxis {
  readonly operand: FactOperand;
  readonly numbers: NumberRows;
  private readonly entries: readonly Entry[];
  /** True when a literal orders: then texts that begin with a number, lists and maps count by what they come to. */
  private readonly hasOrder: boolean;
  private readonly texts: TextRows;
  private readonly words: number;
  private readonly nullRow: number;
  private readonly trueRow: number;
  private readonly falseRow: number;
  /** Of everything that no literal names and that is no number. */
  private readonly otherRow: number;
  /** Where a text's bits are written to when it has no row of its own. */
  private readonly scratchRow: number;

  constructor({ operand, entries }: Axis, options: NumberRowsOptions) {
    const { rows } = options;
    this.operand = operand;
    this.entries = entries;
    this.words = rows.words;
    this.hasOrder = entries.some(({ literal }) => literal.family === 'order');
    this.numbers = numberRows(entries, options);
    const others = rowOfOthers(entries, rows);
    this.otherRow = rows.add(others);
    const addWord = (word: boolean | null) => {
      const row = rowOfWord(entries, others, word);
      return row === undefined ? this.otherRow : rows.add(row);
    };
    this.nullRow = addWord(null);
    this.trueRow = addWord(true);
    this.falseRow = addWord(false);
    this.texts = textRows(entries, others, options);
    this.scratchRow = this.texts.kind === 'changes' ? rows.add(rows.blank()) : noRow;
  }

  /** Memory of what its rows share, in bytes. */
  get listBytes(): number {
    const { ending, beginning, within, withinTo } = this.numbers;
    const arrays = [ending, beginning, within].flatMap(({ starts, segments, bits }) => [
      starts,
      segments,
      bits,
    ]);
    if (this.texts.kind === 'changes') arrays.push(this.texts.changes.starts, this.texts.changes.switches);
    return arrays.reduce((bytes, { byteLength }) => bytes + byteLength, withinTo.byteLength);
  }

  /** Address of the row of a value that is no number, or is NaN. */
  rowOf(value: unknown, words: Int32Array): number {
    if (typeof value === 'string') return this.rowOfText(value, words);
    if (value === undefined) return this.otherRow;
    if (value === true) return this.trueRow;
    if (value === false) return this.falseRow;
    if (value === null) return this.nullRow;
    return this.hasOrder && typeof value !== 'number' ? noRow : this.otherRow;
  }

  private rowOfText(text: string, words: Int32Array): number {
    if (this.hasOrder && mayBeNumber(text)) return noRow;
    if (this.texts.kind === 'rows') return this.texts.addresses.get(text) ?? this.otherRow;
    const { changes } = this.texts;
    const number = changes.numberOf.get(text);
    if (number === undefined) return this.otherRow;
    const to = this.scratchRow >>> 2;
    const from = this.otherRow >>> 2;
    words.copyWithin(to, from, from + this.words);
    applyChanges(words, changes, { number, from: to });
    return this.scratchRow;
  }

  /** Rules out what the shared row of a segment let through. */
  refine(segment: number, bits: Int32Array): void {
    const { ending, beginning, within, withinTo, shift } = this.numbers;
    const row = segment >> shift;
    let end = ending.starts[row + 1] as number;
    for (let at = ending.starts[row] as number; at < end; at += 1) {
      if ((ending.segments[at] as number) < segment) break;
      clearBit(bits, ending.bits[at] as number);
    }
    end = beginning.starts[row + 1] as number;
    for (let at = beginning.starts[row] as number; at < end; at += 1) {
      if ((beginning.segments[at] as number) > segment) break;
      clearBit(bits, beginning.bits[at] as number);
    }
    end = within.starts[row + 1] as number;
    for (let at = within.starts[row] as number; at < end; at += 1) {
      const isInside = (within.segments[at] as number) <= segment && segment <= (withinTo[at] as number);
      if (isInside) clearBit(bits, within.bits[at] as number);
    }
  }

  /** Tries the literals of what is left one by one. Conjunctions of one condition share theirs, and follow each other. */
  tryAll(value: unknown, bits: Int32Array): void {
    const { entries } = this;
    let tried: IndexableLiteral | undefined;
    let isHeld = true;
    for (let index = 0; index < entries.length; index += 1) {
      const { bit, literal } = entries[index] as Entry;
      if (!hasBit(bits, bit)) continue;
      if (literal !== tried) isHeld = holdsFor(literal, value);
      tried = literal;
      if (!isHeld) clearBit(bits, bit);
    }
  }
}

/**
 * Whether a text may begin with a number, going by its first character; what may not, an order takes for no number at
 * all. (To parse it would be exact, and would allocate the outcome.)
 */
function mayBeNumber(text: string): boolean {
  const first = text.charCodeAt(0);
  // Digits; the signs and the point before digits; the I of Infinity; and white space, which may stand before all those.
  const isPlain = first > 0x20 && first < 0x80 && (first < 0x30 || first > 0x39);
  return text !== '' && !(isPlain && first !== 0x2b && first !== 0x2d && first !== 0x2e && first !== 0x49);
}

function rowOfOthers(entries: readonly Entry[], rows: RowStore): Int32Array {
  const row = rows.blank();
  for (const { bit, literal } of entries) if (!literal.other) clearBit(row, bit);
  return row;
}

/** Undefined when no literal names the word. */
function rowOfWord(
  entries: readonly Entry[],
  others: Int32Array,
  word: boolean | null,
): Int32Array | undefined {
  const naming = new Set<number>();
  for (const { bit, literal } of entries) if (literal.words.includes(word)) naming.add(bit);
  if (naming.size === 0) return undefined;
  const row = others.slice();
  for (const bit of naming) setBit(row, bit);
  for (const { bit, literal } of entries) {
    if (naming.has(bit) && !holdsFor(literal, word)) clearBit(row, bit);
  }
  return row;
}
