import type { ChainEntry, Receipt, ReceiptMark } from '../model/receipt.ts';
import type { ReceiptItem } from '../ports.ts';
import { type Chain, type ChainEnd, emptyChain, hashOfEntry } from './chain.ts';

/** Something in a chain that nothing of our own doing explains. */
export interface ChainBreak {
  readonly kind:
    | 'entries-missing' /** The numbers leave some out. */
    | 'entry-changed' /** An entry is not what its hash is of, or does not follow the one before. */
    | 'receipt-missing' /** An entry vouches for a receipt that is not there, and no erasure names it. */
    | 'end-missing' /** The chain ends before it did once. */
    | 'end-changed' /** It is another one than it was. */;
  /** Number of the entry at which it shows. */
  readonly entry: number;
  readonly detail: string;
}

/** A receipt that an entry vouches for. */
export interface VouchedReceipt {
  readonly entry: number;
  readonly receipt: Receipt;
}

/** Receipts that are read ahead of the entry that vouches for them, at most; what nobody vouches for falls out. */
const waitingMax = 20_000;

/**
 * Follows the chain of one partition, item by item as they lie in the stream.
 *
 * CK1. Every entry is what its hash is of, and follows the one before it, in number and in hash. Only where that one left
 *      by its age the first one is taken as it stands.
 * CK2. A receipt counts by its digest alone, for the entry that names it. What no entry names counts for nothing.
 * CK3. A receipt that is named and not there was erased if a later entry says so, has left by its age if its entry is
 *      about to, and was taken away otherwise.
 */
export class ChainCheck {
  readonly #chain: Chain;
  readonly #agedBefore: number;
  readonly #waiting = new Map<string, string>();
  readonly #known: readonly ChainEnd[];
  readonly #breaks: ChainBreak[] = [];
  readonly #missing = new Map<string, ReceiptMark & { readonly entry: number }>();
  readonly #seen = new Set<string>();
  #end: ChainEnd = emptyChain;
  #first: number | undefined;
  #repeated = 0;
  #erased = 0;
  #since: number;

  /** `agedBefore`: what was stored before may be leaving by its age. `known`: hashes of entries by number, from elsewhere. */
  constructor(
    chain: Chain,
    options: {
      readonly since: number;
      readonly agedBefore: number;
      readonly known: readonly ChainEnd[];
    },
  ) {
    this.#chain = chain;
    this.#since = options.since;
    this.#agedBefore = options.agedBefore;
    this.#known = options.known;
  }

  get end(): ChainEnd {
    return this.#end;
  }

  /** Number of the first entry that was met. */
  get first(): number | undefined {
    return this.#first;
  }

  get breaks(): readonly ChainBreak[] {
    return this.#breaks;
  }

  /** Receipts that were vouched for more than once. */
  get repeated(): number {
    return this.#repeated;
  }

  /** Of the period. */
  get erased(): number {
    return this.#erased;
  }

  /** The entry before the first one that is taken; undefined: it was taken away. */
  begin(before: ChainEntry | undefined, first: ChainEntry): void {
    if (before) {
      this.#first = before.number;
      this.#end = before;
    } else {
      const detail = `the entry before entry ${first.number} is missing`;
      this.#breaks.push({ kind: 'entries-missing', entry: first.number, detail });
    }
  }

  /** Receipts are named that were not met, and not erased as far as it was read. */
  get misses(): boolean {
    return this.#missing.size > 0;
  }

  /** The receipts of the period that the item vouches for. */
  take(item: ReceiptItem): readonly VouchedReceipt[] {
    if ('text' in item) {
      this.#wait(item.text);
      return [];
    }
    const { entry } = item;
    this.#follow(entry);
    return entry.kind === 'kept' ? this.#vouched(entry, item.storedAt) : this.#erase(entry);
  }

  /** Everything was read. `remembered`: where the chain ended, as it was noted before the reading began. */
  finish(remembered: ChainEnd | undefined): void {
    for (const { entry, at, digest } of this.#missing.values()) {
      const detail = `the receipt ${digest.slice(0, 12)} of a decision at ${at} is not there`;
      this.#breaks.push({ kind: 'receipt-missing', entry, detail });
    }
    if (remembered && remembered.number > this.#end.number) {
      const detail = `entries ${this.#end.number + 1} to ${remembered.number} are not there any more`;
      this.#breaks.push({ kind: 'end-missing', entry: this.#end.number, detail });
    }
  }

  #wait(text: string): void {
    this.#waiting.set(this.#chain.sha256(text), text);
    if (this.#waiting.size <= waitingMax) return;
    const oldest = this.#waiting.keys().next();
    if (!oldest.done) this.#waiting.delete(oldest.value);
  }

  #follow(entry: ChainEntry): void {
    const { number, hash, previous } = entry;
    const isFirst = this.#first === undefined;
    this.#first ??= number;
    if (hashOfEntry(this.#chain, entry) !== hash) this.#changed(number, 'it is not what its hash is of');
    else if (!isFirst && number !== this.#end.number + 1) this.#left(number);
    else if (isFirst ? number === 1 && previous !== '' : previous !== this.#end.hash) {
      this.#changed(number, 'it does not follow the one before it');
    }
    if (this.#known.some((known) => known.number === number && known.hash !== hash)) {
      const detail = `entry ${number} is not the one that stood there once`;
      this.#breaks.push({ kind: 'end-changed', entry: number, detail });
    }
    this.#end = { number, hash };
  }

  #left(number: number): void {
    const detail =
      number > this.#end.number
        ? `entries ${this.#end.number + 1} to ${number - 1} are missing`
        : `entry ${number} stands behind entry ${this.#end.number}`;
    this.#breaks.push({ kind: 'entries-missing', entry: number, detail });
  }

  #changed(entry: number, detail: string): void {
    this.#breaks.push({ kind: 'entry-changed', entry, detail });
  }

  #vouched({ number, receipts }: ChainEntry, storedAt: number): readonly VouchedReceipt[] {
    return receipts.flatMap((mark): readonly VouchedReceipt[] => {
      const text = this.#waiting.get(mark.digest);
      this.#waiting.delete(mark.digest);
      if (mark.at < this.#since) return [];
      if (this.#seen.has(mark.digest)) {
        this.#repeated += 1;
        return [];
      }
      this.#seen.add(mark.digest);
      if (text !== undefined) return [{ entry: number, receipt: JSON.parse(text) as Receipt }];
      if (storedAt >= this.#agedBefore) this.#missing.set(mark.digest, { ...mark, entry: number });
      return [];
    });
  }

  #erase({ receipts }: ChainEntry): readonly VouchedReceipt[] {
    for (const { digest } of receipts) if (this.#missing.delete(digest)) this.#erased += 1;
    return [];
  }
}
