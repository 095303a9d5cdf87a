import { describe, expect, it } from 'vitest';
import { checkSampleRatio } from '../../../../engine/experiments/analysis/sample-ratio.ts';
import { converted } from './arms.ts';

describe('the sizes of arms', () => {
  it('are right as long as chance explains them', () => {
    const check = checkSampleRatio([converted('new', 5_050, 0), converted('old', 4_950, 0)]);
    expect(check.chiSquare).toBeCloseTo(1, 12);
    expect(check.p).toBeCloseTo(0.3173, 4);
    expect(check.isRight).toBe(true);
  });

  it('are wrong where customers get lost', () => {
    // A published case: 821,588 to 815,482 looks even, and happens once in two million experiments.
    const check = checkSampleRatio([converted('new', 821_588, 0), converted('old', 815_482, 0)]);
    expect(check.p).toBeCloseTo(1.8e-6, 7);
    expect(check.isRight).toBe(false);
  });

  it('are held against the shares that were dealt', () => {
    const arms = [
      { ...converted('new', 990, 0), share: 0.1 },
      { ...converted('old', 9_010, 0), share: 0.9 },
    ];
    expect(checkSampleRatio(arms)).toMatchObject({
      isRight: true,
      arms: [
        { name: 'new', customers: 990, expected: 1_000 },
        { name: 'old', customers: 9_010, expected: 9_000 },
      ],
    });
    expect(checkSampleRatio(arms.map((arm) => ({ ...arm, share: 0.5 }))).isRight).toBe(false);
  });

  it('cannot be wrong before anybody came, nor with one arm', () => {
    expect(checkSampleRatio([converted('new', 0, 0), converted('old', 0, 0)])).toMatchObject({
      p: 1,
      isRight: true,
    });
    expect(checkSampleRatio([converted('new', 12, 0)])).toMatchObject({ p: 1, isRight: true });
  });

  it('are wrong where an arm got customers that was to have none', () => {
    const arms = [{ ...converted('new', 1, 0), share: 0 }, converted('old', 10, 0)];
    expect(checkSampleRatio(arms)).toMatchObject({ p: 0, isRight: false });
  });

  it('are not judged while a small arm should have hardly anybody', () => {
    const arms = (held: number, treated: number) => [
      { ...converted('holdout', held, 0), share: 0.02 },
      { ...converted('treated', treated, 0), share: 0.98 },
    ];
    // Three where four tenths are expected comes about once in 140 experiments; the approximation says once in 25,000.
    expect(checkSampleRatio(arms(3, 17)).p).toBeLessThan(0.001);
    expect(checkSampleRatio(arms(3, 17)).isRight).toBe(true);
    expect(checkSampleRatio(arms(30, 570)).isRight).toBe(false);
  });
});
