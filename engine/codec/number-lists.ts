import type { Json } from '../model/json.ts';
import { isTime, numberBelow } from './format.ts';

/**
 * Lists of numbers that repeat in rows, as windows, sessions and decaying sums do: `[lead, a, b, a, b, ...]`. A row's
 * numbers stand in lanes, and a lane says once what its numbers are.
 */
export interface Rows {
  /** 1 where a number stands in front of the rows, else 0. */
  readonly lead: 0 | 1;
  /** Numbers of a row, from 1 to `lanesMax`. */
  readonly lanes: number;
}

const lanesMax = 3;
/** With fewer rows, lanes cost more than they save. */
const rowsMin = 2;

/** `[0, time, 1, time, 1, ...]` */
export function isCounts(values: readonly Json[]): values is readonly number[] {
  if (values.length < 3 || values.length % 2 === 0 || !Object.is(values[0], 0)) return false;
  for (let at = 1; at < values.length; at += 2) {
    if (values[at + 1] !== 1 || !isTime(values[at])) return false;
  }
  return true;
}

/** The rows of a list; undefined where it is told better number by number. */
export function findRows(values: readonly Json[]): Rows | undefined {
  if (values.length < rowsMin + 1) return undefined;
  let firstTime = -1;
  for (let at = 0; at < values.length; at += 1) {
    if (!isWhole(values[at] as Json)) return undefined;
    if (firstTime < 0 && isTime(values[at])) firstTime = at;
  }
  if (firstTime < 0) return rowsWithoutTimes(values as readonly number[]);
  if (firstTime > 1) return undefined;
  const lead = firstTime as 0 | 1;
  for (let lanes = 1; lanes <= lanesMax; lanes += 1) {
    if ((values.length - lead) % lanes === 0 && isPeriodic(values, lead, lanes))
      return rows(values, lead, lanes);
  }
  return undefined;
}

/** Steps ascend in the first of two lanes. Hashes are a lane of large numbers. */
function rowsWithoutTimes(values: readonly number[]): Rows | undefined {
  if (values.every((value) => value >= 2 ** 21)) return { lead: 0, lanes: 1 };
  const isPaired = values.length % 2 === 0 && isAscending(values, 0, 2);
  return isPaired ? rows(values, 0, 2) : undefined;
}

function rows(values: readonly Json[], lead: 0 | 1, lanes: number): Rows | undefined {
  return values.length - lead < rowsMin * lanes ? undefined : { lead, lanes };
}

/** Whether times stand in the same places of each row. */
function isPeriodic(values: readonly Json[], from: number, lanes: number): boolean {
  for (let at = from + lanes; at < values.length; at += 1) {
    if (isTime(values[at]) !== isTime(values[at - lanes])) return false;
  }
  return true;
}

/** Whether the numbers of a lane ascend. */
export function isAscending(values: readonly number[], from: number, lanes: number): boolean {
  for (let at = from + lanes; at < values.length; at += lanes) {
    if ((values[at] as number) <= (values[at - lanes] as number)) return false;
  }
  return true;
}

function isWhole(value: Json): boolean {
  return Number.isInteger(value) && Math.abs(value as number) < numberBelow && !Object.is(value, -0);
}
