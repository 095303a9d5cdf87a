import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featureValues } from '../../../engine/facts/feature-values.ts';
import { orderFree } from '../../../engine/features/feature-order.ts';
import type { Profile } from '../../../engine/index.ts';
import { factDomains } from '../../../engine/rules/meaning/fact-domain.ts';
import { hasValue } from '../../../engine/rules/meaning/value-set.ts';
import { type Expected, expectedValue, windowStart } from './expected-value.ts';
import {
  featureBook,
  featureOf,
  type Happening,
  partAt,
  profileAfter,
  stateOf,
  stored,
  valueAt,
} from './try-feature.ts';

const week = 7 * 86_400_000;
const start = Date.UTC(2026, 2, 20);
/** A zone whose clocks go forward within the time of the events (29 March 2026, 02:00). */
const zone = 'Europe/Berlin';

const windows: Readonly<Record<string, string>> = {
  'for ever': '',
  'in two days': ', within: 2d',
  'in an exact day': ', within: 1d, exact: true',
  today: ', within: today',
  'this week': ', within: this week',
  'this month': ', within: this month',
};

const written: Readonly<Record<string, string>> = {
  count: 'count: E',
  'count-by': 'count: E, by: properties.text',
  sum: 'sum: E, of: properties.number',
  'sum-by': 'sum: E, of: properties.number, by: properties.text',
  avg: 'avg: E, of: properties.number',
  min: 'min: E, of: properties.number',
  max: 'max: E, of: properties.number',
  first: 'first: E, of: properties.text',
  last: 'last: E, of: properties.text',
  distinct: 'distinct: E, of: properties.text',
  recency: 'recency: E, unit: hours',
  decayed: 'decayed: E, halfLife: 1d',
  'decayed-sum': 'decayed: E, of: properties.number, halfLife: 1d',
  score: 'score: { E: 1.5, F: -2 }, halfLife: 2d',
  sessions: 'sessions: E, gap: 30m',
  rfm: 'rfm: E, of: properties.number, edges: { recency: [0.5, 1, 2, 4], frequency: [1, 2, 4, 8], monetary: [0, 10, 20, 50] }',
};

const windowless = ['recency', 'decayed', 'decayed-sum', 'score'];
const inexact = ['last'];

/** Every kind in every window that it takes. */
const cases = Object.entries(written).flatMap(([kind, text]) =>
  Object.entries(windows).flatMap(([span, within]) => {
    if (within !== '' && windowless.includes(kind)) return [];
    if (within.includes('exact') && inexact.includes(kind)) return [];
    return [{ name: `${kind} ${span}`, text: `{ ${text}${within} }` }];
  }),
);
const book = featureBook({
  ...Object.fromEntries(cases.map(({ name, text }) => [name, text])),
  ratio: '{ ratio: sum for ever, over: count today }',
});
const names = [...cases.map(({ name }) => name), 'ratio'];

const happening: fc.Arbitrary<Happening> = fc.record({
  // On a grid, so that some events fall together and some just miss a window or a pause.
  at: fc.nat(2 * week).map((ms) => start + Math.round(ms / 900_000) * 900_000),
  name: fc.constantFrom('E', 'E', 'E', 'F'),
  properties: fc.record({
    number: fc.constantFrom(0, 1, 2.5, -3, 19.99, '4.50', 'four', null),
    text: fc.constantFrom('a', 'b', 'c', 'd', 'e', 7, true),
  }),
});

/** Events of one customer, apart so that no two are of one moment and one content; and a moment after them. */
const life = fc.record({
  happenings: fc.uniqueArray(happening, {
    maxLength: 32,
    selector: ({ at, name, properties }) => `${at} ${name} ${JSON.stringify(properties)}`,
  }),
  shuffle: fc.array(fc.nat(), { minLength: 32, maxLength: 32 }),
  ahead: fc.nat(week),
});

function shuffled<T>(values: readonly T[], ranks: readonly number[]): readonly T[] {
  return values
    .map((value, index) => ({ value, rank: ranks[index] as number }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ value }) => value);
}

function momentAfter(happenings: readonly Happening[], ahead: number): number {
  return Math.max(start, ...happenings.map(({ at }) => at)) + ahead;
}

function close(found: unknown, expected: Expected): void {
  if (typeof expected === 'number' && typeof found === 'number') expect(found).toBeCloseTo(expected, 5);
  else expect(found).toEqual(expected);
}

function valuesOf(profiles: readonly Profile[], now: number) {
  return Object.fromEntries(names.map((name) => [name, valueAt(book, name, profiles, now)]));
}

describe('every kind of feature, in every window', () => {
  it('tells what a computation over all events tells', () => {
    fc.assert(
      fc.property(life, ({ happenings, ahead }) => {
        const now = momentAfter(happenings, ahead);
        const profile = stored(profileAfter(book, happenings, { zone }));
        for (const name of names) {
          const feature = featureOf(book, name);
          const expected = expectedValue(feature, happenings, now, windowStart(feature, now, zone));
          close(valueAt(book, name, [profile], now), expected);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('has a value that conditions on it are read for, and so have its parts', () => {
    const domains = factDomains(book.features);
    fc.assert(
      fc.property(life, ({ happenings, ahead }) => {
        const now = momentAfter(happenings, ahead);
        const profiles = [profileAfter(book, happenings, { zone })];
        const known = [...featureValues(book, { profiles, now, context: {} })];
        const members = names
          .filter((name) => name.includes('-by '))
          .map((name) => [`${name}.a`, partAt(book, [name, 'a'], profiles, now)] as const);
        for (const [name, value] of [...known, ...members]) {
          const { values, whole } = domains({ name, kind: 'feature' });
          expect([name, value, hasValue(values, value)]).toEqual([name, value, true]);
          if (whole && typeof value === 'number') expect([name, value % 1]).toEqual([name, 0]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is the same, state and value, in whatever order the events arrive', () => {
    fc.assert(
      fc.property(life, ({ happenings, shuffle, ahead }) => {
        const now = momentAfter(happenings, ahead);
        const inOrder = [...happenings].sort((one, other) => one.at - other.at);
        const one = profileAfter(book, inOrder, { zone });
        const other = profileAfter(book, shuffled(happenings, shuffle), { zone });
        for (const name of names) {
          expect(orderFree[featureOf(book, name).kind]).toBeDefined();
          expect([name, stored(stateOf(book, name, other))]).toEqual([
            name,
            stored(stateOf(book, name, one)),
          ]);
        }
        expect(valuesOf([other], now)).toEqual(valuesOf([one], now));
      }),
      { numRuns: 150 },
    );
  });

  it('is the same for a customer of several ids as for one', () => {
    fc.assert(
      fc.property(life, fc.infiniteStream(fc.boolean()), ({ happenings, ahead }, sides) => {
        const now = momentAfter(happenings, ahead);
        const parts: [Happening[], Happening[]] = [[], []];
        for (const each of happenings) parts[sides.next().value ? 1 : 0].push(each);
        const merged = parts.map((part) => profileAfter(book, part, { zone }));
        const whole = profileAfter(book, happenings, { zone });
        expect(valuesOf(merged, now)).toEqual(valuesOf([whole], now));
      }),
      { numRuns: 150 },
    );
  });
});
