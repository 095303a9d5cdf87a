import { day, limits } from '../limits.ts';
import type { CalendarPeriod, Feature } from '../model/feature.ts';
import type { FeatureClock } from './feature-clock.ts';

/** How a window is kept: what it may forget, and how coarse it becomes when there is much in it. */
export interface WindowSpan {
  /** An entry this much older than the newest one is not looked at again. */
  readonly keepMs: number;
  /** Length of a bucket. */
  readonly widthMs: number;
  /** Entries kept as they are before they turn to buckets. */
  readonly entriesMax: number;
}

type WindowFields = Pick<Feature, 'windowMs' | 'calendar' | 'exact'>;

const minute = 60_000;
const hour = 60 * minute;
/** Clocks that are put back make a period longer, by two hours where it is most. */
const clockChange = 3 * hour;

/**
 * The longest that a period can be, and a width of bucket that is at most 1/64 of the shortest. Clocks of all zones
 * differ by quarters of an hour, so the beginning of a day never falls into a bucket.
 */
const periods: Readonly<Record<CalendarPeriod, Omit<WindowSpan, 'entriesMax'>>> = {
  day: { keepMs: day + clockChange, widthMs: 15 * minute },
  week: { keepMs: 7 * day + clockChange, widthMs: 2 * hour },
  month: { keepMs: 31 * day + clockChange, widthMs: 8 * hour },
  quarter: { keepMs: 92 * day + clockChange, widthMs: day },
  year: { keepMs: 366 * day + clockChange, widthMs: 5 * day },
};

/** Undefined for a feature that looks at all events there ever were. */
export function spanOf({ windowMs, calendar, exact }: WindowFields): WindowSpan | undefined {
  const entriesMax = exact ? limits.windowEntriesExactMax : limits.windowEntriesMax;
  if (calendar !== undefined) return { ...periods[calendar], entriesMax };
  if (windowMs === undefined) return undefined;
  return { keepMs: windowMs, widthMs: Math.max(1, Math.ceil(windowMs / 64)), entriesMax };
}

/** What happened after this moment is in the window. */
export function horizonOf({ windowMs, calendar }: WindowFields, clock: FeatureClock): number {
  if (windowMs !== undefined) return clock.now - windowMs;
  return calendar === undefined ? Number.NEGATIVE_INFINITY : clock.startOf(calendar) - 1;
}
