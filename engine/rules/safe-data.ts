import { limits } from '../limits.ts';
import type { Cursor } from './cursor.ts';
import { isUnsafeKey } from './names.ts';

/** Conditions nest a map and a list a level, and content may follow its own depth below a treatment. */
const depthMax = 2 * limits.conditionDepthMax + limits.jsonDepthMax;

/**
 * Looks through a whole document before anything is read from it: plain JSON only, bounded, and no key that reaches
 * into a prototype. False when the document is too large to be read any further; other faults are only reported.
 */
export function isSafeData(value: unknown, at: Cursor, depth = 0): boolean {
  if (depth > depthMax) {
    at.error('NBR_TOO_LARGE', `${at.label}: expected at most ${depthMax} levels of nesting, found more.`);
    return false;
  }
  if (Array.isArray(value)) return isSafeList(value, at, depth);
  if (typeof value === 'object' && value !== null) return isSafeMap(value, at, depth);
  if (isJsonScalar(value)) return true;
  at.error('NBR_WRONG_TYPE', `${at.label}: expected JSON data, found ${String(value)}.`);
  return true;
}

function isSafeList(list: readonly unknown[], at: Cursor, depth: number): boolean {
  if (list.length > limits.listLengthMax) {
    at.error(
      'NBR_TOO_LARGE',
      `${at.label}: expected at most ${limits.listLengthMax} entries, found ${list.length}.`,
    );
    return false;
  }
  let safe = true;
  for (const [index, entry] of list.entries()) {
    if (needsLook(entry)) safe = isSafeData(entry, at.at(index), depth + 1) && safe;
  }
  return safe;
}

function isSafeMap(map: object, at: Cursor, depth: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(map);
  if (prototype !== Object.prototype && prototype !== null) {
    at.error('NBR_WRONG_TYPE', `${at.label}: expected JSON data, found another kind of object.`);
  }
  let safe = true;
  for (const [key, member] of Object.entries(map)) {
    if (isUnsafeKey(key)) {
      at.at(key).error(
        'NBR_UNSAFE_KEY',
        `${at.label}: found the key \`${key}\`, expected one that JavaScript does not reserve.`,
        'Choose another name.',
      );
    } else if (needsLook(member)) {
      safe = isSafeData(member, at.at(key), depth + 1) && safe;
    }
  }
  return safe;
}

/** Spares the position of the many plain values. */
function needsLook(value: unknown): boolean {
  return !isJsonScalar(value);
}

function isJsonScalar(value: unknown): boolean {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  );
}
