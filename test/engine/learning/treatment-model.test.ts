import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../bench/measure/random.ts';
import { AssertionError } from '../../../engine/assert.ts';
import { learningDefaults } from '../../../engine/learning/learning-options.ts';
import { decodeModel, encodeModel, encodeSums } from '../../../engine/learning/model-codec.ts';
import { PosteriorSolver } from '../../../engine/learning/posterior.ts';
import { propensityOf, scoreOf, scoreSteps } from '../../../engine/learning/score.ts';
import { TreatmentModel } from '../../../engine/learning/treatment-model.ts';

const dimension = 13;
const solver = new PosteriorSolver(dimension);

/** Three predictors with four ids each. */
const outcome = fc.record({
  ids: fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 5, max: 8 }),
    fc.integer({ min: 9, max: 12 }),
  ),
  score: fc.integer({ min: -3_072, max: 3_072 }),
  isPositive: fc.boolean(),
});
type Outcome = typeof outcome extends fc.Arbitrary<infer Value> ? Value : never;

function newModel(link: 'logit' | 'identity' = 'logit'): TreatmentModel {
  return new TreatmentModel(dimension, { ...learningDefaults, link });
}

function learn(model: TreatmentModel, outcomes: readonly Outcome[]): TreatmentModel {
  for (const { ids, score, isPositive } of outcomes) {
    model.shown(ids, score);
    if (isPositive) model.converted(ids, score);
  }
  return model;
}

function stateOf(model: TreatmentModel): string {
  return Buffer.from(encodeSums(model.sums)).toString('base64');
}

describe('the additive part of a model', () => {
  it('is the same in whatever order outcomes come (LE1)', () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 30 }), fc.infiniteStream(fc.nat()), (outcomes, order) => {
        const keys = outcomes.map(() => order.next().value as number);
        const mixed = outcomes
          .map((_, index) => index)
          .sort((one, other) => (keys[one] ?? 0) - (keys[other] ?? 0));
        const other = learn(
          newModel(),
          mixed.map((index) => outcomes[index] as Outcome),
        );
        expect(stateOf(other)).toBe(stateOf(learn(newModel(), outcomes)));
      }),
    );
  });

  it('is the same whether a conversion is known at once or comes after everything else', () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 30 }), (outcomes) => {
        const atOnce = newModel();
        const late = newModel();
        for (const { ids, score, isPositive } of outcomes) atOnce.observed(ids, score, isPositive);
        for (const { ids, score } of outcomes) late.shown(ids, score);
        for (const { ids, score, isPositive } of outcomes) if (isPositive) late.converted(ids, score);
        expect(stateOf(late)).toBe(stateOf(atOnce));
      }),
    );
  });

  it('adds up to the same from four workers', () => {
    const dealt = fc.array(fc.tuple(outcome, fc.integer({ min: 0, max: 3 })), { maxLength: 40 });
    fc.assert(
      fc.property(dealt, fc.constantFrom('logit', 'identity'), (outcomes, link) => {
        const one = learn(
          newModel(link),
          outcomes.map(([each]) => each),
        );
        const merged = newModel(link);
        for (const worker of [2, 0, 3, 1]) {
          const own = outcomes.filter(([, at]) => at === worker).map(([each]) => each);
          merged.merge(learn(newModel(link), own));
        }
        expect(stateOf(merged)).toBe(stateOf(one));
        one.refresh(0.1, solver);
        merged.refresh(0.1, solver);
        expect(merged.slow).toEqual(one.slow);
      }),
    );
  });

  it('returns to what it was when outcomes are taken back', () => {
    fc.assert(
      fc.property(
        fc.array(outcome, { maxLength: 20 }),
        fc.array(outcome, { maxLength: 20 }),
        (kept, gone) => {
          const model = learn(newModel(), [...kept, ...gone]);
          for (const { ids, score, isPositive } of gone) {
            if (isPositive) model.retract(ids, score, 'converted');
            model.retract(ids, score, 'shown');
          }
          expect(stateOf(model)).toBe(stateOf(learn(newModel(), kept)));
        },
      ),
    );
  });

  it('refuses a score that nothing can have been served with', () => {
    for (const link of ['logit', 'identity'] as const) {
      const model = newModel(link);
      for (const score of [Number.NaN, Number.POSITIVE_INFINITY, 0.5, 20_000]) {
        expect(() => model.shown([1, 5, 9], score)).toThrow(AssertionError);
        expect(() => model.converted([1, 5, 9], score)).toThrow(AssertionError);
      }
      expect(stateOf(model)).toBe(stateOf(newModel(link)));
    }
  });

  it('refuses an id that its code does not have', () => {
    for (const id of [dimension, 0, -1, 1.5, Number.NaN]) {
      const model = newModel();
      expect(() => model.shown([1, 5, id], 0)).toThrow('outside of its code');
      expect(() => model.converted([1, 5, id], 0)).toThrow('outside of its code');
      expect(stateOf(model)).toBe(stateOf(newModel()));
    }
  });
});

