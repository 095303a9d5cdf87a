import { describe, expect, it } from 'vitest';
import { clockAt } from '../../../engine/facts/read-facts.ts';
import { featureCourse } from '../../../engine/features/feature-course.ts';
import { emptyProfile, limits, quintileEdges } from '../../../engine/index.ts';
import {
  featureBook,
  featureOf,
  type Happening,
  partAt,
  profileAfter,
  stateOf,
  valueAt,
} from './try-feature.ts';

const start = Date.UTC(2026, 4, 3, 12);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function at(ms: number, properties: Happening['properties'] = {}, name = 'E'): Happening {
  return { at: start + ms, properties, name };
}

describe('sessions', () => {
  const book = featureBook({
    visits: '{ sessions: [page, screen], gap: 30m, within: 7d }',
    secs: '{ sessions: page, gap: 30m, unit: seconds }',
  });
  const page = (ms: number) => at(ms, {}, 'page');

  it('are parted by a pause that is longer than the gap', () => {
    const profile = profileAfter(book, [page(0), page(30 * minute), page(60 * minute + 1)]);
    expect(valueAt(book, 'visits', [profile], start + 2 * hour)).toBe(2);
    expect(partAt(book, ['visits', 'duration'], [profile], start + 2 * hour)).toBe(30);
    expect(partAt(book, ['secs', 'duration'], [profile], start + 2 * hour)).toBe(1_800);
  });

  it('are joined by an event that comes late', () => {
    const apart = [page(0), page(50 * minute)];
    expect(valueAt(book, 'visits', [profileAfter(book, apart)], start + hour)).toBe(2);
    const joined = profileAfter(book, [...apart, page(25 * minute)]);
    expect(valueAt(book, 'visits', [joined], start + hour)).toBe(1);
    expect(partAt(book, ['visits', 'current_events'], [joined], start + hour)).toBe(3);
    expect(partAt(book, ['visits', 'current_duration'], [joined], start + hour)).toBe(50);
  });

  it('are not current any more once the pause has become longer than the gap', () => {
    const profile = profileAfter(book, [page(0), page(10 * minute)]);
    const current = (ms: number) => partAt(book, ['visits', 'current_events'], [profile], start + ms);
    expect(current(40 * minute)).toBe(2);
    expect(current(40 * minute + 1)).toBe(0);
  });

  it('are joined across the ids of a customer', () => {
    const phone = profileAfter(book, [page(0), page(40 * minute)]);
    const laptop = profileAfter(book, [page(20 * minute)]);
    expect(valueAt(book, 'visits', [phone, laptop], start + hour)).toBe(1);
    expect(partAt(book, ['visits', 'current_events'], [phone, laptop], start + hour)).toBe(3);
  });

  it('count in a window with the part of them that lies inside', () => {
    const profile = profileAfter(book, [page(0), page(20 * minute)]);
    const now = start + 7 * day + 10 * minute;
    expect(valueAt(book, 'visits', [profile], now)).toBe(1);
    expect(partAt(book, ['visits', 'duration'], [profile], now)).toBeCloseTo(10, 3);
    expect(valueAt(book, 'visits', [profile], now + 10 * minute)).toBe(0);
  });
});

