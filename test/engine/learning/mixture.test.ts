import { describe, expect, it } from 'vitest';
import { FastExpert } from '../../../engine/learning/fast-expert.ts';
import { Mixture } from '../../../engine/learning/mixture.ts';

describe('a mixture of experts', () => {
  it('begins with the shares that it is given', () => {
    expect([...new Mixture([1, 1, 2], { rate: 1, share: 0.001 }).shares]).toEqual([0.25, 0.25, 0.5]);
  });

  it('follows the one that is right, and turns when another one is', () => {
    const mixture = new Mixture([1, 1], { rate: 0.5, share: 0.001 });
    for (let round = 0; round < 200; round += 1) mixture.judge(Float64Array.of(0.6, 0.4), 1);
    expect(mixture.shares[0]).toBeGreaterThan(0.98);
    for (let round = 0; round < 60; round += 1) mixture.judge(Float64Array.of(0.4, 0.6), 1);
    expect(mixture.shares[1]).toBeGreaterThan(0.9);
    expect((mixture.shares[0] ?? 0) + (mixture.shares[1] ?? 0)).toBeCloseTo(1, 12);
  });

  it('takes an outcome that counts for nothing as none', () => {
    const mixture = new Mixture([1, 1], { rate: 1, share: 0 });
    mixture.judge(Float64Array.of(0.9, 0.1), 0);
    expect([...mixture.shares]).toEqual([0.5, 0.5]);
  });
});

describe('a fast expert', () => {
  it('begins with what it was given and learns from there', () => {
    const expert = new FastExpert(3, { rate: 0.2, damping: 1 });
    expert.begin(-2);
    expect(expert.value([1])).toBeCloseTo(-2, 6);
    expert.step([1], -0.9);
    expect(expert.value([1])).toBeGreaterThan(-2);
    expect(expert.value([1])).toBeGreaterThan(expert.value([2]));
  });

  it('takes smaller steps for what it has often met', () => {
    const expert = new FastExpert(3, { rate: 0.2, damping: 1 });
    const steps = Array.from({ length: 50 }, () => {
      const before = expert.weight(1);
      expert.step([1], -0.5);
      return expert.weight(1) - before;
    });
    expect(steps[49]).toBeLessThan((steps[0] as number) / 2);
  });
});
