import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountName, type BudgetWindow, windowOf } from '../../../engine/budgets/budget-window.ts';
import type { Budget } from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';

const hour = 3_600_000;

function open(fields: string, zone: string) {
  const book = bookOf(
    `timeZone: ${zone}\nchannels: { web: { direction: pull } }\nbudgets: { pot: { unit: contacts, total: 9, ${fields} } }`,
  );
  const budget = book.budgets.get('pot') as Budget;
  const at = (moment: number) => windowOf(budget, moment, book.timeZones);
  const name = (moment: number) => accountName(budget, at(moment) as BudgetWindow);
  return { at, name };
}

/** From when until when the period at a moment lasts, as ISO times in UTC. */
function periodAt(fields: string, zone: string, moment: string): string {
  const window = open(fields, zone).at(Date.parse(moment));
  if (!window) return 'none';
  return `${new Date(window.from).toISOString().slice(0, 16)} - ${new Date(window.until).toISOString().slice(0, 16)}`;
}

describe('the period of a budget', () => {
  it.each([
    ['a day', 'period: day', 'Europe/Oslo', '2026-01-15T22:59:00Z', '2026-01-14T23:00 - 2026-01-15T23:00'],
    [
      'a day of 23 hours',
      'period: day',
      'Europe/Oslo',
      '2026-03-29T12:00:00Z',
      '2026-03-28T23:00 - 2026-03-29T22:00',
    ],
    [
      'a day of 25 hours',
      'period: day',
      'Europe/Oslo',
      '2026-10-25T22:30:00Z',
      '2026-10-24T22:00 - 2026-10-25T23:00',
    ],
    ['a week', 'period: week', 'Europe/Oslo', '2026-10-25T22:30:00Z', '2026-10-18T22:00 - 2026-10-25T23:00'],
    [
      'a month',
      'period: month',
      'America/New_York',
      '2026-03-31T12:00:00Z',
      '2026-03-01T05:00 - 2026-04-01T04:00',
    ],
    [
      'a month of 28 days',
      'period: month',
      'UTC',
      '2026-02-28T23:59:00Z',
      '2026-02-01T00:00 - 2026-03-01T00:00',
    ],
    ['an hour', 'period: hour', 'UTC', '2026-03-01T12:59:59Z', '2026-03-01T12:00 - 2026-03-01T13:00'],
    [
      'an hour by a clock half an hour off',
      'period: hour',
      'Asia/Kolkata',
      '2026-03-01T12:15:00Z',
      '2026-03-01T11:30 - 2026-03-01T12:30',
    ],
    [
      'a day that begins when midnight is skipped',
      'period: day',
      'America/Santiago',
      '2026-09-06T12:00:00Z',
      '2026-09-06T04:00 - 2026-09-07T03:00',
    ],
    [
      'a campaign of days',
      'campaign: { from: 2026-11-20, until: 2026-11-30 }',
      'Europe/Oslo',
      '2026-11-30T22:59:00Z',
      '2026-11-19T23:00 - 2026-11-30T23:00',
    ],
    [
      'a campaign of moments',
      'campaign: { from: "2026-11-20T08:00:00Z", until: "2026-11-20T20:00:00Z" }',
      'Europe/Oslo',
      '2026-11-20T08:00:00Z',
      '2026-11-20T08:00 - 2026-11-20T20:00',
    ],
    [
      'no campaign before it',
      'campaign: { from: 2026-11-20, until: 2026-11-30 }',
      'UTC',
      '2026-11-19T23:59:59Z',
      'none',
    ],
    [
      'no campaign after it',
      'campaign: { from: 2026-11-20, until: 2026-11-30 }',
      'UTC',
      '2026-12-01T00:00:00Z',
      'none',
    ],
  ])("is %s by the book's time zone", (_what, fields, zone, moment, expected) => {
    expect(periodAt(fields, zone, moment)).toBe(expected);
  });

  it('follows the one before without a gap, whatever clocks do, and holds every moment once', () => {
    const zones = [
      'Europe/Oslo',
      'America/Havana',
      'America/Santiago',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'UTC',
    ];
    const moment = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });
    for (const zone of zones) {
      for (const period of ['day', 'week', 'month']) {
        const { at } = open(`period: ${period}`, zone);
        fc.assert(
          fc.property(moment, (now) => {
            const { from, until } = at(now) as BudgetWindow;
            expect(from <= now && now < until).toBe(true);
            expect(at(from)).toEqual({ from, until });
            expect(at(until - 1)).toEqual({ from, until });
            expect(at(until)?.from).toBe(until);
          }),
          { numRuns: 40 },
        );
      }
    }
  });

  it('begins a new account with a new period, and none when a campaign is prolonged', () => {
    const { name } = open('period: day', 'UTC');
    const noon = Date.UTC(2026, 2, 1, 12);
    expect(name(noon)).toBe(name(noon + 11 * hour));
    expect(name(noon)).not.toBe(name(noon + 12 * hour));
    const short = open('campaign: { from: 2026-03-01, until: 2026-03-05 }', 'UTC');
    const long = open('campaign: { from: 2026-03-01, until: 2026-03-09 }', 'UTC');
    const later = open('campaign: { from: 2026-03-02, until: 2026-03-09 }', 'UTC');
    expect(short.name(noon)).toBe(long.name(noon + 100 * hour));
    expect(later.name(noon + 24 * hour)).not.toBe(long.name(noon + 24 * hour));
  });
});
