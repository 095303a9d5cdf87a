import { assert, type Partition, type Tenant } from '../../engine/index.ts';

/**
 * Binary keys. LMDB orders keys byte by byte, so every part that a range runs over is big-endian, and every part before
 * it has a fixed length or carries its length: no text of one tenant can reach into the keys of another.
 */

/** The longest key that LMDB takes with pages of 4 KB. */
export const keyBytesMax = 1_978;

const sequenceBytes = 6;
const loneSurrogate = /\p{Surrogate}/u;

/** The start of every key of a tenant. */
export function tenantPrefix(tenant: Tenant): Buffer {
  const text = Buffer.from(tenant, 'utf8');
  assert(text.length > 0 && text.length <= 255, `a tenant's name takes 1 to 255 bytes, not ${text.length}`);
  return Buffer.concat([Buffer.of(text.length), text]);
}

/** The start of every key of a tenant's partition. */
export function partitionPrefix(prefix: Buffer, partition: Partition): Buffer {
  const key = Buffer.allocUnsafe(prefix.length + 2);
  prefix.copy(key);
  key.writeUInt16BE(partition, prefix.length);
  return key;
}

export function sequenceKey(prefix: Buffer, sequence: number): Buffer {
  const key = Buffer.allocUnsafe(prefix.length + sequenceBytes);
  prefix.copy(key);
  key.writeUIntBE(sequence, prefix.length, sequenceBytes);
  return key;
}

export function sequenceOf(prefix: Buffer, key: Uint8Array): number {
  return asBuffer(key).readUIntBE(prefix.length, sequenceBytes);
}

/** Text at the end of a key. Text that UTF-8 cannot carry is kept as UTF-16, so that two texts never share a key. */
export function textKey(prefix: Buffer, text: string): Buffer {
  const encoding = loneSurrogate.test(text) ? 'utf16le' : 'utf8';
  const key = Buffer.allocUnsafe(prefix.length + 1 + Buffer.byteLength(text, encoding));
  prefix.copy(key);
  key[prefix.length] = encoding === 'utf8' ? 0 : 1;
  key.write(text, prefix.length + 1, encoding);
  return key;
}

export function textOf(prefix: Buffer, key: Uint8Array): string {
  const encoding = key[prefix.length] === 0 ? 'utf8' : 'utf16le';
  return asBuffer(key).toString(encoding, prefix.length + 1);
}

/** A number as 8 bytes that sort as the number does, negative ones and fractions included. */
export function sortableNumber(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleBE(value);
  if (value < 0) for (let index = 0; index < 8; index += 1) bytes[index] = ~(bytes[index] ?? 0);
  else bytes[0] = (bytes[0] ?? 0) ^ 0x80;
  return bytes;
}

/** Above every key that starts with `prefix`, whose next byte is never 255. */
export function endOf(prefix: Buffer): Buffer {
  return Buffer.concat([prefix, Buffer.of(255)]);
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
