import type { Json } from '../model/json.ts';
import { isTime, numberBelow } from './format.ts';

/** Lists of numbers of a shape that features have, and that are told in fewer bytes than one by one. */

/** `[0, time, 1, time, 1, ...]` */
export function isCounts(values: readonly Json[]): values is readonly number[] {
  if (values.length < 3 || values.length % 2 === 0 || !Object.is(values[0], 0)) return false;
  for (let at = 1; at < values.length; at += 2) {
    if (values[at + 1] !== 1 || !isTimeValue(values[at])) return false;
  }
  return true;
}

/** `[step, value, step, value, ...]`: steps ascending from 0 on, no times, values whole and not negative. */
export function isSteps(values: readonly Json[]): values is readonly number[] {
  if (values.length < 4 || values.length % 2 !== 0) return false;
  let before = -1;
  for (let at = 0; at < values.length; at += 2) {
    const step = values[at] as Json;
    if (!isCount(step) || step <= before || isTime(step) || !isCount(values[at + 1] as Json)) return false;
    before = step;
  }
  return true;
}

/** Numbers that take most of 32 bits, such as hashes. */
export function isWords(values: readonly Json[]): values is readonly number[] {
  if (values.length === 0) return false;
  for (const value of values) if (!isCount(value) || value < 2 ** 21 || value >= 2 ** 32) return false;
  return true;
}

function isTimeValue(value: Json | undefined): boolean {
  return typeof value === 'number' && isTime(value);
}

function isCount(value: Json): value is number {
  return (
    typeof value === 'number' &&
    value >= 0 &&
    value < numberBelow &&
    Number.isInteger(value) &&
    !Object.is(value, -0)
  );
}