describe('recency, frequency and monetary value', () => {
  const edges =
    'edges: { recency: [7, 30, 90, 180], frequency: [1, 2, 4, 8], monetary: [50, 100, 200, 500] }';
  const book = featureBook({ rfm: `{ rfm: Bought, of: properties.total, within: 365d, ${edges} }` });
  const bought = (ms: number, total: number) => at(ms, { total }, 'Bought');

  it('are three digits, with parts of their own', () => {
    const profile = profileAfter(book, [bought(0, 60), bought(day, 45), bought(2 * day, 30)]);
    const now = start + 12 * day;
    expect(valueAt(book, 'rfm', [profile], now)).toBe('433');
    const parts = ['recency', 'frequency', 'monetary'].map((part) =>
      partAt(book, ['rfm', part], [profile], now),
    );
    expect(parts).toEqual([4, 3, 3]);
  });

  it('age: what was bought long ago is of the lowest fifth, and of somebody who never bought nothing is told', () => {
    const profile = profileAfter(book, [bought(0, 1_000)]);
    expect(valueAt(book, 'rfm', [profile], start)).toBe('515');
    expect(valueAt(book, 'rfm', [profile], start + 181 * day)).toBe('115');
    expect(valueAt(book, 'rfm', [profile], start + 400 * day)).toBe('111');
    expect(valueAt(book, 'rfm', [profileAfter(book, [])], start)).toBeUndefined();
    expect(partAt(book, ['rfm', 'recency'], [], start)).toBeUndefined();
  });

  it('begins anew with another window, not with other edges', () => {
    const other = (written: string) => featureOf(featureBook({ rfm: written }), 'rfm').key;
    const own = featureOf(book, 'rfm').key;
    expect(other(`{ rfm: Bought, of: properties.total, within: 365d, ${edges.replace('180', '200')} }`)).toBe(
      own,
    );
    expect(other(`{ rfm: Bought, of: properties.total, within: 180d, ${edges} }`)).not.toBe(own);
  });

  it('finds the edges of the fifths of a base of customers', () => {
    expect(quintileEdges([10, 1, 9, 2, 8, 3, 7, 4, 6, 5])).toEqual([2, 4, 6, 8]);
    expect(quintileEdges([1, 1, 1, 1, 1, 1, 1, 1, 5, 9])).toEqual([1, 1, 1, 1]);
    expect(quintileEdges([7])).toEqual([7, 7, 7, 7]);
    expect(quintileEdges([])).toBeUndefined();
  });
});

describe('what fades', () => {
  const book = featureBook({
    views: '{ decayed: E, halfLife: 14d }',
    spent: '{ decayed: E, of: properties.total, halfLife: 14d }',
    engagement: '{ score: { Opened: 1, Clicked: 3, Bought: 10, Complained: -20 }, halfLife: 14d }',
  });

  it('is worth half after every half-life', () => {
    const profiles = [profileAfter(book, [at(0, { total: 80 })])];
    for (const [name, value] of [['views', 1] as const, ['spent', 80] as const]) {
      expect(valueAt(book, name, profiles, start)).toBeCloseTo(value, 5);
      expect(valueAt(book, name, profiles, start + 14 * day)).toBeCloseTo(value / 2, 5);
      expect(valueAt(book, name, profiles, start + 28 * day)).toBeCloseTo(value / 4, 5);
    }
  });

  it('adds points by event', () => {
    const profiles = [
      profileAfter(
        book,
        ['Opened', 'Clicked', 'Bought', 'Sent'].map((name) => at(0, {}, name)),
      ),
    ];
    expect(valueAt(book, 'engagement', profiles, start)).toBeCloseTo(14, 4);
    const angry = profileAfter(book, [at(0, {}, 'Opened'), at(0, {}, 'Complained')]);
    expect(valueAt(book, 'engagement', [angry], start + 14 * day)).toBeCloseTo(-9.5, 4);
    expect(valueAt(book, 'engagement', [profileAfter(book, [])], start)).toBe(0);
  });

  it('comes to any value in its time, and to one that no double can be halved to never', () => {
    const profiles = [profileAfter(book, [at(0, { total: 1e9 })])];
    const clock = (now: number) => clockAt(book, { profiles, now, context: {} });
    const course = featureCourse(featureOf(book, 'spent'), profiles, { at: start, clockAt: clock });
    if (course.kind !== 'moves') throw new Error(`expected a course that moves, found ${course.kind}`);
    expect(Math.abs((course.passes(5e8) ?? 0) - start - 14 * day)).toBeLessThan(2);
    expect(course.passes(1e-300)).toBeLessThan(start + 1_100 * 14 * day);
    expect(course.passes(1e-323)).toBeUndefined();
  });

  it('stays small however long it goes on', () => {
    const years = Array.from({ length: 1_000 }, (_, index) => at(index * 5 * day));
    const profile = profileAfter(book, years);
    expect(stateOf(book, 'views', profile)?.length).toBeLessThanOrEqual(2 * 32);
    const end = start + 999 * 5 * day;
    const exact = years.reduce((sum, event) => sum + 2 ** ((event.at - end) / (14 * day)), 0);
    expect(valueAt(book, 'views', [profile], end)).toBeCloseTo(exact, 5);
  });
});

