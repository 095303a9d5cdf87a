import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, tryCondition } from './try-condition.ts';

/** Whether a condition on the time `fact` holds for a customer in Oslo. */
function inOslo(fact: unknown, operator: string, value: unknown, now?: number): boolean {
  return holds(fact, operator, value, { 'customer.timeZone': 'Europe/Oslo', now });
}

describe('`before` and `after`', () => {
  it.each([
    // Oslo is one hour ahead of UTC in winter.
    [Date.UTC(2026, 10, 30, 22, 59), 'before', '2026-12-01', true],
    [Date.UTC(2026, 10, 30, 23), 'before', '2026-12-01', false],
    [Date.UTC(2026, 11, 1, 22, 59, 59, 999), 'after', '2026-12-01', false],
    [Date.UTC(2026, 11, 1, 23), 'after', '2026-12-01', true],
    [Date.UTC(2026, 11, 1, 8, 59), 'before', '2026-12-01T10:00', true],
    [Date.UTC(2026, 11, 1, 9), 'before', '2026-12-01T10:00', false],
    [Date.UTC(2026, 11, 1, 9), 'after', '2026-12-01T10:00', false],
    [Date.UTC(2026, 11, 1, 9, 0, 0, 1), 'after', '2026-12-01T10:00', true],
    // An offset that is written out counts for everybody.
    [Date.UTC(2026, 11, 1, 9, 59), 'before', '2026-12-01T10:00Z', true],
    [Date.UTC(2026, 11, 1, 10), 'before', '2026-12-01T10:00:00+00:00', false],
  ])('%j %s %j: %j', (fact, operator, value, expected) => {
    expect(inOslo(fact, operator, value)).toBe(expected);
  });

  it('read a fact that is a text, in the zone of the customer where it names none', () => {
    expect(inOslo('2026-12-01', 'before', '2026-12-01')).toBe(false);
    expect(inOslo('2026-11-30', 'before', '2026-12-01')).toBe(true);
    expect(inOslo('2026-12-01T00:30', 'before', '2026-12-01T00:00Z')).toBe(true);
    expect(inOslo('2026-12-01T00:30Z', 'before', '2026-12-01T00:00Z')).toBe(false);
    expect(inOslo('soon', 'before', '2026-12-01')).toBe(false);
    expect(inOslo(undefined, 'after', '2026-12-01')).toBe(false);
  });

  it('compare with another fact', () => {
    const now = Date.UTC(2026, 11, 1, 12);
    const facts = { now, 'customer.timeZone': 'Europe/Oslo' };
    expect(holds(now - 1, 'before', { fact: 'now' }, facts)).toBe(true);
    expect(holds(now, 'before', { fact: 'now' }, facts)).toBe(false);
    expect(holds(now, 'after', { fact: 'b' }, { ...facts, b: '2026-12-01' })).toBe(false);
    expect(holds(now, 'after', { fact: 'b' }, { ...facts, b: '2026-11-30' })).toBe(true);
    expect(holds(now, 'after', { fact: 'b' }, { ...facts, b: null })).toBe(false);
  });

  it('take the first of two moments, and the later clock for one that never comes', () => {
    // 02:30 comes twice on the 25th of October, at 00:30 and 01:30 UTC, and not at all on the 29th of March.
    expect(inOslo(Date.UTC(2026, 9, 25, 0, 29), 'before', '2026-10-25T02:30')).toBe(true);
    expect(inOslo(Date.UTC(2026, 9, 25, 0, 31), 'before', '2026-10-25T02:30')).toBe(false);
    expect(inOslo(Date.UTC(2026, 2, 29, 1, 29), 'before', '2026-03-29T02:30')).toBe(true);
    expect(inOslo(Date.UTC(2026, 2, 29, 1, 31), 'before', '2026-03-29T02:30')).toBe(false);
  });
});

