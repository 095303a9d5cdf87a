import { describe, expect, it } from 'vitest';
import { Random } from '../../../../bench/measure/random.ts';
import { analyseExperiment } from '../../../../engine/experiments/analysis/analyse-experiment.ts';
import { armOfValues, converted, customersLike } from './arms.ts';

describe('the analysis of an experiment', () => {
  it('says to keep the new one when the effect is above zero', () => {
    const analysis = analyseExperiment([converted('new', 5_000, 650), converted('old', 5_000, 500)], {
      control: 'old',
    });
    expect(analysis.verdict).toBe('may-stop');
    expect(analysis.words).toBe('the effect is above zero: you may stop and keep new');
    expect(analysis.comparisons).toHaveLength(1);
    expect(analysis.comparisons[0]).toMatchObject({ arm: 'new', control: 'old', finding: 'above' });
    expect(analysis.comparisons[0]?.effect).toBeCloseTo(0.03, 12);
    expect(analysis.comparisons[0]?.lift).toBeCloseTo(0.3, 12);
    expect(analysis.comparisons[0]?.words).toBe(
      'new against old: +0.03 a customer (between +0.0107 and +0.0493, however often you look). ' +
        'The effect is above zero: you may stop and keep new',
    );
  });

  it('says to keep the old one when the effect is below zero', () => {
    const analysis = analyseExperiment([converted('old', 5_000, 650), converted('new', 5_000, 500)], {
      control: 'old',
    });
    expect(analysis.verdict).toBe('may-stop');
    expect(analysis.words).toBe('the effect is below zero: you may stop and keep old');
  });

  it('says how many customers are missing while it is open, and they suffice', () => {
    const arms = [converted('new', 1_000, 120), converted('old', 1_000, 100)];
    const analysis = analyseExperiment(arms, { control: 'old' });
    const missing = analysis.comparisons[0]?.customersMissing ?? Number.NaN;
    expect(analysis.verdict).toBe('go-on');
    expect(analysis.words).toBe(
      `not decided yet: about ${missing} more customers, if the effect is what it seems to be`,
    );
    const times = 1 + missing / 2_000;
    const grown = (by: number) =>
      arms.map(({ name, customers, sum }) => converted(name, customers * by, sum * by));
    expect(analyseExperiment(grown(times), { control: 'old' }).verdict).toBe('may-stop');
    expect(analyseExperiment(grown(times * 0.98), { control: 'old' }).verdict).toBe('go-on');
  });

  it('says so when no number of customers is worth waiting for', () => {
    const { words } = analyseExperiment([converted('new', 1_000, 100), converted('old', 1_000, 100)], {
      control: 'old',
    });
    expect(words).toBe(
      'not decided yet: the arms look alike, and no number of customers that is worth waiting for would part them',
    );
  });

  it('says nothing while nothing happened', () => {
    const analysis = analyseExperiment([converted('new', 10, 0), converted('old', 10, 0)], {
      control: 'old',
    });
    expect(analysis.verdict).toBe('go-on');
    expect(analysis.words).toBe('not decided yet: too little has happened');
    expect(analysis.comparisons[0]?.interval).toBeUndefined();
    expect(analysis.comparisons[0]?.words).toBe('new: nothing can be said yet, too little has happened');
    const empty = analyseExperiment([converted('new', 0, 0), converted('old', 0, 0)], { control: 'old' });
    expect(empty.verdict).toBe('go-on');
  });

  it('stops when the arms do not have the sizes they were dealt, whatever they show', () => {
    const analysis = analyseExperiment([converted('new', 6_000, 900), converted('old', 5_000, 500)], {
      control: 'old',
    });
    expect(analysis.verdict).toBe('stop-broken');
    expect(analysis.words).toBe(
      'stop: the arms do not have the sizes they were dealt (new has 6000 customers and should have 5500, old has 5000 ' +
        'customers and should have 5500; by chance that happens once in more than a billion experiments). Customers get ' +
        'lost on one side, so what the arms show cannot be believed',
    );
  });

  it('shows an interval for one look at the planned end alone', () => {
    const at = (customers: number) =>
      analyseExperiment(
        [converted('new', customers, customers / 8), converted('old', customers, customers / 10)],
        {
          control: 'old',
          plannedCustomers: 4_000,
        },
      ).comparisons[0];
    expect(at(1_000)?.intervalAtPlannedEnd).toBeUndefined();
    expect(at(3_000)?.intervalAtPlannedEnd).toBeUndefined();
    const planned = at(2_000);
    expect(planned?.finding).toBe('open');
    expect(planned?.intervalAtPlannedEnd?.low).toBeGreaterThan(0);
    const half = 1.959963984540054 * (planned?.standardError ?? Number.NaN);
    expect(planned?.intervalAtPlannedEnd?.high).toBeCloseTo(0.025 + half, 12);
  });

  it('shares the error among the arms', () => {
    const two = [converted('new', 5_000, 600), converted('old', 5_000, 500)];
    const three = [...two, converted('third', 5_000, 505)];
    const width = (arms: typeof two) => {
      const interval = analyseExperiment(arms, { control: 'old' }).comparisons[0]?.interval;
      return (interval?.high ?? Number.NaN) - (interval?.low ?? Number.NaN);
    };
    expect(width(three)).toBeGreaterThan(width(two) * 1.02);
  });

  it('names the best where several arms are above the control, and the soonest where none is', () => {
    const several = analyseExperiment(
      [converted('old', 9_000, 900), converted('second', 9_000, 1_200), converted('best', 9_000, 1_300)],
      { control: 'old' },
    );
    expect(several.verdict).toBe('may-stop');
    expect(several.words).toBe('2 arms are above old: you may stop; best has the largest effect so far');
    const none = analyseExperiment(
      [converted('old', 900, 90), converted('second', 900, 95), converted('near', 900, 120)],
      { control: 'old' },
    );
    expect(none.words).toContain(`about ${none.comparisons[1]?.customersMissing} more customers`);
  });

  it('goes on while one arm is open and none is above', () => {
    const analysis = analyseExperiment(
      [converted('old', 9_000, 1_300), converted('worse', 9_000, 900), converted('open', 9_000, 1_310)],
      { control: 'old' },
    );
    expect(analysis.comparisons.map(({ finding }) => finding)).toEqual(['below', 'open']);
    expect(analysis.verdict).toBe('go-on');
  });

  it('decides earlier by what was known before', () => {
    const random = new Random(5);
    const arms = [
      armOfValues('new', customersLike(random, { count: 1_500, weight: 3, effect: 0.12 })),
      armOfValues('old', customersLike(random, { count: 1_500, weight: 3 })),
    ];
    const blind = arms.map(({ covariate, ...arm }) => arm);
    expect(analyseExperiment(blind, { control: 'old' }).verdict).toBe('go-on');
    const analysis = analyseExperiment(arms, { control: 'old' });
    expect(analysis.verdict).toBe('may-stop');
    expect(analysis.comparisons[0]?.adjustment?.varianceCut).toBeGreaterThan(0.8);
  });

  it('has nothing to say about one arm, and refuses a control that is none of the arms', () => {
    expect(analyseExperiment([converted('old', 5, 1)], { control: 'old' })).toMatchObject({
      verdict: 'go-on',
      words: 'there is no arm to compare with',
    });
    expect(() => analyseExperiment([converted('old', 5, 1)], { control: 'none' })).toThrow('no arm none');
  });
});

describe('whoever looks again and again', () => {
  it('is seldom misled, and finds what there is', () => {
    const random = new Random(6);
    const runs = 200;
    const alarms = { same: 0, different: 0 };
    for (let run = 0; run < runs; run += 1) {
      if (decides(random, [0.1, 0.1])) alarms.same += 1;
      if (decides(random, [0.14, 0.1])) alarms.different += 1;
    }
    expect(alarms.same / runs).toBeLessThanOrEqual(0.05);
    expect(alarms.different / runs).toBeGreaterThan(0.9);
  });
});

/** Forty looks at up to 4,000 customers an arm. */
function decides(random: Random, [withArm, without]: readonly [number, number]): boolean {
  let [arm, control] = [0, 0];
  for (let customers = 100; customers <= 4_000; customers += 100) {
    for (let next = 0; next < 100; next += 1) {
      arm += Number(random.chance(withArm));
      control += Number(random.chance(without));
    }
    const arms = [converted('new', customers, arm), converted('old', customers, control)];
    if (analyseExperiment(arms, { control: 'old', plannedCustomers: 4_000 }).verdict !== 'go-on') return true;
  }
  return false;
}
