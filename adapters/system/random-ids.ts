import { randomFillSync } from 'node:crypto';
import type { Nonce } from '../../engine/index.ts';
import type { Ids } from '../../engine/ports.ts';

/** 9 random bytes are 72 bits and exactly 12 characters of base64url. */
const bytesPerId = 9;
const idsPerFill = 512;

/** Ids from the operating system's randomness. One call to it fills a pool of several hundred, because a call is what costs. */
export class RandomIds implements Ids {
  readonly #pool = Buffer.allocUnsafe(bytesPerId * idsPerFill);
  #next = idsPerFill;

  nonce(): Nonce {
    if (this.#next === idsPerFill) {
      randomFillSync(this.#pool);
      this.#next = 0;
    }
    const start = this.#next * bytesPerId;
    this.#next += 1;
    return this.#pool.toString('base64url', start, start + bytesPerId) as Nonce;
  }
}