describe('a ratio', () => {
  const book = featureBook({
    opened: '{ count: Opened, within: 30d }',
    clicked: '{ count: Clicked, within: 30d }',
    'click rate': '{ ratio: clicked, over: opened }',
  });

  it('divides one feature by another, and is missing where there is nothing to divide by', () => {
    const profile = profileAfter(book, [at(0, {}, 'Opened'), at(1, {}, 'Opened'), at(2, {}, 'Clicked')]);
    expect(valueAt(book, 'click rate', [profile], start + day)).toBe(0.5);
    expect(valueAt(book, 'click rate', [profile], start + 31 * day)).toBeUndefined();
    expect(stateOf(book, 'click rate', profile)).toBeUndefined();
  });
});

describe('a count or a sum told apart', () => {
  const book = featureBook({
    views: '{ count: page, by: properties.category, within: 30d }',
    spent: '{ sum: Bought, of: properties.total, by: properties.category }',
  });
  const viewed = (ms: number, category: unknown) => at(ms, { category } as Happening['properties'], 'page');

  it('is a map, with a part for each key and the one that is largest', () => {
    const profile = profileAfter(book, [viewed(0, 'tents'), viewed(1, 'boots'), viewed(2, 'tents')]);
    expect(valueAt(book, 'views', [profile], start + day)).toEqual({ boots: 1, tents: 2 });
    expect(partAt(book, ['views', 'tents'], [profile], start + day)).toBe(2);
    expect(partAt(book, ['views', 'stoves'], [profile], start + day)).toBe(0);
    expect(partAt(book, ['views', 'top'], [profile], start + day)).toBe('tents');
    expect(valueAt(book, 'views', [profile], start + 31 * day)).toEqual({});
    expect(partAt(book, ['views', 'top'], [profile], start + 31 * day)).toBeUndefined();
  });

  it('takes keys as they come, but no longer than a key may be', () => {
    const long = 'x'.repeat(500);
    const keys = ['__proto__', 'constructor', 12, true, long, '', null, { a: 1 }];
    const profile = profileAfter(
      book,
      keys.map((key, index) => viewed(index, key)),
    );
    const counts = valueAt(book, 'views', [profile], start + day) as Record<string, number>;
    expect(Object.keys(counts).sort()).toEqual(
      ['12', '__proto__', 'constructor', 'true', 'x'.repeat(limits.featureKeyLengthMax)].sort(),
    );
    expect(partAt(book, ['views', 'constructor'], [profile], start + day)).toBe(1);
    expect(partAt(book, ['views', 'toString'], [profile], start + day)).toBe(0);
  });

  it('drops a key once it lies out of the window, which makes room for others', () => {
    const profile = profileAfter(book, [viewed(0, 'tents'), viewed(31 * day, 'boots')]);
    expect(stateOf(book, 'views', profile)).toEqual(['boots', [0, start + 31 * day, 1]]);
  });

  it('gives the room of keys that lie out of the window to the very event that comes next', () => {
    const many = Array.from({ length: limits.featureKeysMax }, (_, index) => viewed(index, `old-${index}`));
    const profile = profileAfter(book, [...many, viewed(31 * day, 'boots')]);
    expect(valueAt(book, 'views', [profile], start + 31 * day)).toEqual({ boots: 1 });
  });
});

describe('a number that is too large to be an amount', () => {
  const kinds = ['sum', 'avg', 'min', 'max', 'decayed'];
  const settings = (kind: string) => (kind === 'decayed' ? 'halfLife: 1d' : 'within: 30d');
  const book = featureBook(
    Object.fromEntries(kinds.map((kind) => [kind, `{ ${kind}: E, of: properties.n, ${settings(kind)} }`])),
  );

  it('is passed over, so that one mistake does not make a figure useless for ever', () => {
    const huge = [1e305, -1e305, '1e300', 2 * limits.featureNumberMax].map((n, index) => at(index, { n }));
    const profile = profileAfter(book, [at(0, { n: 5 }), ...huge]);
    for (const kind of kinds) expect(valueAt(book, kind, [profile], start), kind).toBeCloseTo(5);
  });
});

