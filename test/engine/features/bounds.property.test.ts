import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../engine/index.ts';
import { sessionsIn } from './expected-value.ts';
import { featureBook, type Happening, partAt, profileAfter, stateOf, valueAt } from './try-feature.ts';

/** Much happens to some customers: what the states of busy ones come to, and how far off they may be. */

const day = 86_400_000;
const minute = 60_000;
const start = Date.UTC(2026, 4, 3);
const book = featureBook({
  count: '{ count: E, within: 7d }',
  sum: '{ sum: E, of: properties.n, within: 7d }',
  avg: '{ avg: E, of: properties.n, within: 7d }',
  max: '{ max: E, of: properties.n, within: 7d }',
  min: '{ min: E, of: properties.n, within: 7d }',
  first: '{ first: E, of: properties.n, within: 7d }',
  today: '{ count: E, within: today }',
  month: '{ count: E, within: this month }',
  visits: '{ sessions: E, gap: 10m, within: 7d }',
  'visits ever': '{ sessions: E, gap: 10m }',
  keys: '{ count: E, by: properties.key }',
});

/** A hundred to four hundred events within two weeks, in any order; numbers rise and fall. */
const busy = fc
  .array(fc.record({ at: fc.nat(14 * day), n: fc.integer({ min: -50, max: 50 }) }), {
    minLength: 100,
    maxLength: 400,
  })
  .map((events) => events.map(({ at, n }): Happening => ({ at: start + at, properties: { n } })));

function within(happenings: readonly Happening[], after: number): readonly Happening[] {
  return happenings.filter(({ at }) => at > after);
}

function numbersOf(happenings: readonly Happening[]): readonly number[] {
  return happenings.map(({ properties }) => properties?.n as number);
}

/** Runs a check on a busy customer a little later. */
function forBusy(check: (happenings: readonly Happening[], now: number) => void): void {
  fc.assert(
    fc.property(busy, fc.nat(2 * day), (happenings, ahead) => {
      check(happenings, Math.max(...happenings.map(({ at }) => at)) + ahead);
    }),
    { numRuns: 40 },
  );
}

