import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operators } from '../../../../engine/rules/conditions/operators.ts';
import { holds, tryCondition } from './try-condition.ts';

describe('on texts', () => {
  it.each([
    ['Oslo', 'startsWith', 'Os', true],
    ['Oslo', 'startsWith', 'os', false],
    ['Oslo', 'startsWith', ['Ber', 'Os'], true],
    ['Oslo', 'startsWith', ['Ber', 'slo'], false],
    ['Oslo', 'endsWith', 'slo', true],
    ['Oslo', 'endsWith', ['x', 'o'], true],
    ['Oslo', 'endsWith', 'Os', false],
    ['boots-42', 'matches', '^boots-\\d+$', true],
    ['red boots-42', 'matches', '^boots-\\d+$', false],
    ['red boots-42', 'matches', 'boots', true],
  ])('%j %s %j: %j', (fact, operator, value, expected) => {
    expect(holds(fact, operator, value)).toBe(expected);
    expect(holds(fact, `not:${operator}`, value)).toBe(!expected);
  });

  it('go with decorators', () => {
    expect(holds(['x', 'boots'], 'someFact:startsWith', 'bo')).toBe(true);
    expect(holds(['x', 'boots'], 'everyFact:startsWith', 'bo')).toBe(false);
    expect(holds('boots', 'everyValue:matches', ['^b', 's$'])).toBe(true);
    expect(holds('boots', 'everyValue:matches', ['^b', 'x$'])).toBe(false);
    expect(holds(['a', 'boots'], 'someFact:someValue:matches', ['x', '^b'])).toBe(true);
    expect(holds('bo', 'swap:startsWith', 'boots')).toBe(true);
    expect(holds('boots', 'swap:startsWith', 'bo')).toBe(false);
  });

  it('compare with another fact, where no pattern must be compiled', () => {
    expect(holds('boots', 'startsWith', { fact: 'b' }, { b: 'bo' })).toBe(true);
    expect(holds('boots', 'startsWith', { fact: 'b' }, { b: ['x', 'bo'] })).toBe(true);
    expect(holds('boots', 'startsWith', { fact: 'b' }, { b: 3 })).toBe(false);
    expect(tryCondition({ fact: 'a', operator: 'matches', value: { fact: 'b' } }).findings).toMatchObject([
      { code: 'NBR_WRONG_VALUE', message: expect.stringContaining('written out') },
    ]);
  });
});

describe('`between`', () => {
  const number = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double(), fc.constantFrom(0, -0));

  it('is both comparisons at once, for every number', () => {
    fc.assert(
      fc.property(number, number, number, (fact, one, other) => {
        const low = Math.min(one, other);
        const high = Math.max(one, other);
        if (Number.isNaN(low) || !Number.isFinite(low) || !Number.isFinite(high)) return;
        const both = holds(fact, 'greaterThanInclusive', low) && holds(fact, 'lessThanInclusive', high);
        expect(holds(fact, 'between', [low, high])).toBe(both);
      }),
    );
  });

  it('wants a number', () => {
    expect(holds('5', 'between', [1, 10])).toBe(false);
    expect(holds(undefined, 'between', [1, 10])).toBe(false);
    expect(holds(5, 'between', { fact: 'b' }, { b: [1, 10] })).toBe(true);
    expect(holds(5, 'between', { fact: 'b' }, { b: '1-10' })).toBe(false);
  });
});

