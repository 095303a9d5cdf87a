import { describe, expect, it } from 'vitest';
import { qualityOf } from '../../bench/evaluate/bank/foretold-quality.ts';

describe('the quality of what was foretold', () => {
  it('is an area of 1 where every conversion was foretold higher, and a half where all is told alike', () => {
    const outcomes = [false, true, false, true];
    expect(qualityOf({ propensities: [0.1, 0.7, 0.2, 0.9], outcomes }).auc).toBe(1);
    expect(qualityOf({ propensities: [0.5, 0.5, 0.5, 0.5], outcomes }).auc).toBe(0.5);
    expect(qualityOf({ propensities: [0.1, 0.15, 0.2, 0.9], outcomes }).auc).toBe(0.75);
  });

  it('counts how unlikely what happened was held to be', () => {
    const { log_loss } = qualityOf({ propensities: [0.25, 0.75], outcomes: [false, true] });
    expect(log_loss).toBeCloseTo(-Math.log(0.75), 12);
  });

  it('is calibrated where as many converted as were foretold to', () => {
    const propensities = Array.from({ length: 1_000 }, (_, index) => (index < 500 ? 0.12 : 0.62));
    const rightly = propensities.map((p, index) => index % 50 < p * 50);
    expect(qualityOf({ propensities, outcomes: rightly }).ece).toBeCloseTo(0, 12);
    const never = propensities.map(() => false);
    expect(qualityOf({ propensities, outcomes: never }).ece).toBeCloseTo(0.37, 12);
    expect(qualityOf({ propensities, outcomes: never }).ece_even).toBeCloseTo(0.37, 12);
  });
});
