import { describe, expect, it } from 'vitest';
import { Random } from '../../../../bench/measure/random.ts';
import {
  addOutcome,
  betaMean,
  drawPropensity,
  emptyTally,
  mergeTallies,
} from '../../../../engine/learning/baselines/beta-thompson.ts';
import { drawBeta } from '../../../../engine/learning/baselines/draw-beta.ts';

function uniformOf(seed: number): () => number {
  const random = new Random(seed);
  return () => random.next();
}

function momentsOf(alpha: number, beta: number): { mean: number; variance: number } {
  const uniform = uniformOf(7);
  const draws = Array.from({ length: 20_000 }, () => drawBeta(alpha, beta, uniform));
  const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
  const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
  return { mean, variance };
}

describe('a draw from a Beta distribution', () => {
  it.each([
    [1, 1],
    [3, 7],
    [0.5, 0.5],
    [0.05, 2],
    [40, 4_000],
  ])('has the mean and the variance of Beta(%d, %d)', (alpha, beta) => {
    const { mean, variance } = momentsOf(alpha, beta);
    const sum = alpha + beta;
    const expected = (alpha * beta) / (sum * sum * (sum + 1));
    // Four standard errors of 20,000 draws, and the variance within a tenth.
    expect(Math.abs(mean - alpha / sum)).toBeLessThan(4 * Math.sqrt(expected / 20_000));
    expect(variance / expected).toBeGreaterThan(0.9);
    expect(variance / expected).toBeLessThan(1.1);
  });

  it('follows from its arguments and the uniform numbers alone', () => {
    expect(drawBeta(2, 5, uniformOf(1))).toBe(drawBeta(2, 5, uniformOf(1)));
    expect(drawBeta(2, 5, uniformOf(1))).not.toBe(drawBeta(2, 5, uniformOf(2)));
  });

  it('stays a probability where both shapes are next to nothing', () => {
    const uniform = uniformOf(3);
    for (let index = 0; index < 1_000; index += 1) {
      const value = drawBeta(1e-4, 1e-4, uniform);
      expect(value >= 0 && value <= 1).toBe(true);
    }
  });
});

describe('Thompson sampling on Beta distributions', () => {
  it('adds up, merges and takes back', () => {
    const one = addOutcome(addOutcome(emptyTally, true), false);
    expect(mergeTallies(one, addOutcome(emptyTally, true))).toEqual([3, 2]);
    expect(addOutcome(addOutcome(one, true), true, -1)).toEqual(one);
  });

  it('has the mean of the posterior in closed form', () => {
    expect(betaMean(emptyTally)).toBe(0.5);
    expect(betaMean([98, 9])).toBe(0.1);
    expect(betaMean([10, 1], { positives: 1, negatives: 9 })).toBe(0.1);
  });

  it('comes to choose the better of two nearly always', () => {
    const uniform = uniformOf(11);
    const random = new Random(12);
    const tallies = [emptyTally, emptyTally];
    let better = 0;
    for (let round = 0; round < 2_000; round += 1) {
      const drawn = tallies.map((tally) => drawPropensity(tally, uniform));
      const action = (drawn[1] as number) > (drawn[0] as number) ? 1 : 0;
      if (round >= 1_000) better += action;
      tallies[action] = addOutcome(tallies[action] ?? emptyTally, random.chance(action === 1 ? 0.6 : 0.3));
    }
    expect(better).toBeGreaterThan(980);
  });
});
