import { assert } from '../assert.ts';
import type { NumberCode } from './number-code.ts';

/** As many bits as 32 hold beside the up to seven of a byte that is begun. */
const atOnce = 24;

/** Most documents fit. */
const roomAtFirst = 2_048;
/**
 * Room of writers that are done: to ask for it takes as long as to write a tenth of a document. What is in it does not
 * matter, since every byte is written before it is read.
 */
const spare: DataView[] = [];
const spareMax = 4;
const spareBytesMax = 65_536;

/** Bits that grow as they are written, the low ones of a number first. */
export class BitWriter {
  #view: DataView;
  #at = 0;
  /** The bits of the byte that is begun. */
  #begun = 0;

  constructor() {
    this.#view = spare.pop() ?? new DataView(new ArrayBuffer(roomAtFirst));
  }

  /** A whole number from 0 to 2^width - 1; up to 53 bits. */
  bits(value: number, width: number): void {
    if (width <= atOnce) this.#put(value, width);
    else {
      this.#put(value & (2 ** atOnce - 1), atOnce);
      this.bits(Math.floor(value / 2 ** atOnce), width - atOnce);
    }
  }

  /** A whole number from 0 to 2^53 - 1. */
  number(value: number, { widths, firsts }: NumberCode): void {
    assert(Number.isSafeInteger(value) && value >= 0, 'only whole numbers from 0 on can be written so');
    let range = 0;
    while (value >= (firsts[range + 1] as number)) range += 1;
    const head = (1 << range) - 1;
    const width = widths[range] as number;
    const rest = value - (firsts[range] as number);
    if (width + range < atOnce) this.#put((rest << (range + 1)) | head, width + range + 1);
    else {
      this.#put(head, range + 1);
      this.bits(rest, width);
    }
  }

  /** Its room may go to another writer. What was written must have been copied, and nothing may be written any more. */
  giveBack(): void {
    if (spare.length < spareMax && this.#view.byteLength <= spareBytesMax) spare.push(this.#view);
  }

  /** What was written, a view; the last byte is filled up with zeros. */
  written(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, (this.#at + 7) >>> 3);
  }

  #put(value: number, width: number): void {
    const byte = this.#at >>> 3;
    if (byte + 4 > this.#view.byteLength) this.#grow();
    const bits = this.#begun | (value << (this.#at & 7));
    this.#view.setInt32(byte, bits, true);
    this.#at += width;
    this.#begun = bits >>> (((this.#at >>> 3) - byte) * 8);
  }

  #grow(): void {
    const grown = new Uint8Array(2 * this.#view.byteLength);
    grown.set(new Uint8Array(this.#view.buffer));
    this.#view = new DataView(grown.buffer);
  }
}
