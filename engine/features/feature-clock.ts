import { startOfPeriod } from '../calendar/period-start.ts';
import type { CalendarPeriod } from '../model/feature.ts';
import type { TimeZones } from '../ports.ts';

/** The moment at which features are read, and where the customer's calendar stands then. */
export class FeatureClock {
  readonly now: number;
  private readonly zoneOf: () => string;
  private readonly zones: TimeZones;
  private readonly starts: Partial<Record<CalendarPeriod, number>> = {};

  /** The zone is only asked for once a calendar window is read: most rulebooks have none. */
  constructor(now: number, zoneOf: () => string, zones: TimeZones) {
    this.now = now;
    this.zoneOf = zoneOf;
    this.zones = zones;
  }

  /** The moment at which the period that holds `now` began on the customer's wall. */
  startOf(period: CalendarPeriod): number {
    this.starts[period] ??= startOfPeriod(period, this.now, { zone: this.zoneOf(), zones: this.zones });
    return this.starts[period];
  }
}
