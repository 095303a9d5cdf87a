import { day } from '../limits.ts';
import type { QuietHours } from '../model/quiet-hours.ts';
import type { TimeZones } from '../ports.ts';
import { clockChange } from './clock-change.ts';
import { dayOf, timeOfDay, wallOf, weekdayOf } from './wall-time.ts';

/**
 * Quiet hours on the wall of a customer. What counts is what the clock there shows: an hour that it leaves out is not
 * waited for, and one that it shows twice is quiet twice.
 */

interface Wall {
  readonly zone: string;
  readonly zones: TimeZones;
}

export function isQuiet(entry: QuietHours, at: number, { zone, zones }: Wall): boolean {
  return quietUntilShown(entry, wallOf(at, zone, zones)) !== undefined;
}

/**
 * The first moment from `at` on at which none of the entries is quiet. Nobody looks beyond `horizon`: at or after it the
 * answer may still be a quiet one.
 */
export function endOfQuiet(
  entries: readonly QuietHours[],
  at: number,
  { horizon, ...wall }: Wall & { readonly horizon: number },
): number {
  let moment = at;
  while (moment < horizon) {
    const shown = wallOf(moment, wall.zone, wall.zones);
    let end = shown;
    for (const entry of entries) end = Math.max(end, quietUntilShown(entry, shown) ?? shown);
    if (end === shown) return moment;
    moment = momentAhead(moment, end - shown, wall);
  }
  return moment;
}

/** So much later; or when the clock is put forward or back, if that comes first: it shows something unforeseen then. */
function momentAhead(at: number, ms: number, wall: Wall): number {
  const ahead = at + ms;
  const { zone, zones } = wall;
  return zones.offsetMs(ahead, zone) === zones.offsetMs(at, zone) ? ahead : clockChange(at, ahead, wall);
}

/** What the wall shows when this stretch of quiet ends, if the clock goes on evenly; undefined: it is not quiet. */
function quietUntilShown({ dates, period, valid }: QuietHours, shown: number): number | undefined {
  const today = dayOf(shown);
  if (dates.has(today) && isWithin(valid, today)) return (today + 1) * day;
  if (period === undefined) return undefined;
  const { start, end, days } = period;
  const time = timeOfDay(shown);
  const isPastMidnight = end <= start;
  const begins = (date: number) => isWithin(valid, date) && days[weekdayOf(date * day)] === true;
  if (time >= start && (isPastMidnight || time < end) && begins(today))
    return (isPastMidnight ? today + 1 : today) * day + end;
  return isPastMidnight && time < end && begins(today - 1) ? today * day + end : undefined;
}

function isWithin({ from, until }: QuietHours['valid'], date: number): boolean {
  return date >= from && date < until;
}
