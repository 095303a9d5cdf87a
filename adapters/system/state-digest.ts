import { createHash } from 'node:crypto';
import type { StateStore } from '../../engine/ports.ts';

export interface StateDigest {
  /** SHA-256 in hex; equal for equal customer documents, whatever the store and the order it lists them in. */
  readonly digest: string;
  /** Documents of customers, which the digest covers. */
  readonly customers: number;
  /** All documents, those of the partitions themselves included. */
  readonly documents: number;
}

/**
 * Digest of every customer document of a tenant. Each document's hash is added to a sum of 256 bits, which needs no
 * order and no memory however many customers there are. It shows that two states are equal, as long as nobody forges
 * documents to make it so.
 */
export async function digestState(store: StateStore): Promise<StateDigest> {
  const sum = new Uint32Array(8);
  let customers = 0;
  let documents = 0;
  for await (const { key, value } of store.documents()) {
    documents += 1;
    if (key.startsWith('p:')) continue;
    customers += 1;
    addTo(sum, hashOf(key, value));
  }
  const words = Array.from(sum, (word) => word.toString(16).padStart(8, '0'));
  const digest = createHash('sha256')
    .update(`${customers}:${words.join('')}`)
    .digest('hex');
  return { digest, customers, documents };
}

/** The key's length keeps the border between key and value: `u:a` + `b` is not `u:ab`. */
function hashOf(key: string, value: Uint8Array): Buffer {
  return createHash('sha256').update(`${key.length}:${key}`).update(value).digest();
}

/** Adds a number of 256 bits, least significant word first, modulo 2^256. */
function addTo(sum: Uint32Array, hash: Buffer): void {
  let carry = 0;
  for (let word = 0; word < sum.length; word += 1) {
    const total = (sum[word] ?? 0) + hash.readUInt32LE(word * 4) + carry;
    sum[word] = total;
    carry = total > 0xffff_ffff ? 1 : 0;
  }
}
