import { dayOf } from '../../calendar/wall-time.ts';
import { day } from '../../limits.ts';
import { oneOrMany } from '../collection-shapes.ts';
import type { Cursor } from '../cursor.ts';
import { readIsoTime, type WrittenTime } from '../iso-time.ts';
import { inWords } from '../scalar-shapes.ts';
import { describe, invalid, type Read, type Shape, wrongType, wrongValue } from '../shape.ts';

/** How the values of the operators on time are written. */

const minute = 60_000;

export const boundary: Shape<WrittenTime> = {
  expected: 'a date such as `2026-12-01` or a date-time such as `2026-12-01T18:00`',
  schema: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}' },
  read: (value, at) => {
    const written = typeof value === 'string' ? readIsoTime(value) : undefined;
    return written ?? badDate(at, boundary.expected, value);
  },
};

/** Ms since midnight: from `start` until before `end`. The end is the smaller one where the period goes past midnight. */
export interface TimePeriod {
  readonly start: number;
  readonly end: number;
}

const timePattern = /^(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$/;
const timeExpected = 'a time of day such as `"22:00"`';

export const timePeriod: Shape<TimePeriod> = {
  expected: 'a list of two times of day such as `["22:00", "06:00"]`',
  schema: { type: 'array', items: { type: 'string', pattern: timePattern.source }, minItems: 2, maxItems: 2 },
  read: (value, at) => {
    const times = readPair(value, at, timePeriod.expected, readTime);
    if (times === invalid) return invalid;
    const [start, end] = times;
    if (start !== end && start !== day) return { start, end };
    return wrongValue(
      at,
      'a period that lasts some time',
      value,
      'The whole day is `["00:00", "24:00"]`; 24:00 can only end a period.',
    );
  },
};

function readTime(value: unknown, at: Cursor): Read<number> {
  const match = typeof value === 'string' ? timePattern.exec(value) : null;
  if (!match)
    return badDate(at, timeExpected, value, 'Write hours and minutes with two digits each: `"08:30"`.');
  return (Number(match[1] ?? match[3]) * 60 + Number(match[2] ?? match[4])) * minute;
}

/** Ms since midnight; 24:00 is the midnight after it. */
export const timeOfDay: Shape<number> = {
  expected: timeExpected,
  schema: { type: 'string', pattern: timePattern.source },
  read: readTime,
};

/** Days since 1970-01-01, both included. */
export interface DayPeriod {
  readonly first: number;
  readonly last: number;
}

const dateExpected = 'a date such as `2026-12-01`';

export const dayPeriod: Shape<DayPeriod> = {
  expected: 'a list of two dates such as `[2026-12-01, 2026-12-24]`',
  schema: {
    type: 'array',
    items: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
    minItems: 2,
    maxItems: 2,
  },
  read: (value, at) => {
    const days = readPair(value, at, dayPeriod.expected, readDate);
    if (days === invalid) return invalid;
    const [first, last] = days;
    if (first <= last) return { first, last };
    return wrongValue(at.at(0), 'a date that is not after the second one', (value as unknown[])[0]);
  },
};

/** Days since 1970-01-01. */
export const date: Shape<number> = {
  expected: dateExpected,
  schema: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
  read: readDate,
};

function readDate(value: unknown, at: Cursor): Read<number> {
  const written = typeof value === 'string' ? readIsoTime(value) : undefined;
  if (written?.dateOnly) return dayOf(written.wallMs);
  return badDate(at, dateExpected, value, written && 'For times use `before` and `after`.');
}

export const weekdayNames: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const weekday: Shape<number> = {
  expected: `one of ${inWords(weekdayNames)}`,
  schema: { enum: weekdayNames },
  read: (value, at) => {
    if (typeof value !== 'string') return wrongType(at, weekday.expected, value);
    const index = weekdayNames.indexOf(value);
    if (index >= 0) return index;
    const meant = weekdayNames.find((name) => value.toLowerCase().startsWith(name));
    return wrongValue(at, weekday.expected, value, meant && `Write \`${meant}\`.`);
  },
};

/** 0 for Monday to 6 for Sunday. */
export const weekdays: Shape<readonly number[]> = oneOrMany(weekday);

export const yes: Shape<true> = {
  expected: '`true`',
  schema: { const: true },
  read: (value, at) =>
    value === true
      ? value
      : wrongValue(at, '`true`', value, 'For the opposite, write `not:` before the operator.'),
};

function readPair(
  value: unknown,
  at: Cursor,
  expected: string,
  read: (entry: unknown, at: Cursor) => Read<number>,
): Read<readonly [number, number]> {
  if (!Array.isArray(value)) return wrongType(at, expected, value);
  if (value.length !== 2) {
    at.error('NBR_WRONG_VALUE', `${at.label}: expected ${expected}, found a list of ${value.length}.`);
    return invalid;
  }
  const one = read(value[0], at.at(0));
  const other = read(value[1], at.at(1));
  return one === invalid || other === invalid ? invalid : [one, other];
}

function badDate(at: Cursor, expected: string, value: unknown, hint?: string): typeof invalid {
  at.error('NBR_BAD_DATE', `${at.label}: expected ${expected}, found ${describe(value)}.`, hint);
  return invalid;
}
