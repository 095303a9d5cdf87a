import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../bench/measure/random.ts';
import {
  addForetold,
  emptyForetold,
  type Foretold,
  judge,
  mergeForetold,
  shadowReport,
} from '../../../../engine/learning/baselines/shadow-report.ts';

const told = fc.record({
  propensity: fc.double({ min: 0, max: 1, noNaN: true }),
  isPositive: fc.boolean(),
});

function reportOf(outcomes: readonly { propensity: number; isPositive: boolean }[]): Foretold {
  const report = emptyForetold();
  for (const { propensity, isPositive } of outcomes) addForetold(report, propensity, isPositive);
  return report;
}

describe('the shadow report', () => {
  it('is empty without an outcome', () => {
    expect(judge(emptyForetold())).toEqual({
      outcomes: 0,
      positives: 0,
      logLoss: 0,
      auc: 0.5,
      calibrationError: 0,
    });
  });

  it('keeps the log loss', () => {
    const { logLoss } = judge(
      reportOf([
        { propensity: 0.8, isPositive: true },
        { propensity: 0.3, isPositive: false },
      ]),
    );
    expect(logLoss).toBeCloseTo((-Math.log(0.8) - Math.log(0.7)) / 2, 5);
  });

  it('counts pairs that are in the right order, ties as half', () => {
    const outcomes = [
      { propensity: 0.9, isPositive: true },
      { propensity: 0.5, isPositive: false },
      { propensity: 0.5, isPositive: true },
      { propensity: 0.1, isPositive: false },
    ];
    expect(judge(reportOf(outcomes)).auc).toBe(3.5 / 4);
  });

  it('finds who is right on the mean of each group, and who is not', () => {
    const random = new Random(3);
    const right = emptyForetold();
    const tooSure = emptyForetold();
    for (let index = 0; index < 20_000; index += 1) {
      const p = 0.1 + 0.8 * random.next();
      const isPositive = random.chance(p);
      addForetold(right, p, isPositive);
      addForetold(tooSure, p > 0.5 ? 0.95 : 0.05, isPositive);
    }
    expect(judge(right).calibrationError).toBeLessThan(0.015);
    expect(judge(tooSure).calibrationError).toBeGreaterThan(0.2);
  });

  it('adds up in any order and from parts', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 40 }), fc.integer({ min: 0, max: 40 }), (outcomes, cut) => {
        const parts = reportOf(outcomes.slice(cut));
        mergeForetold(parts, reportOf(outcomes.slice(0, cut)));
        expect(parts).toEqual(reportOf([...outcomes].reverse()));
      }),
    );
  });

  it('takes a provisional negative back when the conversion comes', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 20 }), told, (outcomes, { propensity }) => {
        const report = reportOf(outcomes);
        addForetold(report, propensity, false);
        addForetold(report, propensity, false, -1);
        addForetold(report, propensity, true);
        expect(report).toEqual(reportOf([...outcomes, { propensity, isPositive: true }]));
      }),
    );
  });

  it('names the contender with the smallest log loss first', () => {
    const sharp = reportOf([{ propensity: 0.9, isPositive: true }]);
    const blunt = reportOf([{ propensity: 0.5, isPositive: true }]);
    expect(shadowReport({ beta: blunt, models: sharp }).map(({ name }) => name)).toEqual(['models', 'beta']);
  });
});
