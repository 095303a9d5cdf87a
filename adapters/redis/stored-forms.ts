import type { CustomerKey, Nonce } from '../../engine/index.ts';
import { type Checkpoint, originCheckpoint, type StoredDocument } from '../../engine/ports.ts';

/** How checkpoints, documents and what belongs to a customer are written in Redis. */

/** The nonce stands in front, where the script compares it; nothing at all is a checkpoint that was never written. */
export function encodeCheckpoint({ sequence, time, nonce, trail }: Checkpoint): string {
  const marks = trail.map((mark) => ` ${mark.sequence}:${mark.hash}`);
  return `${nonce} ${sequence} ${time}${marks.join('')}`;
}

export function decodeCheckpoint(text: string): Checkpoint {
  if (text === '') return originCheckpoint;
  const [nonce = '', sequence, time, ...marks] = text.split(' ');
  const trail = marks.map((mark) => {
    const [at, hash] = mark.split(':');
    return { sequence: Number(at), hash: Number(hash) };
  });
  return { sequence: Number(sequence), time: Number(time), nonce: nonce as Nonce, trail };
}

const lineFeed = 10;
const nothing = Buffer.alloc(0);

/** The version stands in front, so that the script compares it without reading the document. Deleted: no bytes. */
export function encodeDocument(document: {
  readonly nonce: Nonce;
  readonly value: Uint8Array | undefined;
}): Buffer {
  const { nonce, value } = document;
  if (value === undefined) return nothing;
  const bytes = Buffer.allocUnsafe(nonce.length + 1 + value.length);
  bytes.write(nonce, 'latin1');
  bytes[nonce.length] = lineFeed;
  bytes.set(value, nonce.length + 1);
  return bytes;
}

export function decodeDocument(bytes: Buffer | null): StoredDocument | undefined {
  if (bytes === null) return undefined;
  const end = bytes.indexOf(lineFeed);
  if (end < 0) throw new Error('a stored document has no version');
  // A copy, because the bytes are part of what came through the socket with them, which they would keep in memory.
  return { nonce: bytes.toString('latin1', 0, end) as Nonce, value: new Uint8Array(bytes.subarray(end + 1)) };
}

/** A text with the customer it belongs to in front, as JSON, which holds no line feed. */
export function encodeOwned(customer: CustomerKey | undefined, text: string): string {
  return customer === undefined ? `\n${text}` : `${JSON.stringify(customer)}\n${text}`;
}

export function textOfOwned(owned: string): string {
  return owned.slice(owned.indexOf('\n') + 1);
}

export function isOwnedBy(customer: CustomerKey, owned: string): boolean {
  return owned.startsWith(`${JSON.stringify(customer)}\n`);
}
