import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssertionError, type LoggedRow, OffPolicyEstimator, rowOf } from '../../../engine/index.ts';
import { estimatesOf, evaluationOf, row } from './rows.ts';

/** Two decisions: weights 2 and 1/2, rewards 1 and 0, foreseen 0.6 and 0.4, 0.5 and 0.3 under the new rules. */
const worked: readonly LoggedRow[] = [
  row({ reward: 1, propensity: 0.25, target: 0.5, predicted: 0.6, expected: 0.5 }),
  row({ reward: 0, propensity: 0.8, target: 0.4, predicted: 0.4, expected: 0.3 }),
];

describe('the estimators', () => {
  it('give what can be worked out by hand', () => {
    const { estimates, overlap } = evaluationOf(worked);
    expect(estimates.ips.value).toBeCloseTo(2 / 2, 14);
    expect(estimates.snips.value).toBeCloseTo(2 / 2.5, 14);
    expect(estimates.dm.value).toBeCloseTo(0.4, 14);
    // Corrections: 2 * 0.4 and 0.5 * -0.4.
    expect(estimates.dr.value).toBeCloseTo(0.4 + (0.8 - 0.2) / 2, 14);
    expect(estimates.sndr.value).toBeCloseTo(0.4 + 0.6 / 2.5, 14);
    expect(estimates.old.value).toBe(0.5);
    expect(estimates.difference.value).toBeCloseTo(0.7 - 0.5, 14);
    // Weighted rewards 2 and 0: a standard deviation of the root of 2, over the root of 2.
    expect(estimates.ips.standardError).toBeCloseTo(1, 14);
    // DR's terms are 1.3 and 0.1.
    expect(estimates.dr.standardError).toBeCloseTo(0.6, 14);
    expect(overlap).toMatchObject({ meanWeight: 1.25, largestWeight: 2, largestShare: 0.8, unsupported: 0 });
    expect(overlap.effectiveSampleSize).toBeCloseTo(2.5 ** 2 / 4.25, 14);
  });

  it('leave heavy corrections out in SWITCH, and shrink them in DRos', () => {
    const { switchDr, drOs } = estimatesOf(worked, { shrinkage: { switchWeight: 1, lambda: 4 } });
    expect(switchDr.value).toBeCloseTo(0.4 - 0.2 / 2, 14);
    expect(drOs.value).toBeCloseTo(0.4 + (((4 * 2) / 8) * 0.4 + ((4 * 0.5) / 4.25) * -0.4) / 2, 14);
  });

  it('agree with the mean reward where the new rules are those of the log', () => {
    const chances = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    const logged = fc.record({
      p: chances,
      q: fc.tuple(chances, chances),
      chosen: fc.nat(1),
      reward: fc.nat(1),
    });
    fc.assert(
      fc.property(fc.array(logged, { minLength: 2, maxLength: 20 }), (steps) => {
        const rows = steps.map(({ p, q, chosen, reward }) =>
          rowOf({ chosen, reward, logged: [p, 1 - p], target: [p, 1 - p], predicted: q }),
        );
        const { ips, snips, dr, sndr, old } = estimatesOf(rows);
        const mean = steps.reduce((sum, { reward }) => sum + reward, 0) / steps.length;
        expect(ips.value).toBeCloseTo(mean, 12);
        expect(snips.value).toBeCloseTo(mean, 12);
        expect(old.value).toBeCloseTo(mean, 12);
        // With weights of 1 normalising changes nothing.
        expect(sndr.value).toBeCloseTo(dr.value, 12);
      }),
    );
  });

  it('are right on average: IPS whatever the model is, and DR too', () => {
    const share = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    const world = fc.record({
      logged: share,
      target: share,
      rates: fc.tuple(share, share),
      guesses: fc.tuple(share, share),
    });
    fc.assert(
      fc.property(world, ({ logged: p, target: t, rates, guesses }) => {
        // Every outcome of one decision, with its probability.
        let ips = 0;
        let dr = 0;
        for (const chosen of [0, 1]) {
          for (const reward of [0, 1]) {
            const rate = rates[chosen] as number;
            const chance = (chosen === 0 ? p : 1 - p) * (reward === 1 ? rate : 1 - rate);
            const step = { chosen, reward, logged: [p, 1 - p], target: [t, 1 - t], predicted: guesses };
            const estimates = estimatesOf([rowOf(step)]);
            ips += chance * estimates.ips.value;
            dr += chance * estimates.dr.value;
          }
        }
        const truth = t * rates[0] + (1 - t) * rates[1];
        expect(ips).toBeCloseTo(truth, 10);
        expect(dr).toBeCloseTo(truth, 10);
      }),
    );
  });

  it('move with the reward where they are self-normalised: SNIPS does not care where zero is', () => {
    const shift = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(shift, (by) => {
        const moved = worked.map((one) => ({ ...one, reward: one.reward + by }));
        expect(estimatesOf(moved).snips.value).toBeCloseTo(estimatesOf(worked).snips.value + by, 10);
        expect(estimatesOf(moved).snips.standardError).toBeCloseTo(
          estimatesOf(worked).snips.standardError,
          10,
        );
      }),
    );
  });

  it('do without weights where nothing of the log resembles the new rules', () => {
    const { estimates, overlap } = evaluationOf([
      row({ target: 0, reward: 1, expected: 0.3 }),
      row({ target: 0, expected: 0.5 }),
    ]);
    expect(estimates.snips.value).toBe(0);
    expect(estimates.sndr.value).toBe(estimates.dm.value);
    expect(overlap.effectiveSampleSize).toBe(0);
  });

  it('hold the new rules against those in force by their own weights, where the log is not theirs alone', () => {
    const step = { chosen: 1, reward: 1, logged: [0.5, 0.5], predicted: [0.2, 0.4] };
    const { old, difference } = estimatesOf([rowOf({ ...step, target: [0, 1], old: [1, 0] })]);
    expect(old.value).toBeCloseTo(0.2, 14);
    expect(difference.value).toBeCloseTo(0.4 + 2 * 0.6 - 0.2, 14);
    expect(estimatesOf([rowOf({ ...step, target: [0.3, 0.7], old: [0.3, 0.7] })]).difference.value).toBe(0);
  });

  it('have nothing to say of an empty log', () => {
    expect(new OffPolicyEstimator().evaluation()).toBeUndefined();
  });

  it.each([
    ['a probability of 0', { propensity: 0 }],
    ['a probability above 1', { propensity: 1.1 }],
    ['a target below 0', { target: -0.2 }],
    ['a reward that is no number', { reward: Number.NaN }],
    ['a guess without end', { expected: Number.POSITIVE_INFINITY }],
  ])('refuse %s', (_, wrong) => {
    expect(() => new OffPolicyEstimator().add(row(wrong))).toThrow(AssertionError);
  });
});