describe('a stored model', () => {
  it('goes on as it would have, wherever it was stored (LM2)', () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 40 }), fc.nat(40), (outcomes, crash) => {
        const whole = newModel();
        let broken = newModel();
        outcomes.forEach((each, index) => {
          if (index === crash) broken = decodeModel(encodeModel(broken), dimension, learningDefaults);
          for (const model of [whole, broken]) {
            learn(model, [each]);
            if (model.isDue()) model.refresh(0.1, solver);
          }
        });
        expect(Buffer.from(encodeModel(broken)).equals(Buffer.from(encodeModel(whole)))).toBe(true);
      }),
    );
  });

  it('takes little room while it knows little', () => {
    const model = new TreatmentModel(161, learningDefaults);
    const ids = Array.from({ length: 16 }, (_, index) => 1 + 10 * index);
    model.shown(ids, -512);
    expect(encodeModel(model).length).toBeLessThan(6_000);
  });

  it('tells damage, wherever it is', () => {
    const model = newModel();
    play(model, 40, { seed: 8 });
    const bytes = encodeModel(model);
    const read = (value: Uint8Array) => () => decodeModel(value, dimension, learningDefaults);
    for (let at = 0; at < bytes.length; at += 1) {
      expect(read(bytes.subarray(0, at))).toThrow(AssertionError);
      const damaged = bytes.slice();
      damaged[at] = (bytes[at] as number) ^ (1 << (at % 8));
      expect(read(damaged)).toThrow(AssertionError);
    }
    expect(read(Uint8Array.of(...bytes, 0))).toThrow(AssertionError);
  });

  it('is not taken for that of another code or of other experts', () => {
    const model = newModel();
    model.refresh(0.1, solver);
    const bytes = encodeModel(model);
    expect(() => decodeModel(bytes, dimension + 1, learningDefaults)).toThrow('another form or code');
    const { parts } = learningDefaults;
    const others = { precisions: [1], fastRates: [0.05, 0.2, 1, 2], parts };
    expect(() => decodeModel(bytes, dimension, { ...learningDefaults, ...others })).toThrow('other experts');
  });

  it('holds sums up to the largest whole numbers, of either sign (LE2)', () => {
    const model = newModel();
    model.sums.trials = 1;
    model.sums.weight = Number.MAX_SAFE_INTEGER;
    model.sums.pull = -Number.MAX_SAFE_INTEGER;
    model.sums.pulls.set([0, -(2 ** 52) - 1, 2 ** 52 + 1, -1, -64, 63]);
    const { sums } = decodeModel(encodeModel(model), dimension, learningDefaults);
    expect(sums.weight).toBe(model.sums.weight);
    expect(sums.pull).toBe(model.sums.pull);
    expect(sums.pulls).toEqual(model.sums.pulls);
    model.sums.pull -= 2;
    expect(() => encodeModel(model)).toThrow(AssertionError);
  });
});