describe('`withinKm`', () => {
  const oslo = [59.9139, 10.7522];
  const drammen = [59.744, 10.2045];

  it.each([
    [drammen, 35.9, false],
    [drammen, 36, true],
    [{ lat: 59.744, lon: 10.2045 }, 36, true],
    [{ latitude: 59.744, longitude: 10.2045 }, 36, true],
    ['59.744, 10.2045', 36, true],
    [oslo, 0, true],
    ['Drammen', 20_000, false],
    [[59.744], 20_000, false],
    [[91, 0], 20_000, false],
    [{ lat: '59.744', lon: '10.2045' }, 20_000, false],
    [undefined, 20_000, false],
  ])('%j within %j km of Oslo: %j', (fact, km, expected) => {
    expect(holds(fact, 'withinKm', { of: oslo, km })).toBe(expected);
    expect(holds(fact, 'not:withinKm', { of: oslo, km })).toBe(!expected);
  });

  it('measures from another fact', () => {
    const near = { of: { fact: 'b', path: '$.at' }, km: 40 };
    expect(holds(drammen, 'withinKm', near, { b: { at: oslo } })).toBe(true);
    expect(holds(drammen, 'withinKm', near, { b: { at: 'Oslo' } })).toBe(false);
    expect(holds(drammen, 'withinKm', near)).toBe(false);
  });

  it('tells which further fact it looks at, and is no comparison of two sides then', () => {
    const { condition } = tryCondition({
      fact: 'a',
      operator: 'withinKm',
      value: { of: { fact: 'b' }, km: 4 },
    });
    expect(condition?.tree).toMatchObject({ kind: 'test', reads: [{ name: 'b', kind: 'feature' }] });
    expect(condition?.tree).not.toHaveProperty('compare');
  });

  it('goes with lists of places, and around the date line', () => {
    expect(holds([[0, 0], drammen], 'someFact:withinKm', { of: oslo, km: 40 })).toBe(true);
    expect(holds([0, 179.9], 'withinKm', { of: [0, -179.9], km: 23 })).toBe(true);
    expect(holds([-90, 0], 'withinKm', { of: [90, 0], km: 20_000 })).toBe(false);
  });

  it('measures the same in both directions', () => {
    const place = fc.tuple(
      fc.double({ min: -90, max: 90, noNaN: true }),
      fc.double({ min: -180, max: 180, noNaN: true }),
    );
    fc.assert(
      fc.property(place, place, fc.integer({ min: 0, max: 20_000 }), (one, other, km) => {
        expect(holds(one, 'withinKm', { of: other, km })).toBe(holds(other, 'withinKm', { of: one, km }));
      }),
    );
  });
});

describe('every operator that json-rules-engine does not have', () => {
  const written: Readonly<Record<string, unknown>> = {
    between: [1, 3],
    startsWith: ['a', 'b'],
    endsWith: 'a',
    matches: '^a+$',
    before: '2026-12-01',
    after: '2026-12-01T10:00',
    timeBetween: ['22:00', '06:00'],
    weekdayIn: ['sat', 'sun'],
    dateBetween: ['2026-12-01', '2026-12-24'],
    anniversaryToday: true,
    withinKm: { of: [0, 0], km: 500 },
  };
  const own = [...operators].filter(([, { reference, form }]) => !reference && form === 'comparison');
  const anything = fc.oneof(
    fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }),
    fc.constantFrom<unknown>(
      'a',
      'aa',
      2,
      Number.NaN,
      [1, 2],
      '0,0',
      { lat: 1, lon: 1 },
      { toString: 1, valueOf: 1 },
    ),
    fc.constantFrom<unknown>('2026-12-06', '2026-12-06T23:00:00Z', Date.UTC(2026, 11, 6), 8.64e15 + 1),
  );

  it('is tried here', () => {
    expect(own.map(([name]) => name).sort()).toEqual(Object.keys(written).sort());
  });

  it.each(Object.entries(written))(
    '`%s` never throws, and `not:` is its opposite for every value',
    (name, value) => {
      const plain = tryCondition({ fact: 'a', operator: name, value });
      const negated = tryCondition({ fact: 'a', operator: `not:${name}`, value });
      fc.assert(
        fc.property(anything, anything, (fact, further) => {
          const facts = { a: fact, now: further, 'customer.timeZone': further };
          const verdict = plain.condition?.tree.test(plain.valuesOf(facts));
          expect(typeof verdict).toBe('boolean');
          expect(negated.condition?.tree.test(negated.valuesOf(facts))).toBe(!verdict);
        }),
      );
    },
  );

  it.each(
    own.flatMap(([name, definition]) =>
      definition.form === 'comparison' && definition.withFact ? [name] : [],
    ),
  )('`%s` never throws, whatever another fact is', (name) => {
    const { condition, valuesOf } = tryCondition({ fact: 'a', operator: name, value: { fact: 'b' } });
    const swapped = tryCondition({ fact: 'a', operator: `swap:${name}`, value: { fact: 'b' } });
    fc.assert(
      fc.property(anything, anything, (fact, other) => {
        const verdict = condition?.tree.test(valuesOf({ a: fact, b: other }));
        expect(typeof verdict).toBe('boolean');
        expect(swapped.condition?.tree.test(swapped.valuesOf({ a: other, b: fact }))).toBe(verdict);
      }),
    );
  });
});
