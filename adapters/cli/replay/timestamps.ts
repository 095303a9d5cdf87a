import { readInstant } from '../../../engine/index.ts';

/** Reads of points in time. All are UTC: a log without a zone would otherwise mean something else on every machine. */

export type ReadTimestamp = (cell: unknown) => number | undefined;

export const timeUnits = { ms: 1, s: 1_000, hours: 3_600_000, days: 86_400_000 } as const;
export type TimeUnit = keyof typeof timeUnits;

/** A number of units since `from` (epoch ms), as a number or as text. */
export function countedFrom(unit: TimeUnit, from: number): ReadTimestamp {
  const unitMs = timeUnits[unit];
  return (cell) => {
    const count = typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : cell;
    if (typeof count !== 'number' || !Number.isFinite(count)) return undefined;
    return inRange(Math.round(from + count * unitMs));
  };
}

/** ISO 8601 dates and date-times, which logs often end in "UTC"; without an offset they are UTC. */
export function readIsoTimestamp(cell: unknown): number | undefined {
  if (typeof cell !== 'string') return undefined;
  return readInstant(
    cell
      .trim()
      .replace(/\s*UTC$/i, 'Z')
      .replace(/^(\d{4}-\d\d-\d\d)Z$/, '$1'),
  );
}

/** What a JavaScript date can hold; anything beyond is a wrong unit. */
function inRange(at: number): number | undefined {
  return Math.abs(at) <= 8.64e15 ? at : undefined;
}

type DatePart = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction';

const tokens: Readonly<Record<string, readonly [part: DatePart, pattern: string]>> = {
  yyyy: ['year', '(\\d{4})'],
  MM: ['month', '(\\d{2})'],
  M: ['month', '(\\d{1,2})'],
  dd: ['day', '(\\d{2})'],
  d: ['day', '(\\d{1,2})'],
  HH: ['hour', '(\\d{2})'],
  H: ['hour', '(\\d{1,2})'],
  ss: ['second', '(\\d{2})'],
  SSS: ['fraction', '(\\d{3})'],
};

/**
 * Compiles a pattern of `yyyy mm dd HH mm ss SSS` (one letter where a leading zero may be missing); everything else
 * stands for itself. `mm` is the month until the hour was read and the minute from there on. Undefined without a year.
 */
export function compileTimestampFormat(format: string): ReadTimestamp | undefined {
  const parts: DatePart[] = [];
  const pattern = format.replace(/yyyy|SSS|HH|H|MM|M|mm|m|dd|d|ss|[^\w\s]|\s+|\w/g, (token) => {
    const known = token === 'mm' || token === 'm' ? minuteOrMonth(token, parts) : tokens[token];
    if (known === undefined) return token.replace(/[^\w\s]/, '\\$&');
    parts.push(known[0]);
    return known[1];
  });
  if (!parts.includes('year') || new Set(parts).size !== parts.length) return undefined;
  const shape = new RegExp(`^${pattern}$`);
  return (cell) => {
    const found = shape.exec(
      typeof cell === 'number' ? String(cell) : typeof cell === 'string' ? cell.trim() : '',
    );
    if (found === null) return undefined;
    const part = (name: DatePart) => found[parts.indexOf(name) + 1] ?? '';
    return fromParts(parts, part);
  };
}

function minuteOrMonth(token: 'mm' | 'm', parts: readonly string[]): readonly [DatePart, string] {
  const digits = token === 'mm' ? '(\\d{2})' : '(\\d{1,2})';
  return [parts.includes('hour') ? 'minute' : 'month', digits];
}

/** By way of ISO 8601, whose reader refuses dates that do not exist. */
function fromParts(parts: readonly DatePart[], part: (name: DatePart) => string): number | undefined {
  const two = (name: DatePart, absent: string) =>
    parts.includes(name) ? part(name).padStart(2, '0') : absent;
  const date = `${part('year')}-${two('month', '01')}-${two('day', '01')}`;
  const fraction = parts.includes('fraction') ? part('fraction') : '0';
  return readInstant(
    `${date}T${two('hour', '00')}:${two('minute', '00')}:${two('second', '00')}.${fraction}Z`,
  );
}
