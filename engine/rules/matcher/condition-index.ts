import { limits } from '../../limits.ts';
import type { ConditionTree } from '../../model/condition.ts';
import type { FactValues } from '../../model/rulebook.ts';
import { operandValue } from '../conditions/condition-tree.ts';
import { DenseAxis, noRow } from './dense-axis.ts';
import {
  bitsAt,
  type IndexMemory,
  layoutFor,
  type MemoryOptions,
  openIndexMemory,
  usesVectors,
} from './index-memory.ts';
import { holdsFor } from './indexable.ts';
import { type Axis, clearBit, hasBit, layOut } from './lay-out.ts';
import { NumberLines } from './number-lines.ts';
import { Residuals } from './residuals.ts';
import { RowStore } from './row-store.ts';

export interface IndexOptions extends MemoryOptions {
  /**
   * A fact whose conjunctions are fewer than the words of a row divided by this has them tried one by one. When absent,
   * what was found to cost the same.
   */
  readonly wordsPerEntry?: number;
  /** Rows of one fact, for its numbers and as many again for its texts; as many as the limits allow when absent. */
  readonly rowsMax?: number;
  /** Memory for the literals, beyond which conditions are carried out as they stand; that of the limits when absent. */
  readonly literalBytesMax?: number;
}

/**
 * Many conditions as one index: which of them hold for these facts?
 *
 * Every condition is brought to disjunctive normal form, and every conjunction gets a bit. For each fact, the index has
 * rows of bits: the row of a value lacks the conjunctions that this value rules out. The bits that are left after the
 * rows of all facts were intersected are the conjunctions that hold, but for tests that no index can answer; these are
 * carried out for the survivors alone.
 *
 * M1. The answer is that of each condition's own `holds`, for any facts whatever.
 * M2. A match allocates nothing. Its answer belongs to the index, and stands until the next match.
 * M3. Memory is bounded: a fact's rows take `indexFactBytesMax` at most and share what does not fit; a fact with few
 *     conjunctions has no rows at all; a condition whose normal form is too large is carried out as it stands, and so are
 *     those of a book whose normal forms together come to more than `indexBytesMax`.
 */
export class ConditionIndex {
  /** Memory of the index's rows, lines and lists, in bytes; the literals and a map of the texts come on top. */
  readonly bytes: number;
  private readonly dense: readonly DenseAxis[];
  private readonly sparse: readonly Axis[];
  private readonly lines: NumberLines;
  private readonly memory: IndexMemory;
  private readonly residuals: Residuals;
  private readonly alive: Int32Array;
  /** Whose further conjunctions they are. */
  private readonly targets: Int32Array;
  /** Conjunctions that are not ruled out yet; the first words are the answer. */
  private readonly bits: Int32Array;
  private readonly answer: Int32Array;
  private readonly rowBytes: number;
  /** Address of the row that rules nothing out, and how many addresses a match hands over. */
  private readonly neutral: number;
  private readonly addresses: number;
  /** Of each dense axis: its fact, the address of its first row, and the shift of its segments. */
  private readonly slots: Int32Array;
  private readonly firsts: Int32Array;
  private readonly shifts: Int32Array;
  /** Where each dense axis's number fell in this match; `elsewhere` for what is no number. */
  private readonly segments: Int32Array;
  /** Dense axes with shared rows, and those whose literals must be tried in this match. */
  private readonly shared: readonly number[];
  private readonly untold: Int32Array;
  private untoldCount = 0;

  /** A missing tree always holds. */
  constructor(trees: readonly (ConditionTree | undefined)[], options: IndexOptions = {}) {
    const laidOut = layOut(trees, {
      conjunctionsMax: limits.conjunctionsPerConditionMax,
      literalBytesMax: options.literalBytesMax ?? limits.indexBytesMax,
    });
    const { axes, words } = laidOut;
    const { wordsPerEntry = wordsAsDearAsAnEntry(words, options) } = options;
    const isDense = ({ entries }: Axis) => entries.length * wordsPerEntry >= words;
    const dense = axes.filter(isDense).sort(byLookUp);
    const layout = layoutFor(dense.length, words, options);
    const rows = new RowStore(layout);
    const rowsMax = options.rowsMax ?? rowsMaxFor(layout.rowWords * 4, dense.length);
    this.lines = new NumberLines(dense.map(numbersOf));
    this.dense = dense.map((axis, line) => new DenseAxis(axis, { lines: this.lines, line, rows, rowsMax }));
    this.sparse = axes.filter((axis) => !isDense(axis));
    this.memory = openIndexMemory(layout, rows.finished());
    this.memory.words.fill(rows.neutral, 0, layout.addresses);
    const lists = this.dense.reduce((bytes, axis) => bytes + axis.listBytes, 0);
    this.bytes = this.memory.words.byteLength + this.lines.bytes + lists;
    this.bits = this.memory.words.subarray(bitsAt(layout), bitsAt(layout) + words);
    this.answer = this.bits.subarray(0, laidOut.answerWords);
    this.rowBytes = layout.rowWords * 4;
    this.neutral = rows.neutral;
    this.addresses = layout.addresses;
    this.slots = Int32Array.from(this.dense, ({ operand }) => (operand.path ? -1 : operand.slot));
    this.firsts = Int32Array.from(this.dense, ({ numbers }) => numbers.first);
    this.shifts = Int32Array.from(this.dense, ({ numbers }) => numbers.shift);
    this.segments = new Int32Array(dense.length);
    this.shared = [...this.shifts.keys()].filter((at) => this.shifts[at] !== 0);
    this.untold = new Int32Array(dense.length);
    this.alive = laidOut.alive;
    this.targets = Int32Array.from(laidOut.targets);
    this.residuals = new Residuals(laidOut);
  }