describe('`timeBetween`', () => {
  it.each([
    ['21:59', false],
    ['22:00', true],
    ['23:59', true],
    ['00:00', true],
    ['05:59', true],
    ['06:00', false],
    ['12:00', false],
  ])('%s is in the night: %j', (time, expected) => {
    expect(inOslo(`2026-12-01T${time}`, 'timeBetween', ['22:00', '06:00'])).toBe(expected);
    expect(inOslo(`2026-12-01T${time}`, 'not:timeBetween', ['22:00', '06:00'])).toBe(!expected);
  });

  it('of a period and of the one that fills the rest of the day is never both and never neither', () => {
    const minute = fc.integer({ min: 0, max: 24 * 60 - 1 });
    const written = (minutes: number) =>
      `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    fc.assert(
      fc.property(minute, minute, fc.integer({ min: 0, max: 4e12 }), (one, other, at) => {
        fc.pre(one !== other);
        const period = [written(one), written(other)];
        expect(inOslo(at, 'timeBetween', period)).toBe(!inOslo(at, 'timeBetween', [...period].reverse()));
      }),
    );
  });

  it('goes by the wall of the customer on the nights on which the clock is changed', () => {
    // 02:00 to 03:00 is left out on the 29th of March.
    for (let minute = 0; minute < 24 * 60; minute += 7) {
      const at = Date.UTC(2026, 2, 28, 23, minute);
      expect(inOslo(at, 'timeBetween', ['02:00', '03:00'])).toBe(false);
    }
    // It comes twice on the 25th of October: at 00:00 and at 01:00 UTC.
    const october = (hour: number, minute: number) => Date.UTC(2026, 9, 25, hour, minute);
    expect(inOslo(october(0, 30), 'timeBetween', ['02:00', '03:00'])).toBe(true);
    expect(inOslo(october(1, 30), 'timeBetween', ['02:00', '03:00'])).toBe(true);
    expect(inOslo(october(2, 0), 'timeBetween', ['02:00', '03:00'])).toBe(false);
  });

  it('may end at the end of the day; a date has no time of day', () => {
    expect(inOslo('2026-12-01T23:59:59', 'timeBetween', ['18:00', '24:00'])).toBe(true);
    expect(inOslo('2026-12-01T00:00', 'timeBetween', ['18:00', '24:00'])).toBe(false);
    expect(inOslo('2026-12-01T00:00', 'timeBetween', ['00:00', '24:00'])).toBe(true);
    expect(inOslo('2026-12-01', 'timeBetween', ['00:00', '24:00'])).toBe(false);
  });
});

describe('days', () => {
  it('of the week are those of the customer', () => {
    // Friday in UTC, Saturday in Oslo.
    const at = Date.UTC(2026, 11, 4, 23, 30);
    expect(inOslo(at, 'weekdayIn', ['sat', 'sun'])).toBe(true);
    expect(inOslo(at, 'weekdayIn', 'fri')).toBe(false);
    expect(holds(at, 'weekdayIn', 'fri')).toBe(true);
    expect(inOslo('2026-12-05', 'weekdayIn', ['sat'])).toBe(true);
  });

  it.each([
    [Date.UTC(2026, 10, 30, 22, 59), false],
    [Date.UTC(2026, 10, 30, 23), true],
    [Date.UTC(2026, 11, 24, 22, 59), true],
    [Date.UTC(2026, 11, 24, 23), false],
    ['2026-12-24', true],
    ['2026-12-25', false],
    ['2026-12-24T23:30Z', false],
    [{}, false],
  ])('%j is one of Advent: %j', (fact, expected) => {
    expect(inOslo(fact, 'dateBetween', ['2026-12-01', '2026-12-24'])).toBe(expected);
  });

  it('are both ends of a period of one day', () => {
    expect(inOslo('2026-12-01T12:00', 'dateBetween', ['2026-12-01', '2026-12-01'])).toBe(true);
  });
});

describe('`anniversaryToday`', () => {
  const noon = (year: number, month: number, day: number) => Date.UTC(year, month - 1, day, 12);

  it.each([
    ['1984-06-12', noon(2026, 6, 12), true],
    ['1984-06-12', noon(2026, 6, 13), false],
    ['1984-06-12', noon(2026, 7, 12), false],
    // Already the 12th in Oslo, still the 11th in UTC.
    ['1984-06-12', Date.UTC(2026, 5, 11, 22, 30), true],
    ['2000-02-29', noon(2028, 2, 29), true],
    ['2000-02-29', noon(2028, 2, 28), false],
    ['2000-02-29', noon(2027, 2, 28), true],
    ['2000-02-28', noon(2027, 2, 28), true],
    ['12 June', noon(2026, 6, 12), false],
    [noon(1984, 6, 12), noon(2026, 6, 12), true],
  ])('of %j at %j: %j', (fact, now, expected) => {
    expect(inOslo(fact, 'anniversaryToday', true, now)).toBe(expected);
  });
});

it('operators on time tell what they look at', () => {
  const { condition } = tryCondition({ fact: 'a', operator: 'someFact:anniversaryToday', value: true });
  expect(condition?.tree).toMatchObject({
    reads: [
      { name: 'customer.timeZone', kind: 'customer' },
      { name: 'now', kind: 'now' },
    ],
  });
  expect(condition?.tree).not.toHaveProperty('compare');
});
