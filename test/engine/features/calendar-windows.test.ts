import { describe, expect, it } from 'vitest';
import { openTimeZones } from '../../../adapters/time-zones/time-zones.ts';
import { startOfPeriod } from '../../../engine/calendar/period-start.ts';
import type { CalendarPeriod } from '../../../engine/index.ts';
import { featureBook, profileAfter, valueAt } from './try-feature.ts';

const zones = openTimeZones();
const book = featureBook({
  day: '{ count: E, within: today }',
  week: '{ count: E, within: this week }',
  month: '{ count: E, within: this month }',
  quarter: '{ count: E, within: this quarter }',
  year: '{ count: E, within: this year }',
});

function begins(period: CalendarPeriod, at: string, zone: string): string {
  return new Date(startOfPeriod(period, Date.parse(at), { zone, zones })).toISOString();
}

describe('a period of the calendar', () => {
  it.each([
    ['day', '2026-06-17T21:59:59Z', 'Europe/Oslo', '2026-06-16T22:00:00.000Z'],
    ['day', '2026-06-17T22:00:00Z', 'Europe/Oslo', '2026-06-17T22:00:00.000Z'],
    ['week', '2026-06-17T12:00:00Z', 'Europe/Oslo', '2026-06-14T22:00:00.000Z'],
    ['week', '2026-06-14T21:59:59Z', 'Europe/Oslo', '2026-06-07T22:00:00.000Z'],
    ['month', '2026-06-30T22:00:00Z', 'Europe/Oslo', '2026-06-30T22:00:00.000Z'],
    ['quarter', '2026-06-17T12:00:00Z', 'Europe/Oslo', '2026-03-31T22:00:00.000Z'],
    ['quarter', '2026-12-31T23:30:00Z', 'UTC', '2026-10-01T00:00:00.000Z'],
    ['year', '2026-06-17T12:00:00Z', 'Europe/Oslo', '2025-12-31T23:00:00.000Z'],
    ['year', '2024-02-29T12:00:00Z', 'Pacific/Kiritimati', '2023-12-31T10:00:00.000Z'],
  ] as const)('begins on the wall: the %s of %s in %s', (period, at, zone, start) => {
    expect(begins(period, at, zone)).toBe(start);
  });

  it.each([
    // The clocks go forward at 02:00 and back at 03:00: the days have 23 and 25 hours.
    ['day', '2026-03-29T20:00:00Z', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['day', '2026-10-25T22:59:59Z', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
    ['month', '2026-03-31T12:00:00Z', 'Europe/Berlin', '2026-02-28T23:00:00.000Z'],
    // There is no midnight: the clocks go from 24:00 to 01:00.
    ['day', '2026-04-24T12:00:00Z', 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
    // Midnight comes twice: the day begins with the first.
    ['day', '2026-11-01T12:00:00Z', 'America/Havana', '2026-11-01T04:00:00.000Z'],
    // A day that was left out: from the 29th to the 31st.
    ['day', '2011-12-30T12:00:00Z', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
  ] as const)('begins where the clocks are changed: the %s of %s in %s', (period, at, zone, start) => {
    expect(begins(period, at, zone)).toBe(start);
  });

  it('is counted so far, and starts again by itself', () => {
    const at = Date.parse('2026-06-30T20:00:00Z');
    const oslo = [profileAfter(book, [{ at }], { zone: 'Europe/Oslo' })];
    const later = (hours: number) =>
      ['day', 'week', 'month', 'quarter', 'year'].map((name) =>
        valueAt(book, name, oslo, at + hours * 3_600_000),
      );
    expect(later(1.9)).toEqual([1, 1, 1, 1, 1]);
    expect(later(2)).toEqual([0, 1, 0, 0, 1]);
    expect(later(6 * 24)).toEqual([0, 0, 0, 0, 1]);
    expect(later(185 * 24)).toEqual([0, 0, 0, 0, 0]);
  });

  it('goes by the clock where the customer is now', () => {
    const at = Date.parse('2026-06-17T20:00:00Z');
    const now = Date.parse('2026-06-17T23:00:00Z');
    const inZone = (zone: string) => valueAt(book, 'day', [profileAfter(book, [{ at }], { zone })], now);
    expect(inZone('UTC')).toBe(1);
    expect(inZone('Europe/Oslo')).toBe(0);
    expect(inZone('America/New_York')).toBe(1);
    // 14 hours ahead: there, both are of the morning of the next day.
    expect(inZone('Pacific/Kiritimati')).toBe(1);
    expect(inZone('nowhere')).toBe(1);
  });
});
