/**
 * Stable hashes of text. All placement by hash (partitions, hold-outs, ids, draws) goes through the finalised murmur3
 * mix below: a plain multiplicative hash makes two experiments on the same customers statistically dependent.
 * Not cryptographic; nothing here guards a secret.
 */

/** Murmur3 (32 bit) over the UTF-16 code units of a text, two units a block. Unsigned. */
export function hash32(text: string, seed: number): number {
  let hash = seed | 0;
  const even = text.length & ~1;
  for (let index = 0; index < even; index += 2) {
    const block = text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
    hash ^= scramble(block);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  if (even < text.length) hash ^= scramble(text.charCodeAt(even));
  return finalise(hash ^ (text.length * 2));
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

function finalise(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** 48 bits as an integer: short in JSON, and a thousand remembered ids collide once in half a billion customers. */
export function hash48(text: string): number {
  return hash32(text, 0x9747b28c) * 0x1_0000 + (hash32(text, 0x2c1b3c6d) >>> 16);
}

/** Uniform in [0, 1), 53 bits, a function of its arguments alone. */
export function draw(seed: string, label: string): number {
  const text = `${seed}|${label}`;
  return (hash32(text, 0x165667b1) * 0x20_0000 + (hash32(text, 0x27d4eb2f) >>> 11)) / 2 ** 53;
}

/** The 64 digits of hashes as texts, from 0. */
export const hashDigits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';

/** 128 bits of a text as 24 URL-safe characters, for ids that must come out the same on every retry. */
export function hashId(text: string): string {
  let id = '';
  for (const seed of [0x3c074a61, 0x5f356495, 0x1b56c4e9, 0x7f4a7c15]) {
    let word = hash32(text, seed);
    for (let digit = 0; digit < 6; digit += 1) {
      id += hashDigits[word & 63];
      word = Math.floor(word / 64);
    }
  }
  return id;
}

/** 96 bits of a text as 16 URL-safe characters: a shorter `hashId`, for ids of which every customer keeps many. */
export function hashId96(text: string): string {
  const low = hash32(text, 0x3c074a61);
  const middle = hash32(text, 0x5f356495);
  const high = hash32(text, 0x1b56c4e9);
  return (
    fourDigits(low & 0xff_ffff) +
    fourDigits((low >>> 24) + ((middle & 0xffff) << 8)) +
    fourDigits((middle >>> 16) + ((high & 0xff) << 16)) +
    fourDigits(high >>> 8)
  );
}

/** 24 bits, the lowest digit first. */
function fourDigits(bits: number): string {
  let digits = '';
  for (let shift = 0; shift < 24; shift += 6) digits += hashDigits[(bits >>> shift) & 63];
  return digits;
}
