import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToWindow, sumOfWindow } from '../../../engine/features/rolling-window.ts';
import type { FeatureState } from '../../../engine/index.ts';

interface Entry {
  readonly time: number;
  readonly amount: number;
}

const windowMs = 64_000;

function fold(entries: readonly Entry[], exact = false): FeatureState {
  let state: FeatureState | undefined;
  const span = { keepMs: windowMs, widthMs: windowMs / 64, entriesMax: exact ? 4_096 : 64 };
  for (const { time, amount } of entries) state = addToWindow(state, { time, amounts: [amount] }, span);
  return state ?? [0];
}

function exactSum(entries: readonly Entry[], now: number): number {
  return entries.filter(({ time }) => time > now - windowMs).reduce((sum, { amount }) => sum + amount, 0);
}

const entry = fc.record({
  time: fc.integer({ min: 0, max: 200_000 }),
  amount: fc.integer({ min: -5, max: 5 }),
});

describe('a rolling window', () => {
  it('is exact for few entries, in any order, at any later time', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 40 }), fc.nat(100_000), (entries, ahead) => {
        const newest = Math.max(...entries.map(({ time }) => time));
        expect(sumOfWindow(fold(entries), newest + ahead - windowMs)).toBe(exactSum(entries, newest + ahead));
      }),
    );
  });

  it('does not depend on the order of arrival while exact', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 2, maxLength: 40 }), (entries) => {
        const inOrder = [...entries].sort((left, right) => left.time - right.time);
        expect(fold(entries)).toEqual(fold(inOrder));
      }),
    );
  });

  it('is off by at most the entries of 1/64 of the window on either side once it is bucketed', () => {
    const times = fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 65, maxLength: 400 });
    fc.assert(
      fc.property(times, fc.nat(64_000), (unsorted, ahead) => {
        const entries = unsorted.sort((a, b) => a - b).map((time) => ({ time, amount: 1 }));
        const now = (entries[entries.length - 1] as Entry).time + ahead;
        const width = windowMs / 64;
        const found = sumOfWindow(fold(entries), now - windowMs);
        const least = entries.filter(({ time }) => time > now - windowMs + width).length;
        const most = entries.filter(({ time }) => time > now - windowMs - width).length;
        expect(found).toBeGreaterThanOrEqual(least);
        expect(found).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('stays small however many entries come', () => {
    const entries = Array.from({ length: 10_000 }, (_, index) => ({ time: index * 37, amount: 1 }));
    expect(fold(entries).length).toBeLessThan(2 * 70);
  });

  it('stays exact for long when it is declared exact', () => {
    const entries = Array.from({ length: 1_000 }, (_, index) => ({ time: index * 60, amount: 1 }));
    expect(fold(entries, true)[0]).toBe(0);
    expect(sumOfWindow(fold(entries, true), 60_000 - windowMs)).toBe(exactSum(entries, 60_000));
  });

  it('does not count an entry that is exactly one window old', () => {
    const state = fold([{ time: 1_000, amount: 1 }]);
    expect(sumOfWindow(state, 1_000 - 1)).toBe(1);
    expect(sumOfWindow(state, 1_000)).toBe(0);
  });
});
