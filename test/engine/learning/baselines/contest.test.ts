import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../bench/measure/random.ts';
import { Contest } from '../../../../engine/learning/baselines/contest.ts';
import type { FeatureCode } from '../../../../engine/model/propensity-model.ts';

const code: FeatureCode = {
  number: 1,
  predictors: [
    { kind: 'symbol', name: 'traits.plan', first: 1, symbols: ['free', 'gold'], overflow: 0 },
    { kind: 'number', name: 'traits.age', first: 4, edges: [30] },
  ],
  dimension: 7,
};

interface Contact {
  readonly ids: readonly number[];
  readonly served: number;
  readonly isPositive: boolean;
}

const contact: fc.Arbitrary<Contact> = fc.record({
  ids: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 4, max: 6 })),
  served: fc.double({ min: 0, max: 1, noNaN: true }),
  isPositive: fc.boolean(),
});

const logLossOf = (p: number, isPositive: boolean) => -Math.log(isPositive ? p : 1 - p);

/** One contact after the other; what converts does so a few contacts later. */
function learned(contacts: readonly Contact[], late = 3, contest = new Contest(code)): Contest {
  const open: Contact[] = [];
  const convert = ({ ids, served, isPositive }: Contact) => isPositive && contest.converted(ids, served);
  for (const each of contacts) {
    contest.shown(each.ids, each.served);
    open.push(each);
    if (open.length > late) convert(open.shift() as Contact);
  }
  for (const each of open) convert(each);
  return contest;
}

/** Who has gold converts often, others seldom; the model that serves knows. */
function customers(count: number, seed: number): readonly Contact[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const plan = 1 + Math.floor(random.next() * 3);
    const served = plan === 3 ? 0.5 : 0.05;
    const ids = [plan, 4 + Math.floor(random.next() * 3)];
    return { ids, served, isPositive: random.chance(served) };
  });
}

describe('a contest of a model and its baselines', () => {
  it('CO1: judges everybody by what was said before the outcome was learned', () => {
    const contest = new Contest(code);
    contest.shown([1, 4], 0.2);
    expect(contest.figures()).toMatchObject({ trials: 1, positives: 0, auc: 0.5, aucOfBayes: 0.5 });
    expect(contest.figures().logLoss).toBeCloseTo(logLossOf(0.2, false), 5);
    expect(contest.figures().logLossOfRate).toBeCloseTo(logLossOf(1 / 2, false), 5);
    expect(contest.figures().logLossOfBayes).toBeCloseTo(logLossOf(1 / 2, false), 5);
    contest.shown([1, 4], 0.2);
    expect(contest.figures().logLossOfRate).toBeCloseTo(
      (logLossOf(1 / 2, false) + logLossOf(1 / 3, false)) / 2,
      5,
    );
  });

  it('CO2: takes the loss of a contact back that converts after all, and asks the baselines without it', () => {
    const contest = new Contest(code);
    contest.shown([1, 4], 0.2);
    contest.converted([1, 4], 0.2);
    const { positives, ...losses } = contest.figures();
    expect(positives).toBe(1);
    expect(losses.logLoss).toBeCloseTo(logLossOf(0.2, true), 5);
    expect(losses.logLossOfRate).toBeCloseTo(logLossOf(1 / 2, true), 5);
    expect(losses.logLossOfBayes).toBeCloseTo(logLossOf(1 / 2, true), 5);
  });

  it('CO2: judges the model as if all had been known at once, however late it was told', () => {
    fc.assert(
      fc.property(fc.array(contact, { maxLength: 40 }), fc.nat(40), (contacts, late) => {
        const [atOnce, then] = [learned(contacts, 0), learned(contacts, late)];
        const { logLoss, auc, positives } = then.figures();
        expect({ logLoss, auc, positives }).toEqual({
          logLoss: atOnce.figures().logLoss,
          auc: atOnce.figures().auc,
          positives: contacts.filter(({ isPositive }) => isPositive).length,
        });
      }),
    );
  });

  it('tells a model that knows its customers from the rate, and finds naive Bayes close behind', () => {
    const { logLoss, auc, logLossOfRate, logLossOfBayes, aucOfBayes } = learned(
      customers(4_000, 7),
      50,
    ).figures();
    expect(logLoss).toBeLessThan(logLossOfBayes);
    expect(logLossOfBayes).toBeLessThan(0.9 * logLossOfRate);
    expect(auc).toBeGreaterThan(0.75);
    expect(aucOfBayes).toBeGreaterThan(0.75);
  });

  it('CO3: goes on as it would have when it was stored and read, in few bytes', () => {
    fc.assert(
      fc.property(
        fc.array(contact, { maxLength: 30 }),
        fc.array(contact, { maxLength: 30 }),
        (before, after) => {
          const whole = learned(after, 3, learned(before));
          const bytes = learned(before).encode();
          expect(Contest.decode(bytes, code).encode()).toEqual(bytes);
          const read = learned(after, 3, Contest.decode(bytes, code));
          expect(read.figures()).toEqual(whole.figures());
          expect(read.encode()).toEqual(whole.encode());
        },
      ),
    );
    expect(learned(customers(4_000, 8)).encode().length).toBeLessThan(1_000);
  });

  it('stays sound where a conversion comes before its contact', () => {
    const contest = new Contest(code);
    contest.converted([1, 4], 0.2);
    for (const figure of Object.values(contest.figures())) expect(figure).not.toBeNaN();
    contest.shown([1, 4], 0.2);
    contest.shown([2, 4], 0.2);
    const { trials, positives, logLossOfBayes } = contest.figures();
    expect([trials, positives]).toEqual([2, 1]);
    expect(Number.isFinite(logLossOfBayes)).toBe(true);
  });
});