  /**
   * Bit `i` of the answer is set when condition `i` holds. With `candidates`, a bitset of the same shape, only those are
   * looked at, and all others are off.
   */
  match(facts: FactValues, candidates?: Int32Array): Int32Array {
    this.start(candidates);
    if (this.dense.length > 0) {
      this.lookUp(facts);
      this.memory.intersect(this.addresses);
      this.refine(facts);
    }
    if (this.sparse.length > 0) this.trySparse(facts);
    this.residuals.apply(facts, this.bits);
    if (this.targets.length > 0) this.gather(candidates);
    return this.answer;
  }

  private start(candidates: Int32Array | undefined): void {
    const { bits, alive, answer } = this;
    if (candidates === undefined) {
      bits.set(alive);
      return;
    }
    const words = answer.length;
    for (let word = 0; word < words; word += 1) {
      bits[word] = (alive[word] as number) & (candidates[word] as number);
    }
    for (let word = words; word < bits.length; word += 1) bits[word] = alive[word] as number;
  }

  /** Finds the row of every dense axis. */
  private lookUp(facts: FactValues): void {
    const { dense, slots, firsts, shifts, segments, lines, rowBytes, memory } = this;
    const { words } = memory;
    this.untoldCount = 0;
    for (let at = 0; at < slots.length; at += 1) {
      const slot = slots[at] as number;
      const value = slot === -1 ? operandValue((dense[at] as DenseAxis).operand, facts) : facts[slot];
      if (typeof value === 'number' && !Number.isNaN(value)) {
        const segment = lines.segmentOf(at, value);
        segments[at] = segment;
        words[at] = (firsts[at] as number) + (segment >> (shifts[at] as number)) * rowBytes;
      } else {
        segments[at] = elsewhere;
        words[at] = this.rowOfOther(at, value);
      }
    }
  }

  private rowOfOther(at: number, value: unknown): number {
    const row = (this.dense[at] as DenseAxis).rowOf(value, this.memory.words);
    if (row !== noRow) return row;
    this.untold[this.untoldCount] = at;
    this.untoldCount += 1;
    return this.neutral;
  }

  /** Looks closer where the rows could not tell all. */
  private refine(facts: FactValues): void {
    const { dense, shared, segments, bits, untold } = this;
    for (let index = 0; index < shared.length; index += 1) {
      const at = shared[index] as number;
      const segment = segments[at] as number;
      if (segment !== elsewhere) (dense[at] as DenseAxis).refine(segment, bits);
    }
    for (let index = 0; index < this.untoldCount; index += 1) {
      const axis = dense[untold[index] as number] as DenseAxis;
      axis.tryAll(operandValue(axis.operand, facts), bits);
    }
  }

  private trySparse(facts: FactValues): void {
    const { sparse, bits } = this;
    for (let at = 0; at < sparse.length; at += 1) {
      const { operand, entries } = sparse[at] as Axis;
      const value = operandValue(operand, facts);
      for (let index = 0; index < entries.length; index += 1) {
        const { bit, literal } = entries[index] as Axis['entries'][number];
        if (hasBit(bits, bit) && !holdsFor(literal, value)) clearBit(bits, bit);
      }
    }
  }

  /** A condition holds when any of its further conjunctions does. */
  private gather(candidates: Int32Array | undefined): void {
    const { targets, bits, answer } = this;
    const words = answer.length;
    for (let word = words; word < bits.length; word += 1) {
      const first = (word - words) << 5;
      let left = bits[word] as number;
      while (left !== 0) {
        const target = targets[first + 31 - Math.clz32(left & -left)] as number;
        left &= left - 1;
        answer[target >> 5] = (answer[target >> 5] as number) | (1 << (target & 31));
      }
    }
    if (candidates === undefined) return;
    for (let word = 0; word < words; word += 1) {
      answer[word] = (answer[word] as number) & (candidates[word] as number);
    }
  }
}

/** To intersect so many words of a row costs about as much as to try one literal. */
function wordsAsDearAsAnEntry(words: number, options: MemoryOptions): number {
  return usesVectors(words, options) ? 32 : 7;
}

/**
 * Facts that are compared with numbers first, so that the look-up does not change its ways from one to the next; among
 * those, what rules most out, so that a block is done as soon as nothing is left in it.
 */
function byLookUp(one: Axis, other: Axis): number {
  const isNumeric = ({ entries }: Axis) => Number(entries.some(({ literal }) => literal.numbers.length > 0));
  return isNumeric(other) - isNumeric(one) || other.entries.length - one.entries.length;
}

function numbersOf({ entries }: Axis): readonly number[] {
  const numbers: number[] = [];
  for (const { literal } of entries) for (const number of literal.numbers) numbers.push(number);
  return numbers;
}

/** Rows that one fact may have for its numbers, and as many again for its texts. */
function rowsMaxFor(rowBytes: number, axes: number): number {
  const wanted = Math.max(limits.indexFactRowsMin, Math.floor(limits.indexFactBytesMax / rowBytes));
  return Math.max(1, Math.min(wanted, Math.floor(limits.indexBytesMax / 2 / rowBytes / axes)));
}

const elsewhere = -1;
