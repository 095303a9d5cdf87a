import { assert } from '../../assert.ts';
import type { DocumentReader } from '../../codec/document-reader.ts';
import type { DocumentWriter } from '../../codec/document-writer.ts';
import { setMember } from '../../codec/set-member.ts';
import type { FeatureState, Profile } from '../../model/customer-state.ts';
import { sortedNames } from './record-form.ts';

/**
 * States of features by their keys. A key is five characters out of 64, which are a number of 30 bits. Keys are hashes and
 * stand in order, so the distance from one to the next is about the same everywhere, and is told in as many bits as that
 * takes. Where a key is no such number, all are texts.
 */
const keyLength = 5;
const keyBits = 6 * keyLength;
const noNumber = -1;
/** In the order of their codes, so that numbers sort as the keys do. */
const digits = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const digitOf: readonly number[] = Array.from({ length: 128 }, (_, code) =>
  digits.indexOf(String.fromCharCode(code)),
);

export function writeFeatures(writer: DocumentWriter, features: Profile['features']): void {
  const keys = sortedNames(features);
  const numbers = keys.map(numberOf);
  const areShort = !numbers.includes(noNumber);
  writer.uint(keys.length);
  writer.bits(areShort ? 0 : 1, 1);
  const stepBits = stepBitsOf(keys.length);
  let before = 0;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as string;
    const number = numbers[index] as number;
    if (areShort) writer.spread(number - before, stepBits);
    else writer.text(key);
    before = number;
    writer.json(features[key] as FeatureState);
  }
}

export function readFeatures(reader: DocumentReader): Profile['features'] {
  const count = reader.count();
  const areShort = reader.bits(1) === 0;
  const stepBits = stepBitsOf(count);
  const features: Record<string, FeatureState> = {};
  let number = 0;
  for (let left = count; left > 0; left -= 1) {
    if (areShort) number += reader.spread(stepBits);
    const key = areShort ? keyOf(number) : reader.text();
    const state = reader.json();
    assert(Array.isArray(state), 'a stored feature has no state');
    setMember(features, key, state);
  }
  return features;
}

/** Bits that most distances take when so many keys share the space. */
function stepBitsOf(count: number): number {
  return Math.max(0, keyBits - (32 - Math.clz32(count)));
}

/** `noNumber` where a key is none. */
function numberOf(key: string): number {
  if (key.length !== keyLength) return noNumber;
  let number = 0;
  for (let at = 0; at < keyLength; at += 1) {
    const digit = digitOf[key.charCodeAt(at)] ?? -1;
    if (digit < 0) return noNumber;
    number = number * 64 + digit;
  }
  return number;
}

function keyOf(number: number): string {
  assert(number < 2 ** keyBits, 'a stored feature has no key');
  return String.fromCharCode(
    digits.charCodeAt(number >>> 24),
    digits.charCodeAt((number >>> 18) & 63),
    digits.charCodeAt((number >>> 12) & 63),
    digits.charCodeAt((number >>> 6) & 63),
    digits.charCodeAt(number & 63),
  );
}
