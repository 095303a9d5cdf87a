import { clockChange } from '../calendar/clock-change.ts';
import { dayOf, wallOf } from '../calendar/wall-time.ts';
import { day } from '../limits.ts';
import type { TimeZones } from '../ports.ts';

/**
 * When a wall clock next shows one of these times of day (ms since midnight), or is put forward or back, whichever comes
 * first: until then the wall shows nothing unforeseen.
 */
export function nextTimeOfDay(
  at: number,
  times: readonly number[],
  { zone, zones }: { readonly zone: string; readonly zones: TimeZones },
): number {
  const wall = wallOf(at, zone, zones);
  const midnight = dayOf(wall) * day;
  let next = Number.POSITIVE_INFINITY;
  for (const time of times) {
    const today = midnight + (time % day);
    next = Math.min(next, today > wall ? today : today + day);
  }
  const offset = wall - at;
  const moment = next - offset;
  return zones.offsetMs(moment, zone) === offset ? moment : clockChange(at, moment, { zone, zones });
}
