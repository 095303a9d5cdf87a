import { daysInMonth, daysSinceEpoch } from '../calendar/civil-days.ts';
import { day as dayMs } from '../limits.ts';

const pattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?)?$/;

/** A moment written as an ISO 8601 date (midnight) or date-time; without a zone it is UTC. */
export interface IsoTime {
  /** Epoch ms. */
  readonly at: number;
  /** True when only a day was written. */
  readonly dateOnly: boolean;
}

/** Reads a date or date-time without the host's calendar, so that the core needs no clock; undefined if it is none. */
export function parseIsoTime(text: string): IsoTime | undefined {
  const written = readIsoTime(text);
  return written && { at: written.wallMs - (written.offsetMs ?? 0), dateOnly: written.dateOnly };
}

/** A date or date-time as it was written. */
export interface WrittenTime {
  /** What stood on the wall: ms since 1970-01-01T00:00 on the same wall. */
  readonly wallMs: number;
  /** How far that wall is ahead of UTC; absent when that was not written. */
  readonly offsetMs: number | undefined;
  readonly dateOnly: boolean;
}

export function readIsoTime(text: string): WrittenTime | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1_000);
  const time = ((hour * 60 + minute) * 60 + second) * 1_000 + fraction;
  const isZoned = match[8] !== undefined || match[9] !== undefined;
  const offset = offsetMs(match[9], Number(match[10] ?? 0), Number(match[11] ?? 0));
  if (offset === undefined) return undefined;
  return {
    wallMs: daysSinceEpoch(year, month, day) * dayMs + time,
    offsetMs: isZoned ? offset : undefined,
    dateOnly: match[4] === undefined,
  };
}

function offsetMs(sign: string | undefined, hours: number, minutes: number): number | undefined {
  if (sign === undefined) return 0;
  if (hours > 23 || minutes > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
