import type { Cursor } from './cursor.ts';
import { durationExpected, durationPattern, parseDuration } from './duration.ts';
import { type IsoTime, parseIsoTime } from './iso-time.ts';
import { isInheritedName, nameExpected, namePattern } from './names.ts';
import { didYouMean } from './nearest-name.ts';
import { invalid, isMap, type Read, type Shape, wrongType, wrongValue } from './shape.ts';

export const text: Shape<string> = {
  expected: 'text',
  schema: { type: 'string', minLength: 1 },
  read: (value, at) => {
    if (typeof value !== 'string') return wrongType(at, 'text', value);
    return value === '' ? wrongValue(at, 'text that is not empty', value) : value;
  },
};

export const flag: Shape<boolean> = {
  expected: '`true` or `false`',
  schema: { type: 'boolean' },
  read: (value, at) => (typeof value === 'boolean' ? value : wrongType(at, '`true` or `false`', value)),
};

interface Range {
  readonly min?: number;
  readonly max?: number;
  /** The minimum itself is not allowed. */
  readonly above?: number;
  readonly whole?: boolean;
}

export function number(range: Range = {}): Shape<number> {
  const expected = rangeInWords(range);
  return {
    expected,
    schema: {
      type: range.whole ? 'integer' : 'number',
      minimum: range.min,
      maximum: range.max,
      exclusiveMinimum: range.above,
    },
    read: (value, at) => {
      if (typeof value !== 'number') return wrongType(at, expected, value);
      return isInRange(value, range) ? value : wrongValue(at, expected, value);
    },
  };
}

function isInRange(value: number, { min, max, above, whole }: Range): boolean {
  if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) return false;
  return (min ?? value) <= value && value <= (max ?? value) && (above === undefined || value > above);
}

function rangeInWords({ min, max, above, whole }: Range): string {
  const kind = whole ? 'a whole number' : 'a number';
  if (above !== undefined) return `${kind} above ${above}`;
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  return min === undefined ? kind : `${kind} of ${min} or more`;
}

export function oneOf<const T extends string>(choices: readonly T[]): Shape<T> {
  const expected = choices.length === 1 ? `\`${choices[0]}\`` : `one of ${inWords(choices)}`;
  return {
    expected,
    schema: { enum: choices },
    read: (value, at) => {
      const found = choices.find((choice) => choice === value);
      if (found !== undefined) return found;
      if (typeof value !== 'string') return wrongType(at, expected, value);
      return wrongValue(at, expected, value, didYouMean(value, choices));
    },
  };
}

export function inWords(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

/** A name that matches a pattern. */
export function name(pattern: RegExp = namePattern): Shape<string> {
  return {
    expected: nameExpected(pattern),
    schema: { type: 'string', pattern: pattern.source },
    read: (value, at) => {
      if (typeof value !== 'string') return wrongType(at, 'text', value);
      return checkName(value, pattern, at) ? value : invalid;
    },
  };
}

export function checkName(value: string, pattern: RegExp, at: Cursor): boolean {
  if (!pattern.test(value)) {
    at.error('NBR_BAD_NAME', `${at.label}: expected ${nameExpected(pattern)}, found "${value}".`);
    return false;
  }
  if (isInheritedName(value)) {
    at.error(
      'NBR_BAD_NAME',
      `${at.label}: expected a name that JavaScript does not reserve, found "${value}".`,
    );
    return false;
  }
  return true;
}

/** Milliseconds. */
export function duration(options: { readonly minMs?: number } = {}): Shape<number> {
  const { minMs = 1 } = options;
  return {
    expected: durationExpected,
    schema: { type: 'string', pattern: durationPattern },
    read: (value, at) => {
      if (typeof value !== 'string') return wrongType(at, durationExpected, value);
      const ms = parseDuration(value);
      if (ms !== undefined && ms >= minMs) return ms;
      const expected = ms === undefined ? durationExpected : `a duration of ${minMs} ms or more`;
      at.error('NBR_BAD_DURATION', `${at.label}: expected ${expected}, found "${value}".`);
      return invalid;
    },
  };
}

const isoTimeExpected = 'a date such as `2026-11-01` or a date-time such as `2026-11-01T09:00:00Z`';

export const isoTime: Shape<IsoTime> = {
  expected: isoTimeExpected,
  schema: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}' },
  read: (value, at) => {
    if (typeof value !== 'string') return wrongType(at, isoTimeExpected, value);
    const time = parseIsoTime(value);
    if (time) return time;
    at.error('NBR_BAD_DATE', `${at.label}: expected ${isoTimeExpected}, found "${value}".`);
    return invalid;
  },
};

/** Any JSON; the document was looked through before. */
export const anything: Shape<unknown> = {
  expected: 'any value',
  schema: {},
  read: (value): Read<unknown> => value,
};

/** A map of any JSON. */
export const anyMap: Shape<Readonly<Record<string, unknown>>> = {
  expected: 'a map',
  schema: { type: 'object' },
  read: (value, at) => (isMap(value) ? value : wrongType(at, 'a map', value)),
};

/** Text of one form. */
export function pattern(form: RegExp, expected: string): Shape<string> {
  return {
    expected,
    schema: { type: 'string', pattern: form.source },
    read: (value, at) => {
      if (typeof value !== 'string') return wrongType(at, expected, value);
      return form.test(value) ? value : wrongValue(at, expected, value);
    },
  };
}
