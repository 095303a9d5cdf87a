import { assert } from '../../assert.ts';
import type { DocumentReader } from '../../codec/document-reader.ts';
import type { DocumentWriter } from '../../codec/document-writer.ts';
import { setMember } from '../../codec/set-member.ts';
import type { FeatureState, Profile } from '../../model/customer-state.ts';
import { sortedNames } from './record-form.ts';

/**
 * States of features by their keys. A key is five characters out of 64, and takes four bytes as a number; where one is
 * not, all are texts.
 */
const keyLength = 5;
/** In the order of their codes, so that numbers sort as the keys do. */
const digits = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const digitOf: readonly number[] = Array.from({ length: 128 }, (_, code) =>
  digits.indexOf(String.fromCharCode(code)),
);

export function writeFeatures(writer: DocumentWriter, features: Profile['features']): void {
  const keys = sortedNames(features);
  const areShort = keys.every(isShort);
  writer.uint(keys.length * 2 + (areShort ? 0 : 1));
  for (const key of keys) {
    if (areShort) writer.word(numberOf(key));
    else writer.text(key);
    writer.json(features[key] as FeatureState);
  }
}

export function readFeatures(reader: DocumentReader): Profile['features'] {
  const head = reader.uint();
  const features: Record<string, FeatureState> = {};
  for (let left = Math.floor(head / 2); left > 0; left -= 1) {
    const key = head % 2 === 0 ? keyOf(reader.word()) : reader.text();
    const state = reader.json();
    assert(Array.isArray(state), 'a stored feature has no state');
    setMember(features, key, state);
  }
  return features;
}

function isShort(key: string): boolean {
  if (key.length !== keyLength) return false;
  for (let at = 0; at < keyLength; at += 1) if ((digitOf[key.charCodeAt(at)] ?? -1) < 0) return false;
  return true;
}

function numberOf(key: string): number {
  let number = 0;
  for (let at = 0; at < keyLength; at += 1) number = number * 64 + (digitOf[key.charCodeAt(at)] as number);
  return number;
}

function keyOf(number: number): string {
  assert(number < 64 ** keyLength, 'a stored feature has no key');
  let key = '';
  for (let shift = 6 * (keyLength - 1); shift >= 0; shift -= 6) key += digits[(number >>> shift) & 63];
  return key;
}
