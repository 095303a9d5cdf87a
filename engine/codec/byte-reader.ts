import { assert } from '../assert.ts';

/** Reads what a `ByteWriter` wrote, and nothing beyond its end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, from = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  byte(): number {
    assert(this.#at < this.#end, 'a stored document ends too early');
    const value = this.#bytes[this.#at] as number;
    this.#at += 1;
    return value;
  }

  uint(): number {
    let value = this.byte();
    if (value < 128) return value;
    value -= 128;
    for (let place = 128; ; place *= 128) {
      const byte = this.byte();
      value += (byte & 127) * place;
      assert(value <= Number.MAX_SAFE_INTEGER, 'a stored document holds a number that is too large');
      if (byte < 128) return value;
      assert(place < 2 ** 49, 'a stored document holds a number without an end');
    }
  }

  word(): number {
    const low = this.byte() | (this.byte() << 8);
    return (low | (this.byte() << 16) | (this.byte() << 24)) >>> 0;
  }

  double(): number {
    const view = new DataView(new ArrayBuffer(8));
    view.setUint32(0, this.word());
    view.setUint32(4, this.word());
    return view.getFloat64(0);
  }
}
