import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTimeZones } from '../../../adapters/time-zones/time-zones.ts';
import { momentOf, timeOfDay, wallOf, weekdayOf } from '../../../engine/calendar/wall-time.ts';

const zones = openTimeZones();
const oslo = 'Europe/Oslo';

describe('the moment of a time on the wall', () => {
  it('shows that time, wherever the clock is not put forward over it', () => {
    const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const at = fc.integer({ min: Date.UTC(1980, 0, 1), max: Date.UTC(2040, 0, 1) });
    fc.assert(
      fc.property(zone, at, (name, moment) => {
        const wall = wallOf(moment, name, zones);
        const found = momentOf(wall, name, zones);
        expect(wallOf(found, name, zones)).toBe(wall);
        // Of two moments at which the wall shows the same, it is the first.
        expect(found).toBeLessThanOrEqual(moment);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is as much later as the clock jumps where it is put forward', () => {
    expect(momentOf(Date.UTC(2026, 2, 29, 2, 30), oslo, zones)).toBe(Date.UTC(2026, 2, 29, 1, 30));
    expect(wallOf(Date.UTC(2026, 2, 29, 1, 30), oslo, zones)).toBe(Date.UTC(2026, 2, 29, 3, 30));
  });

  it('is the first of two where the clock is put back', () => {
    expect(momentOf(Date.UTC(2026, 9, 25, 2, 30), oslo, zones)).toBe(Date.UTC(2026, 9, 25, 0, 30));
  });

  it('is the beginning of a day that begins at one in the morning', () => {
    // Lebanon puts its clocks forward at midnight.
    const midnight = Date.UTC(2026, 2, 29);
    const begins = momentOf(midnight, 'Asia/Beirut', zones);
    expect(wallOf(begins, 'Asia/Beirut', zones)).toBe(Date.UTC(2026, 2, 29, 1));
    expect(wallOf(begins - 1, 'Asia/Beirut', zones)).toBe(midnight - 1);
  });

  it('is there for a day that a zone left out', () => {
    expect(momentOf(Date.UTC(2011, 11, 30, 12), 'Pacific/Apia', zones)).toBe(Date.UTC(2011, 11, 30, 22));
    expect(momentOf(Date.UTC(2011, 11, 31, 5), 'Pacific/Apia', zones)).toBe(Date.UTC(2011, 11, 30, 15));
  });
});

it('weekdays and times of day are those of the calendar, before 1970 as well', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e13, max: 1e13 }), (wall) => {
      const date = new Date(wall);
      expect(weekdayOf(wall)).toBe((date.getUTCDay() + 6) % 7);
      expect(timeOfDay(wall)).toBe(
        wall - Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()),
      );
    }),
  );
});
