import { day } from '../limits.ts';
import type { TimeZones } from '../ports.ts';

/**
 * Moments and what clocks on the wall show. A moment is epoch ms; a wall time is ms since 1970-01-01T00:00 on the same
 * wall, so that days and hours are plain divisions.
 */

/** What the wall of a zone shows at a moment. */
export function wallOf(at: number, zone: string, zones: TimeZones): number {
  return at + zones.offsetMs(at, zone);
}

/**
 * The moment at which the wall of a zone shows a time. A time that it shows twice, because the clock is put back, means
 * the first; one that it never shows, because the clock is put forward, means as much later as the clock jumps: where it
 * goes from 02:00 to 03:00, 02:30 is 03:30.
 */
export function momentOf(wallMs: number, zone: string, zones: TimeZones): number {
  // No zone is more than a day ahead of UTC or behind it, and none changes its clock twice in two days.
  const before = wallMs - zones.offsetMs(wallMs - day, zone);
  const after = wallMs - zones.offsetMs(wallMs + day, zone);
  if (before === after) return before;
  const fits = (at: number) => wallOf(at, zone, zones) === wallMs;
  if (fits(before) && fits(after)) return Math.min(before, after);
  return fits(after) ? after : before;
}

/** The day of a wall time, counted from 1970-01-01. */
export function dayOf(wallMs: number): number {
  return Math.floor(wallMs / day);
}

/** Ms since midnight. */
export function timeOfDay(wallMs: number): number {
  return wallMs - dayOf(wallMs) * day;
}

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(wallMs: number): number {
  // 1970-01-01 was a Thursday. The remainder of a day before it is negative.
  return (((dayOf(wallMs) + 3) % 7) + 7) % 7;
}
