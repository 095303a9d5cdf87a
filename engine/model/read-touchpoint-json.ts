import type { InputFault } from '../errors.ts';
import { limits } from '../limits.ts';

/**
 * Everything that is checked about JSON from outside before anybody reads a field of it: depth, keys, names that
 * reach a prototype, text that no store can keep, numbers that JSON cannot write. One walk, which also measures the size.
 */

export interface JsonInspection {
  /** Size as compact JSON in UTF-8. */
  readonly bytes: number;
  readonly faults: readonly InputFault[];
}

interface Walk {
  bytes: number;
  readonly faults: InputFault[];
  /** Names and indices from the root to the value in hand; turned into a pointer only when there is a fault. */
  readonly path: (string | number)[];
  readonly pointer: string;
}

const forbiddenNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** `pointer` is the place of `value` in the body it came with. */
export function inspectJson(value: unknown, pointer: string): JsonInspection {
  const walk: Walk = { bytes: 0, faults: [], path: [], pointer };
  inspectValue(walk, value, 0);
  return { bytes: walk.bytes, faults: walk.faults };
}

/** A value in the words of an error message; long text is cut so that the message stays short. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'string') return String(value);
  return value.length <= 60 ? JSON.stringify(value) : `${JSON.stringify(value.slice(0, 60))}...`;
}

/** One more step of a JSON pointer (RFC 6901). */
export function pointerTo(pointer: string, name: string | number): string {
  return `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function inspectValue(walk: Walk, value: unknown, depth: number): void {
  if (typeof value === 'string') inspectText(walk, value);
  else if (typeof value === 'number') inspectNumber(walk, value);
  else if (typeof value !== 'object' || value === null) walk.bytes += String(value).length;
  else if (depth === limits.jsonDepthMax) {
    addFault(walk, `expected at most ${limits.jsonDepthMax} levels of nesting, found more`);
  } else if (Array.isArray(value)) inspectArray(walk, value, depth + 1);
  else inspectObject(walk, value as Readonly<Record<string, unknown>>, depth + 1);
}

function inspectArray(walk: Walk, values: readonly unknown[], depth: number): void {
  walk.bytes += 2 + Math.max(0, values.length - 1);
  for (let index = 0; index < values.length; index += 1) {
    walk.path.push(index);
    inspectValue(walk, values[index], depth);
    walk.path.pop();
  }
}

function inspectObject(walk: Walk, object: Readonly<Record<string, unknown>>, depth: number): void {
  const names = Object.keys(object);
  walk.bytes += 2 + Math.max(0, names.length - 1);
  if (names.length > limits.jsonKeysMax) {
    addFault(walk, `expected at most ${limits.jsonKeysMax} keys in one object, found ${names.length}`);
  }
  for (const name of names) {
    walk.path.push(name);
    if (forbiddenNames.has(name)) addFault(walk, `expected any other name, found the reserved key "${name}"`);
    inspectText(walk, name);
    walk.bytes += 1;
    inspectValue(walk, object[name], depth);
    walk.path.pop();
  }
}

function inspectNumber(walk: Walk, value: number): void {
  // The parser turns 1e999 into Infinity, which JSON cannot write back: it would come out as null.
  if (Number.isFinite(value)) walk.bytes += String(value).length;
  else addFault(walk, 'expected a finite number, found one beyond the range of a double');
}

function inspectText(walk: Walk, text: string): void {
  const bytes = jsonTextBytes(text);
  if (bytes >= 0) walk.bytes += bytes;
  else addFault(walk, 'expected well-formed Unicode text, found a NUL character or half a surrogate pair');
}

/** Size of the text as a JSON string with its quotes, in UTF-8; -1 when it holds NUL or a lone surrogate. */
function jsonTextBytes(text: string): number {
  let bytes = 2;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 0) return -1;
    if (unit < 0x80) bytes += asciiBytes(unit);
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 3;
    else {
      const next = text.charCodeAt(index + 1);
      if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return -1;
      bytes += 4;
      index += 1;
    }
  }
  return bytes;
}

function asciiBytes(unit: number): number {
  if (unit === 0x22 || unit === 0x5c) return 2;
  if (unit >= 0x20) return 1;
  // \b \t \n \f \r have a short form, the other control characters are written \u00xx.
  return unit >= 8 && unit <= 13 && unit !== 11 ? 2 : 6;
}

function addFault(walk: Walk, detail: string): void {
  if (walk.faults.length >= limits.diagnosticsMax) return;
  walk.faults.push({ pointer: walk.path.reduce(pointerTo, walk.pointer) as string, detail });
}
