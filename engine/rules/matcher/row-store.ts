import { type MemoryLayout, rowsAt } from './index-memory.ts';

/** Collects the rows of an index, in the order in which they will stand in its memory. */
export class RowStore {
  /** 32-bit words of a row. */
  readonly words: number;
  /** Address, in bytes, of a row that rules nothing out. */
  readonly neutral: number;
  private readonly base: number;
  private data: Int32Array;
  private used = 0;

  constructor(layout: MemoryLayout) {
    this.words = layout.rowWords;
    this.base = rowsAt(layout);
    this.data = new Int32Array(this.words * 64);
    this.neutral = this.add(this.blank());
  }

  /** A new row that rules nothing out. */
  blank(): Int32Array {
    return new Int32Array(this.words).fill(-1);
  }

  /** The address of the new row, in bytes. */
  add(row: Int32Array): number {
    const offset = this.used;
    this.used += this.words;
    if (this.used > this.data.length) {
      const grown = new Int32Array(this.data.length * 2);
      grown.set(this.data);
      this.data = grown;
    }
    this.data.set(row, offset);
    return (this.base + offset) * 4;
  }

  /** The rows added so far. */
  finished(): Int32Array {
    return this.data.subarray(0, this.used);
  }
}
