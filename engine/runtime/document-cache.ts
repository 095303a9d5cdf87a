import { decodeState } from '../customer/codec.ts';
import { limits } from '../limits.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { Nonce, Partition } from '../model/ids.ts';
import type { DocumentWrite, StoredDocument } from '../ports.ts';

/** A customer's document in memory, as of `nonce`; without nonce it is not stored yet. */
export interface CachedDocument {
  readonly nonce: Nonce | undefined;
  readonly state: CustomerState | undefined;
  /** The stored form, for a commit that only checks the version. */
  readonly value: Uint8Array | undefined;
}

export const absentDocument: CachedDocument = { nonce: undefined, state: undefined, value: undefined };

export function toCached(stored: StoredDocument | undefined): CachedDocument {
  if (!stored) return absentDocument;
  return { nonce: stored.nonce, state: decodeState(stored.value), value: stored.value };
}

/** What the store said of a document, and the copy of it that was here when it was asked. */
export interface StoreAnswer {
  readonly before: CachedDocument | undefined;
  readonly stored: StoredDocument | undefined;
}

/** One may be current by chance: the other node has not come to it yet. */
const currentInARow = 8;

/**
 * The documents this node used last. It may be stale at any time: every commit carries the version that was read, and
 * the store refuses an old one.
 */
export class DocumentCache {
  readonly #documents = new Map<string, CachedDocument>();
  /** Partitions of which a copy turned out to be an old one, with how many have to be found current until they are trusted. */
  readonly #distrusted = new Map<Partition, number>();
  /** The versions this node wrote last, the oldest first, whether it has heard of their commits or not. */
  readonly #own = new Set<Nonce>();
  readonly #countMax: number;
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(countMax: number, bytesMax: number = limits.documentCacheBytesMax) {
    this.#countMax = countMax;
    this.#bytesMax = bytesMax;
  }

  get(key: string): CachedDocument | undefined {
    const document = this.#documents.get(key);
    if (document) {
      this.#documents.delete(key);
      this.#documents.set(key, document);
    }
    return document;
  }

  set(key: string, document: CachedDocument): void {
    this.forget(key);
    this.#documents.set(key, document);
    this.#bytes += bytesOf(document);
    while (this.#documents.size > this.#countMax || this.#bytes > this.#bytesMax) {
      const oldest = this.#documents.keys().next();
      if (oldest.done) return;
      this.forget(oldest.value);
    }
  }

  forget(key: string): void {
    const document = this.#documents.get(key);
    if (!document) return;
    this.#documents.delete(key);
    this.#bytes -= bytesOf(document);
  }

  /**
   * Whether a copy is worth deciding on without a look at the store. In a partition that another node folds, every
   * document that was decided on is written once more a moment later; a copy of it costs a decision that is refused.
   */
  isTrusted(partition: Partition): boolean {
    return !this.#distrusted.has(partition);
  }

  /** To be told before a commit: what it writes may be read from the store before the answer to it is here. */
  writes(documents: readonly DocumentWrite[]): void {
    for (const { nonce, expected } of documents) if (nonce !== expected) this.#own.add(nonce);
    for (const oldest of this.#own) {
      if (this.#own.size <= limits.ownVersionsMax) return;
      this.#own.delete(oldest);
    }
  }

  /**
   * Remembers what the store said, and how far the copies of the partition are to be trusted. Returns what is known of the
   * document now: a copy that changed since the store was asked stays, for the answer may be older. If it is not, a commit
   * will tell.
   */
  refresh(partition: Partition, key: string, { before, stored }: StoreAnswer): CachedDocument | undefined {
    const copy = this.get(key);
    if (copy && copy.nonce === stored?.nonce) {
      this.#foundCurrent(partition);
      return copy;
    }
    if (copy && copy.nonce !== before?.nonce) return copy;
    if (copy && stored && !this.#own.has(stored.nonce)) this.#distrusted.set(partition, currentInARow);
    if (!stored) {
      this.forget(key);
      return undefined;
    }
    const document = toCached(stored);
    this.set(key, document);
    return document;
  }

  #foundCurrent(partition: Partition): void {
    const left = (this.#distrusted.get(partition) ?? 0) - 1;
    if (left > 0) this.#distrusted.set(partition, left);
    else this.#distrusted.delete(partition);
  }

  clear(): void {
    this.#documents.clear();
    this.#distrusted.clear();
    this.#own.clear();
    this.#bytes = 0;
  }
}

function bytesOf({ value }: CachedDocument): number {
  return value?.byteLength ?? 0;
}
