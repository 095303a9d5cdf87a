import { day } from '../limits.ts';
import type { CalendarPeriod } from '../model/feature.ts';
import type { TimeZones } from '../ports.ts';
import { civilDate, daysSinceEpoch } from './civil-days.ts';
import { dayOf, momentOf, wallOf, weekdayOf } from './wall-time.ts';

/** The moment at which the period that holds `at` began on the wall of a zone; weeks begin on Monday. */
export function startOfPeriod(
  period: CalendarPeriod,
  at: number,
  { zone, zones }: { readonly zone: string; readonly zones: TimeZones },
): number {
  const wall = wallOf(at, zone, zones);
  return momentOf(firstDay(period, wall) * day, zone, zones);
}

function firstDay(period: CalendarPeriod, wallMs: number): number {
  const today = dayOf(wallMs);
  if (period === 'day') return today;
  if (period === 'week') return today - weekdayOf(wallMs);
  const { year, month } = civilDate(today);
  switch (period) {
    case 'month':
      return daysSinceEpoch(year, month, 1);
    case 'quarter':
      return daysSinceEpoch(year, month - ((month - 1) % 3), 1);
    case 'year':
      return daysSinceEpoch(year, 1, 1);
  }
}
