import { decodeState } from '../customer/codec.ts';
import { limits } from '../limits.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { Nonce, Partition } from '../model/ids.ts';
import type { StoredDocument } from '../ports.ts';

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

  /** Takes note of what the store holds now beside the copy, where there is one. Returns the copy if it is current. */
  compare(partition: Partition, key: string, stored: StoredDocument | undefined): CachedDocument | undefined {
    const copy = this.get(key);
    if (!copy) return undefined;
    const isCurrent = copy.nonce === stored?.nonce;
    const left = isCurrent ? (this.#distrusted.get(partition) ?? 0) - 1 : currentInARow;
    if (left > 0) this.#distrusted.set(partition, left);
    else this.#distrusted.delete(partition);
    return isCurrent ? copy : undefined;
  }

  clear(): void {
    this.#documents.clear();
    this.#distrusted.clear();
    this.#bytes = 0;
  }
}

function bytesOf({ value }: CachedDocument): number {
  return value?.byteLength ?? 0;
}
