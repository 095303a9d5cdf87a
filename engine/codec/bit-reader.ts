import { assert } from '../assert.ts';
import type { NumberCode } from './number-code.ts';

/** As many bits as 32 hold behind the up to seven that are read already. */
const atOnce = 24;

/** Reads what a `BitWriter` wrote, and nothing beyond its end. */
export class BitReader {
  /** Zeros behind the end, so that 32 bits can be read anywhere. */
  readonly #view: DataView;
  readonly #end: number;
  #at = 0;

  /** `from`: the byte at which the bits begin. */
  constructor(bytes: Uint8Array, from: number) {
    const padded = new Uint8Array(bytes.length - from + 4);
    padded.set(bytes.subarray(from));
    this.#view = new DataView(padded.buffer);
    this.#end = (bytes.length - from) * 8;
  }

  get leftBits(): number {
    return this.#end - this.#at;
  }

  bits(width: number): number {
    if (width <= atOnce) return this.#take(width);
    const low = this.#take(atOnce);
    return low + this.bits(width - atOnce) * 2 ** atOnce;
  }

  number({ widths, firsts }: NumberCode): number {
    const next = this.#next();
    // The lowest zero ends the ones.
    const range = 31 - Math.clz32(~next & (next + 1));
    const width = widths[range];
    assert(width !== undefined, 'a stored document holds a number that is too large');
    if (range + width < atOnce) {
      this.#skip(range + 1 + width);
      // Below 2^25, which a whole number is quicker for than a double.
      return ((firsts[range] as number) | 0) + ((next >>> (range + 1)) & ((1 << width) - 1));
    }
    this.#skip(range + 1);
    const value = (firsts[range] as number) + this.bits(width);
    assert(value <= Number.MAX_SAFE_INTEGER, 'a stored document holds a number that is too large');
    return value;
  }

  /**
   * So many symbols that a table tells by the next bits, up to `atOnce`: a symbol plus 256 times its bits. Where it tells
   * 0, `rarer` reads one.
   */
  symbols(count: number, table: Uint16Array, rarer: () => number): number[] {
    const symbols: number[] = [];
    const mask = table.length - 1;
    const view = this.#view;
    const end = this.#end;
    let at = this.#at;
    for (let left = count; left > 0; left -= 1) {
      assert(at < end, 'a stored document ends too early');
      const entry = table[(view.getInt32(at >>> 3, true) >>> (at & 7)) & mask] as number;
      if (entry !== 0) {
        symbols.push(entry & 255);
        at += entry >>> 8;
      } else {
        this.#at = at;
        symbols.push(rarer());
        at = this.#at;
      }
    }
    this.#at = at;
    this.#skip(0);
    return symbols;
  }

  /** Goes on with the next whole byte; what fills this one up is zeros. */
  align(): void {
    assert(this.#take(-this.#at & 7) === 0, 'a stored document goes on where it should not');
  }

  /** The next 25 bits. */
  #next(): number {
    return (this.#view.getInt32(this.#at >>> 3, true) >>> (this.#at & 7)) & 0x1ff_ffff;
  }

  #skip(width: number): void {
    this.#at += width;
    assert(this.#at <= this.#end, 'a stored document ends too early');
  }

  #take(width: number): number {
    const value = this.#next() & ((1 << width) - 1);
    this.#skip(width);
    return value;
  }
}