describe('the spread', () => {
  const flips = Array.from({ length: 200 }, (_, at) => (at * 7919) % 3 === 0);

  it('knows that decisions about one customer are not independent', () => {
    const apart = flips.flatMap((flip, at) => [
      row({ cluster: `a${at}`, reward: flip ? 1 : 0 }),
      row({ cluster: `b${at}`, reward: flip ? 1 : 0 }),
    ]);
    const together = apart.map((one) => ({ ...one, cluster: (one.cluster ?? '').slice(1) }));
    const ratio = estimatesOf(together).dr.standardError / estimatesOf(apart).dr.standardError;
    expect(ratio).toBeCloseTo(Math.SQRT2, 2);
    expect(evaluationOf(together).clusters).toBe(200);
  });

  it('stays bounded, and never parts a customer', () => {
    const rows = flips.flatMap((flip, at) =>
      Array.from({ length: 3 }, () => row({ cluster: `c${at}`, reward: flip ? 1 : 0 })),
    );
    const bounded = evaluationOf(rows, { groupsMax: 50 });
    expect(bounded.clusters).toBe(50);
    const free = estimatesOf(rows).dr;
    expect(bounded.estimates.dr.value).toBeCloseTo(free.value, 12);
    expect(bounded.estimates.dr.standardError / free.standardError).toBeGreaterThan(0.7);
    expect(bounded.estimates.dr.standardError / free.standardError).toBeLessThan(1.4);
  });

  it('deals rows without a customer out evenly once the groups are full', () => {
    const rows = flips.map((flip) => row({ reward: flip ? 1 : 0 }));
    expect(evaluationOf(rows, { groupsMax: 20 }).clusters).toBe(20);
  });

  it('tells that a result rests on few customers', () => {
    const rows = [...flips.map(() => row({ reward: 0 })), row({ reward: 100 })];
    expect(evaluationOf(rows).restsOn).toBeLessThan(1.1);
    expect(evaluationOf(flips.map((flip) => row({ reward: flip ? 1 : 0 }))).restsOn).toBeGreaterThan(100);
  });
});