/** Conversions whose log-odds depend on three predictors; the second changes its mind where `turn` says so. */
function play(
  model: TreatmentModel,
  rounds: number,
  { seed, turn = 1 }: { seed: number; turn?: number },
): number {
  const random = new Random(seed);
  let loss = 0;
  for (let round = 0; round < rounds; round += 1) {
    const ids = [random.between(1, 4), random.between(5, 8), random.between(9, 12)] as const;
    const logit = -2 + (ids[0] - 2.5) + turn * (ids[1] - 6.5);
    const isPositive = random.chance(1 / (1 + Math.exp(-logit)));
    if (model.isDue()) model.refresh(0.1, solver);
    const row = model.row();
    const score = scoreOf(row, ids);
    const p = propensityOf(row, score);
    loss -= Math.log(isPositive ? p : 1 - p) / rounds;
    model.observed(ids, score, isPositive);
  }
  return loss;
}

describe('what a model learns', () => {
  it('is who converts, from no more than some hundred outcomes', () => {
    const model = newModel();
    play(model, 600, { seed: 1 });
    model.refresh(0.1, solver);
    const row = model.row();
    const likely = propensityOf(row, scoreOf(row, [4, 8, 9]));
    const unlikely = propensityOf(row, scoreOf(row, [1, 5, 9]));
    expect(likely).toBeGreaterThan(0.6);
    expect(unlikely).toBeLessThan(0.06);
  });

  it('follows when things change, by giving the fast experts a larger share', () => {
    const model = newModel();
    play(model, 3_000, { seed: 2 });
    const before = slowShareOf(model);
    play(model, 1_500, { seed: 3, turn: -1 });
    expect(slowShareOf(model)).toBeLessThan(before);
    expect(play(model, 1_000, { seed: 4, turn: -1 })).toBeLessThan(0.5);
  });

  it('is the same rate with late labels as with early ones (LM3)', () => {
    const model = newModel();
    const random = new Random(5);
    const ids = [1, 5, 9] as const;
    const late: number[] = [];
    for (let round = 0; round < 4_000; round += 1) {
      if (model.isDue()) model.refresh(0.1, solver);
      const score = scoreOf(model.row(), ids);
      model.shown(ids, score);
      if (random.chance(0.2)) late.push(score);
      if (late.length > 20) model.converted(ids, late.shift() ?? 0);
    }
    model.refresh(0.1, solver);
    const row = model.row();
    expect(propensityOf(row, scoreOf(row, ids))).toBeGreaterThan(0.17);
    expect(propensityOf(row, scoreOf(row, ids))).toBeLessThan(0.23);
    for (const fast of model.fast) expect(Math.abs(fast.value(ids) - Math.log(0.25))).toBeLessThan(0.6);
  });

  it('is a propensity itself with the identity link', () => {
    const model = newModel('identity');
    play(model, 1_000, { seed: 6 });
    model.refresh(0.1, solver);
    const score = scoreOf(model.row(), [4, 8, 9]);
    expect(score / scoreSteps.identity).toBeGreaterThan(0.5);
  });

  it('begins with the propensity that it is given, and knows how little that is', () => {
    const model = newModel();
    model.refresh(0.3, solver);
    const row = model.row();
    expect(propensityOf(row, scoreOf(row, [1, 5, 9]))).toBeCloseTo(0.3, 2);
    const known = newModel();
    play(known, 500, { seed: 7 });
    known.refresh(0.3, solver);
    expect(known.row().variances[1]).toBeLessThan((row.variances[1] ?? 0) / 2);
  });
});

function slowShareOf({ mixture, slow }: TreatmentModel): number {
  return mixture.shares.slice(0, slow.length).reduce((sum, share) => sum + share, 0);
}
