import fc from 'fast-check';
import { expect, it } from 'vitest';
import { civilDate, daysInMonth, daysSinceEpoch } from '../../../engine/calendar/civil-days.ts';

it('counts days as every calendar does, and back', () => {
  fc.assert(
    fc.property(fc.integer({ min: -700_000, max: 3_000_000 }), (days) => {
      const date = new Date(days * 86_400_000);
      const expected = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
      expect(civilDate(days)).toEqual(expected);
      expect(daysSinceEpoch(expected.year, expected.month, expected.day)).toBe(days);
      expect(expected.day).toBeLessThanOrEqual(daysInMonth(expected.year, expected.month));
    }),
  );
});
