import { startOfPeriod } from '../calendar/period-start.ts';
import { wallOf } from '../calendar/wall-time.ts';
import { day } from '../limits.ts';
import type { Budget, Rulebook } from '../model/rulebook.ts';

/** The stretch of time that a budget's total is for: half-open, epoch ms; without ends for a budget once and for all. */
export interface BudgetWindow {
  readonly from: number;
  readonly until: number;
}

type Zones = Rulebook['timeZones'];

const hour = day / 24;
const always: BudgetWindow = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

/**
 * The period of a budget that holds `now`, by the calendar of the book's time zone; undefined outside of a campaign.
 * Periods follow each other without gaps: where a clock that is put back shows midnight twice, the day begins at the first.
 */
export function windowOf(budget: Budget, now: number, zones: Zones): BudgetWindow | undefined {
  switch (budget.period) {
    case 'total':
      return always;
    case 'campaign': {
      const { campaign } = budget;
      return campaign && campaign.from <= now && now < campaign.until ? campaign : undefined;
    }
    case 'hour':
      return hourOf(now, zones);
    default:
      return calendarWindow(budget.period, now, zones);
  }
}

/** Sixty minutes from a full hour on the wall of the zone. */
function hourOf(now: number, zones: Zones): BudgetWindow {
  const wall = wallOf(now, zones.fallback, zones);
  const from = now - (wall - Math.floor(wall / hour) * hour);
  return { from, until: from + hour };
}

function calendarWindow(period: 'day' | 'week' | 'month', now: number, zones: Zones): BudgetWindow {
  const place = { zone: zones.fallback, zones };
  const from = startOfPeriod(period, now, place);
  const until = startAfter(period, from, place);
  return until > now ? { from, until } : { from: until, until: startAfter(period, until, place) };
}

/** Noon of a day soon after the end lies in the next period, whatever the clock does there. */
const intoNext = { day: 1.5 * day, week: 7.5 * day, month: 32.5 * day } as const;

function startAfter(
  period: 'day' | 'week' | 'month',
  from: number,
  place: Parameters<typeof startOfPeriod>[2],
): number {
  return startOfPeriod(period, from + intoNext[period], place);
}

/**
 * The name under which stores and ledgers keep a budget's period. Another unit, another period or another beginning of a
 * campaign is another account: what was counted does not go together. A campaign may end later and a total may change.
 */
export function accountName({ name, unit, period }: Budget, { from }: BudgetWindow): string {
  const begin = period === 'total' ? '' : `.${from}`;
  return `budget.${name}@${unit === 'cost' ? 'cost.' : ''}${period}${begin}`;
}

/** How long accounts outlast their period: what is worked off late still finds them. */
export const keepAccountsMs = 3 * day;
/** How long those outlast their last use whose end is not known beforehand. */
const keepLastingMs = 400 * day;

/** Whether the account may be spent of after the end that it had before: for once and for all, or in a campaign, which may be prolonged. */
export function isLasting({ period }: Budget): boolean {
  return period === 'total' || period === 'campaign';
}

export function accountExpiry(budget: Budget, { until }: BudgetWindow, wall: number): number {
  const end = Number.isFinite(until) ? Math.max(until, wall) : wall;
  return end + (isLasting(budget) ? keepLastingMs : keepAccountsMs);
}