describe('a busy window', () => {
  it('counts all events but those within 1/64 of its beginning exactly', () => {
    forBusy((happenings, now) => {
      const found = valueAt(book, 'count', [profileAfter(book, happenings)], now);
      const edge = now - 7 * day;
      expect(found).toBeGreaterThanOrEqual(within(happenings, edge + (7 * day) / 64).length);
      expect(found).toBeLessThanOrEqual(within(happenings, edge - (7 * day) / 64).length);
    });
  });

  it('adds up, and takes the average, of what is off by no more than that', () => {
    forBusy((happenings, now) => {
      const profiles = [profileAfter(book, happenings)];
      const add = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
      // Events leave a window one bucket after another, so the sum is that of all events after some moment.
      const edge = now - 7 * day;
      const doubtful = within(happenings, edge - (7 * day) / 64).filter(
        ({ at }) => at <= edge + (7 * day) / 64,
      );
      const certain = add(numbersOf(within(happenings, edge + (7 * day) / 64)));
      const slack = add(numbersOf(doubtful).map(Math.abs));
      expect(Math.abs((valueAt(book, 'sum', profiles, now) as number) - certain)).toBeLessThanOrEqual(slack);
      const average = valueAt(book, 'avg', profiles, now) as number;
      const count = valueAt(book, 'count', profiles, now) as number;
      expect(average * count).toBeCloseTo(valueAt(book, 'sum', profiles, now) as number, 3);
    });
  });

  it('knows its largest, its smallest and its oldest value, give or take 1/64 at its beginning', () => {
    forBusy((happenings, now) => {
      const profiles = [profileAfter(book, happenings)];
      const edge = now - 7 * day;
      const least = numbersOf(within(happenings, edge + (7 * day) / 64));
      const most = numbersOf(within(happenings, edge - (7 * day) / 64));
      fc.pre(least.length > 0);
      expect(valueAt(book, 'max', profiles, now)).toBeGreaterThanOrEqual(Math.max(...least));
      expect(valueAt(book, 'max', profiles, now)).toBeLessThanOrEqual(Math.max(...most));
      expect(valueAt(book, 'min', profiles, now)).toBeLessThanOrEqual(Math.min(...least));
      expect(valueAt(book, 'min', profiles, now)).toBeGreaterThanOrEqual(Math.min(...most));
      const oldest = valueAt(book, 'first', profiles, now);
      const candidates = within(happenings, edge).filter(({ at }) => at <= edge + (7 * day) / 64 + day);
      if (candidates.length > 0) expect(numbersOf(within(happenings, edge))).toContain(oldest);
    });
  });

  it('counts a day of the calendar exactly, however busy it is', () => {
    forBusy((happenings) => {
      const now = start + 13 * day + 20 * 60 * minute;
      const zone = 'Asia/Kathmandu';
      // 05:45 ahead of UTC: the day there began at 18:15 of the day before here.
      const midnight = start + 14 * day - (5 * 60 + 45) * minute;
      const crowded = [...happenings, ...happenings.map((each) => ({ ...each, at: each.at + 1 }))].filter(
        ({ at }) => at <= now,
      );
      const found = valueAt(book, 'today', [profileAfter(book, crowded, { zone })], now);
      expect(found).toBe(crowded.filter(({ at }) => at >= midnight).length);
    });
  });

  it('counts a month of the calendar but for 1/64 of it at its beginning', () => {
    forBusy((happenings, now) => {
      // All of them are of one month.
      fc.pre(now < Date.UTC(2026, 4, 31));
      expect(valueAt(book, 'month', [profileAfter(book, happenings, { zone: 'Europe/Oslo' })], now)).toBe(
        happenings.length,
      );
    });
  });

  it('keeps all its states small', () => {
    const many = Array.from(
      { length: 5_000 },
      (_, index): Happening => ({
        at: start + index * 7 * minute,
        properties: { n: (index * 7919) % 101, key: `k${index % 500}` },
      }),
    );
    const profile = profileAfter(book, many);
    const numbersIn = (name: string) => (stateOf(book, name, profile) ?? []).flat(3).length;
    for (const name of ['count', 'sum', 'max', 'min']) expect(numbersIn(name)).toBeLessThan(2 * 68);
    for (const name of ['avg', 'first']) expect(numbersIn(name)).toBeLessThan(3 * 68);
    for (const name of ['today', 'month']) expect(numbersIn(name)).toBeLessThan(2 * 112);
    expect(numbersIn('visits')).toBeLessThan(3 * (limits.sessionsMax + 68));
    expect(numbersIn('keys')).toBeLessThanOrEqual(2 * (limits.featureKeysMax + 1));
  });
});

describe('many sessions', () => {
  it('are counted all, and their durations added up, though only the newest are kept one by one', () => {
    const pauses = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 100, maxLength: 300 });
    fc.assert(
      fc.property(pauses, (minutes) => {
        let at = start;
        const happenings = minutes.map((pause): Happening => {
          at += pause * minute;
          return { at };
        });
        const sessions = sessionsIn(happenings, 10 * minute);
        const profiles = [profileAfter(book, happenings)];
        expect(valueAt(book, 'visits ever', profiles, at)).toBe(sessions.length);
        const durations = sessions.map((session) => (session.at(-1)?.at ?? 0) - (session[0]?.at ?? 0));
        const total = durations.reduce((sum, duration) => sum + duration, 0) / minute;
        expect(partAt(book, ['visits ever', 'duration'], profiles, at)).toBeCloseTo(total, 6);
        // All of it lies within a week.
        expect(valueAt(book, 'visits', profiles, at)).toBe(sessions.length);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a count told apart by more than fits', () => {
  it('counts what does not fit together, so that nothing is lost', () => {
    const happenings = Array.from(
      { length: 200 },
      (_, index): Happening => ({ at: start + index, properties: { key: `k${index % 50}` } }),
    );
    const counts = valueAt(book, 'keys', [profileAfter(book, happenings)], start + day) as Record<
      string,
      number
    >;
    expect(Object.keys(counts)).toHaveLength(limits.featureKeysMax + 1);
    expect(counts['(other)']).toBe(4 * (50 - limits.featureKeysMax));
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(200);
  });
});