describe('declared lateness', () => {
  const book = featureBook({
    patient: '{ count: E }',
    strict: '{ count: E, lateness: 3d }',
  });

  it('leaves out what arrives later, and nothing else', () => {
    const profile = profileAfter(book, [
      { at: start, late: 3 * day },
      { at: start + 1, late: 3 * day + 1 },
      // Its sender's clock runs ahead.
      { at: start + 2, late: -minute },
    ]);
    expect(valueAt(book, 'patient', [profile], start + day)).toBe(3);
    expect(valueAt(book, 'strict', [profile], start + day)).toBe(2);
  });
});

describe('the key of a state', () => {
  const keyOf = (written: string, name = 'f') => featureOf(featureBook({ [name]: written }), name).key;
  const own = keyOf('{ count: [A, B], within: 7d }');

  it('goes with what the state means, not with how it is written or called', () => {
    expect(keyOf('{ count: [B, A], within: 1w }', 'another name')).toBe(own);
    expect(keyOf('{ recency: A }')).toBe(keyOf('{ recency: A, unit: hours }'));
    expect(keyOf('{ last: A, of: properties.x }')).toBe(keyOf('{ last: A, of: properties.x, within: 7d }'));
    const ordered = (one: string, other: string) =>
      keyOf(
        `{ count: A, where: { all: [ { fact: event.properties.${one}, operator: equal, value: 1 }, { fact: event.properties.${other}, operator: equal, value: 1 } ] } }`,
      );
    expect(ordered('x', 'y')).toBe(ordered('y', 'x'));
  });

  it.each([
    '{ count: [A, B] }',
    '{ count: [A, B], within: 8d }',
    '{ count: [A, B], within: this week }',
    '{ count: [A, B], within: 7d, exact: true }',
    '{ count: [A, B], within: 7d, by: properties.x }',
    '{ count: [A, B], within: 7d, lateness: 1d }',
    '{ count: A, within: 7d }',
    '{ sessions: [A, B], gap: 1h, within: 7d }',
    '{ count: [A, B], within: 7d, where: { fact: event.properties.x, operator: equal, value: 1 } }',
  ])('is another for %s', (written) => {
    expect(keyOf(written)).not.toBe(own);
  });

  it('is shared by features of one meaning, whose state is kept once', () => {
    const book = featureBook({ days: '{ recency: E }', hours: '{ recency: E, unit: hours }' });
    const profile = profileAfter(book, [at(0)]);
    expect(Object.keys(profile.features)).toHaveLength(1);
    expect(valueAt(book, 'hours', [profile], start + day)).toBe(24);
    expect(valueAt(book, 'days', [profile], start + day)).toBe(1);
  });
});

describe('states that the rulebook does not know', () => {
  const old = featureBook({ visits: '{ count: E, within: 7d }' });
  const other = featureBook({ visits: '{ count: E, within: 8d }' });

  it('wait for a rulebook that knows them again', () => {
    const between = profileAfter(other, [at(1)], { before: profileAfter(old, [at(0)]) });
    expect(valueAt(other, 'visits', [between], start + day)).toBe(1);
    expect(valueAt(old, 'visits', [between], start + day)).toBe(1);
  });

  it('do not pile up', () => {
    const names = Array.from({ length: 500 }, (_, index) => `z${1_000 + index}`);
    const features = Object.fromEntries(names.map((name) => [name, [1]]));
    const after = profileAfter(other, [at(1)], { before: { ...emptyProfile, features } });
    expect(Object.keys(after.features)).toHaveLength(limits.featuresForgottenMax + 1);
    expect(valueAt(other, 'visits', [after], start + day)).toBe(1);
  });
});
