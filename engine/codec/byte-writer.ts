import { assert } from '../assert.ts';

/** Bytes that grow as they are written. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  /** `room`: how many bytes are expected. */
  constructor(room: number) {
    this.#bytes = new Uint8Array(room);
  }

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** A whole number from 0 to 2^53 - 1: seven bits a byte, the low ones first, the high bit says that more come. */
  uint(value: number): void {
    assert(Number.isSafeInteger(value) && value >= 0, 'only whole numbers from 0 on can be written so');
    let left = value;
    while (left >= 2 ** 31) {
      this.byte((left % 128) + 128);
      left = Math.floor(left / 128);
    }
    while (left >= 128) {
      this.byte((left & 127) | 128);
      left >>>= 7;
    }
    this.byte(left);
  }

  /** 32 bits, the low ones first. */
  word(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.byte((value >>> shift) & 255);
  }

  double(value: number): void {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    this.word(view.getUint32(0));
    this.word(view.getUint32(4));
  }

  bytes(values: Uint8Array): void {
    if (this.#length + values.length > this.#bytes.length) this.#grow(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** What was written, a view. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(by: number): void {
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + by));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
