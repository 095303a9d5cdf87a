import { assert } from '../assert.ts';
import { checksum } from '../codec/format.ts';

/** The bytes of a stored model (`model-codec.ts`): whole numbers in as many as they need, others as they are. */
const checksumBytes = 4;

export class ModelWriter {
  #view: DataView;
  #at = 0;

  constructor(room: number) {
    this.#view = new DataView(new ArrayBuffer(room));
  }

  /** A whole number of either sign: the sign in the lowest bit, seven bits a byte. */
  whole(value: number): void {
    assert(Number.isSafeInteger(value), 'a stored model holds whole numbers');
    this.#room(8);
    const sign = value < 0 ? 1 : 0;
    const size = Math.abs(value) - sign;
    this.#byte(sign + 2 * (size % 64), size >= 64);
    for (let rest = Math.floor(size / 64); rest > 0; rest = Math.floor(rest / 128)) {
      this.#byte(rest % 128, rest >= 128);
    }
  }

  /** Behind a zero stands how many more of them follow: most pairs of ids never occur together. */
  wholes(values: Float64Array): void {
    for (let at = 0; at < values.length; at += 1) {
      const value = values[at] as number;
      this.whole(value);
      if (value !== 0) continue;
      const from = at;
      while (values[at + 1] === 0) at += 1;
      this.whole(at - from);
    }
  }

  singles(values: Float32Array): void {
    this.#room(4 * values.length);
    for (const value of values) {
      this.#view.setFloat32(this.#at, value, true);
      this.#at += 4;
    }
  }

  double(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  written(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, this.#at);
  }

  summed(): Uint8Array {
    const sum = checksum(this.written(), 0, this.#at);
    this.#room(checksumBytes);
    this.#view.setUint32(this.#at, sum, true);
    this.#at += checksumBytes;
    return this.written();
  }

  #byte(bits: number, goesOn: boolean): void {
    this.#view.setUint8(this.#at, bits + (goesOn ? 128 : 0));
    this.#at += 1;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#view.byteLength) return;
    const grown = new Uint8Array(2 * this.#view.byteLength + bytes);
    grown.set(new Uint8Array(this.#view.buffer));
    this.#view = new DataView(grown.buffer);
  }
}

export class ModelReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(value: Uint8Array) {
    const length = Math.max(0, value.length - checksumBytes);
    this.#bytes = value;
    this.#view = new DataView(value.buffer, value.byteOffset, length);
  }

  /** All bytes are as they were written. */
  check(): void {
    const { byteLength } = this.#view;
    const { buffer, byteOffset, length } = this.#bytes;
    assert(length > checksumBytes, 'a stored model ends too early');
    const sum = new DataView(buffer, byteOffset + byteLength).getUint32(0, true);
    assert(sum === checksum(this.#bytes, 0, byteLength), 'a stored model is damaged');
  }

  whole(): number {
    let byte = this.#byte();
    const sign = byte % 2;
    let size = (byte % 128) >> 1;
    for (let factor = 64; byte >= 128; factor *= 128) {
      byte = this.#byte();
      size += (byte % 128) * factor;
    }
    return sign === 1 ? -size - 1 : size;
  }

  wholes(into: Float64Array): void {
    for (let at = 0; at < into.length; at += 1) {
      const value = this.whole();
      into[at] = value;
      if (value === 0) at += this.whole();
    }
  }

  singles(into: Float32Array): void {
    this.#fits(4 * into.length);
    for (let index = 0; index < into.length; index += 1) {
      into[index] = this.#view.getFloat32(this.#at, true);
      this.#at += 4;
    }
  }

  double(): number {
    this.#fits(8);
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  end(): void {
    assert(this.#at === this.#view.byteLength, 'a stored model goes on');
  }

  #byte(): number {
    this.#fits(1);
    const byte = this.#view.getUint8(this.#at);
    this.#at += 1;
    return byte;
  }

  #fits(bytes: number): void {
    assert(this.#at + bytes <= this.#view.byteLength, 'a stored model ends too early');
  }
}
