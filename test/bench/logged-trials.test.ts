import { describe, expect, it } from 'vitest';
import { betaPolicy, fixedPolicy, uniformPolicy } from '../../bench/evaluate/campaigns/baseline-policies.ts';
import { foldsOf } from '../../bench/evaluate/campaigns/folds.ts';
import { bestFixed, greedyValue } from '../../bench/evaluate/campaigns/greedy-value.ts';
import { codeTrial, type LoggedTrial, sharesOf } from '../../bench/evaluate/campaigns/logged-trial.ts';
import { readMailTrial } from '../../bench/evaluate/campaigns/mail-trial.ts';
import {
  offerPredictors,
  readOfferTrial,
  type TranscriptLine,
} from '../../bench/evaluate/campaigns/offer-trial.ts';
import { OwnPolicy } from '../../bench/evaluate/campaigns/own-policy.ts';
import { rankByRule, rankByUplift } from '../../bench/evaluate/campaigns/ranked-uplift.ts';
import { replayTrial } from '../../bench/evaluate/campaigns/rejection-replay.ts';
import { Random } from '../../bench/measure/random.ts';
import { explorationDefaults, learningDefaults } from '../../engine/learning/learning-options.ts';

const profile = { id: 'ada', gender: 'F', age: 55, income: 90_000, became_member_on: '20170715' };
const portfolio = [
  { id: 'ten', offer_type: 'bogo' },
  { id: 'news', offer_type: 'informational' },
];

function line(event: string, time: number, value: TranscriptLine['value'], person = 'ada'): TranscriptLine {
  return { person, event, time, value };
}

function received(time: number, offer: string, person = 'ada'): TranscriptLine {
  return line('offer received', time, { 'offer id': offer }, person);
}

function contextOf(trial: LoggedTrial, decision: number): Record<string, unknown> {
  return Object.fromEntries(
    offerPredictors.map((name, index) => [name, trial.decisions[decision]?.values[index]]),
  );
}

describe('the decisions behind a transcript', () => {
  const others = { ...profile, id: 'bob', age: 118, gender: null, income: null };
  const transcript = [
    received(0, 'ten'),
    line('offer viewed', 6, { 'offer id': 'ten' }),
    line('transaction', 72, { amount: 10 }),
    line('offer completed', 72, { offer_id: 'ten', reward: 10 }),
    line('offer completed', 72, { offer_id: 'ten', reward: 10 }),
    line('transaction', 100, { amount: 20 }),
    received(168, 'news', 'bob'),
    line('transaction', 241, { amount: 5 }, 'bob'),
    received(336, 'news'),
    line('transaction', 336, { amount: 1 }),
  ];
  const trial = readOfferTrial(transcript, [profile, others], portfolio);

  it('are one a person and wave, with none where no offer came', () => {
    expect(trial.actions).toEqual(['none', 'ten', 'news']);
    expect(trial.decisions.map(({ person, action }) => [person, action])).toEqual([
      [0, 1],
      [0, 0],
      [0, 2],
      [1, 0],
      [1, 2],
      [1, 0],
    ]);
  });

  it('were drawn with the shares of the file', () => {
    expect(trial.propensities).toEqual([3 / 6, 1 / 6, 2 / 6]);
  });

  it('succeed with a purchase in the hour of the wave or within 72 hours behind it', () => {
    expect(trial.decisions.map(({ reward }) => reward)).toEqual([1, 0, 1, 0, 0, 0]);
  });

  it('know what happened before the hour of the wave, once each, and nothing later', () => {
    expect(contextOf(trial, 0)).toMatchObject({ age: 55, 'hours since purchase': null, 'last offer': null });
    expect(contextOf(trial, 2)).toMatchObject({
      'hours since purchase': 236,
      'purchases a day': 2 / 14,
      'mean amount': 15,
      'last offer': 'bogo',
      'share viewed': 1,
      'share completed': 1,
    });
  });

  it('take the age that stands for an unknown one as missing', () => {
    expect(contextOf(trial, 3)).toMatchObject({ age: null, gender: null, income: null });
  });
});

