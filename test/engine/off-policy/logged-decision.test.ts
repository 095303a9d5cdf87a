import { describe, expect, it } from 'vitest';
import { ProgressiveRates, rowUnder } from '../../../engine/index.ts';

const decision = { action: 'b', probability: 0.2, reward: 1, offered: ['a', 'b', 'c', 'd'] };

describe('rows of logged decisions', () => {
  it('judge a uniform choice among what was offered', () => {
    const rates = new ProgressiveRates();
    expect(rowUnder(decision, 'uniform', rates)).toEqual({
      reward: 1,
      propensity: 0.2,
      target: 0.25,
      predicted: 0,
      expected: 0,
      unsupported: 0,
    });
  });

  it('find what was never tried where all probabilities are logged', () => {
    const made = rowUnder(
      { ...decision, probabilities: [0.8, 0.2, 0, 0] },
      [0.1, 0.2, 0.3, 0.4],
      new ProgressiveRates(),
    );
    expect(made.unsupported).toBeCloseTo(0.7, 14);
    expect(made).toMatchObject({ target: 0.2, propensity: 0.2 });
  });

  it('take the probability of the chosen action alone, with a guess that needs no other', () => {
    const rates = new ProgressiveRates();
    for (const reward of [1, 0, 1]) rates.observe('b', reward);
    expect(rowUnder(decision, { chosen: 0.6 }, rates)).toMatchObject({
      target: 0.6,
      predicted: 0.5,
      expected: 0.5,
    });
  });

  it('know that what was chosen for certain left nothing else to try', () => {
    const sure = { ...decision, probability: 1 };
    expect(rowUnder(sure, 'uniform', new ProgressiveRates()).unsupported).toBeCloseTo(0.75, 14);
    expect(rowUnder(sure, { chosen: 0.6 }, new ProgressiveRates()).unsupported).toBeCloseTo(0.4, 14);
  });

  it('guess from what came before alone, drawn to the rate of all', () => {
    const rates = new ProgressiveRates();
    for (let at = 0; at < 10; at += 1) rates.observe('a', 1);
    for (let at = 0; at < 9; at += 1) rates.observe('b', 0);
    expect(rates.overall()).toBe(0.5);
    expect(rates.guess('a')).toBe((10 + 5) / 20);
    expect(rates.guess('b')).toBe(5 / 19);
    expect(rates.guess('never seen')).toBe(0.5);
  });
});