describe('the decisions behind a mailing', () => {
  const row = { recency: '3', history: '120.5', mens: '1', womens: '0', zip_code: 'Rural', newbie: '0' };
  const rows = ['Womens E-Mail', 'No E-Mail', 'Mens E-Mail', 'No E-Mail'].map((segment, index) => ({
    ...row,
    channel: 'Web',
    segment,
    visit: index === 0 ? '1' : '0',
  }));

  it('call the arm that sent nothing none', () => {
    const trial = readMailTrial(rows);
    expect(trial.actions).toEqual(['none', 'Mens E-Mail', 'Womens E-Mail']);
    expect(trial.decisions.map(({ action, reward }) => [action, reward])).toEqual([
      [2, 1],
      [0, 0],
      [1, 0],
      [0, 0],
    ]);
    expect(trial.decisions[0]?.values.slice(0, 2)).toEqual([3, 120.5]);
  });
});

/** Two actions and none; the second is right for the young, the first for the old, none is drawn half of the time. */
function seededTrial(decisions: number): LoggedTrial {
  const random = new Random(4);
  const rows = Array.from({ length: decisions }, (_, person) => {
    const age = random.between(18, 80);
    const draw = random.next();
    const action = draw < 0.5 ? 0 : draw < 0.75 ? 1 : 2;
    const isRight = action === (age < 40 ? 2 : 1);
    const rate = action === 0 ? 0.2 : isRight ? 0.6 : 0.1;
    return { person, values: [age], action, reward: random.chance(rate) ? (1 as const) : (0 as const) };
  });
  return {
    names: ['age'],
    actions: ['none', 'first', 'second'],
    propensities: sharesOf(3, rows),
    decisions: rows,
  };
}

const plain = seededTrial(6_000);
const trial = codeTrial(plain);
const options = { learning: learningDefaults, exploration: explorationDefaults };

function uniformOf(seed: number): () => number {
  const random = new Random(seed);
  return () => random.next();
}

describe('a replay by rejection', () => {
  it('takes every choice equally often, whatever the trial drew most', () => {
    const taken = [0, 1, 2].map((action) => replayTrial(trial, fixedPolicy(action), 1).accepted);
    for (const count of taken) expect(Math.abs(count - 1_500)).toBeLessThan(120);
  });

  it('finds what a single action earns', () => {
    const { reward } = replayTrial(trial, fixedPolicy(0), 1);
    expect(Math.abs(reward - 0.2)).toBeLessThan(0.04);
  });

  it('is the same for the same seed', () => {
    const once = replayTrial(trial, betaPolicy(3, uniformOf(2)), 1);
    expect(replayTrial(trial, betaPolicy(3, uniformOf(2)), 1)).toEqual(once);
    expect(replayTrial(trial, betaPolicy(3, uniformOf(3)), 1)).not.toEqual(once);
  });

  it('lets the engine find out for whom which action is right, and Beta distributions not', () => {
    const ours = replayTrial(trial, new OwnPolicy(3, trial.code, options, uniformOf(1)), 1).reward;
    const beta = replayTrial(trial, betaPolicy(3, uniformOf(1)), 1).reward;
    expect(ours).toBeGreaterThan(beta + 0.05);
    expect(beta).toBeGreaterThan(replayTrial(trial, uniformPolicy(3, uniformOf(1)), 1).reward);
  });
});

describe('the value of choices that were never made', () => {
  it('is that of the right action for everybody, and above the best single one', () => {
    const { value, error } = greedyValue(trial, learningDefaults);
    expect(Math.abs(value - 0.6)).toBeLessThan(4 * error);
    expect(value).toBeGreaterThan(bestFixed(trial).reward + 0.05);
  });

  it('parts people, not decisions, into folds', () => {
    const twice = trial.decisions.flatMap((decision) => [decision, decision]);
    const folds = foldsOf(twice, 5, 1);
    for (const { training, held } of folds) {
      const known = new Set(training.map(({ person }) => person));
      expect(held.some(({ person }) => known.has(person))).toBe(false);
    }
    expect(folds.reduce((sum, { held }) => sum + held.length, 0)).toBe(twice.length);
  });
});

describe('customers ranked by what an action adds', () => {
  it('come in a better order by uplift than by chance, and by uplift than by a rule that knows nothing', () => {
    const { uplift, response, naiveBayes } = rankByUplift(codeTrial(seededTrial(2_000)), 1, learningDefaults);
    expect(uplift).toBeGreaterThan(0.1);
    expect(naiveBayes).toBeGreaterThan(0.1);
    // Nobody converts without the action more often than anybody else, so that response ranks as uplift does.
    expect(response).toBeGreaterThan(0.1);
    expect(rankByRule(plain, 1, () => 1)).toBe(0);
    expect(rankByRule(plain, 1, ([age]) => Number(age))).toBeGreaterThan(0.1);
  });
});
