import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { qiniCoefficient, qiniCurve, type RankedOutcome } from '../../../engine/learning/qini.ts';
import {
  classOf,
  customerClasses,
  describeClass,
  thresholdsFor,
  upliftOf,
} from '../../../engine/learning/uplift.ts';

describe('uplift', () => {
  it('is what the action adds, and nothing at all without a model of no action', () => {
    expect(upliftOf(0.3, 0.2)).toBeCloseTo(0.1);
    expect(upliftOf(0.2, 0.3)).toBeCloseTo(-0.1);
    expect(upliftOf(0.3, undefined)).toBeUndefined();
  });

  it('prefers who is moved to who converts anyway', () => {
    const moved = upliftOf(0.15, 0.05) ?? 0;
    const sure = upliftOf(0.91, 0.9) ?? 0;
    expect(moved).toBeGreaterThan(sure);
  });
});

describe('classes of customers', () => {
  const thresholds = thresholdsFor(0.1);

  it.each([
    ['persuadable', 0.15, 0.05],
    ['persuadable', 0.92, 0.9],
    ['sure thing', 0.9, 0.895],
    ['lost cause', 0.035, 0.04],
    ['lost cause', 0, 0],
    ['sleeping dog', 0.05, 0.15],
  ] as const)('calls somebody a %s at %d with the action and %d without', (sort, withAction, without) => {
    expect(classOf({ withAction, without }, thresholds)).toBe(sort);
  });

  it('takes a threshold of its own', () => {
    const strict = { leastUplift: 0.2, likely: 0.5 };
    expect(classOf({ withAction: 0.45, without: 0.3 }, strict)).toBe('lost cause');
    expect(classOf({ withAction: 0.65, without: 0.55 }, strict)).toBe('sure thing');
  });

  it('says of each class what it means', () => {
    expect(new Set(customerClasses.map(describeClass)).size).toBe(4);
  });
});

/** Letters in order of the score: T treated and converted, t treated, C untreated and converted, c untreated. */
function ranking(letters: string): readonly RankedOutcome[] {
  return [...letters].map((letter, index) => ({
    score: letters.length - index,
    isTreated: letter.toLowerCase() === 't',
    outcome: letter === letter.toUpperCase() ? 1 : 0,
  }));
}

describe('the Qini curve', () => {
  it('counts what the action added among the first of a ranking', () => {
    // After T, c, t, C: 1 - 0, 1 - 0, 1 - 0, and 1 - 1 x 2/2.
    expect(qiniCurve(ranking('TctC'))).toEqual([
      { customers: 0, added: 0 },
      { customers: 1, added: 1 },
      { customers: 2, added: 1 },
      { customers: 3, added: 1 },
      { customers: 4, added: 0 },
    ]);
  });

  it('scales the untreated up to as many as the treated', () => {
    // Three treated and one untreated who converted: 2 - 1 x 3.
    expect(qiniCurve(ranking('TTtC')).at(-1)).toEqual({ customers: 4, added: -1 });
  });

  it('takes customers of one score together', () => {
    const tied = ranking('TctC').map((outcome) => ({ ...outcome, score: 1 }));
    expect(qiniCurve(tied)).toEqual([
      { customers: 0, added: 0 },
      { customers: 4, added: 0 },
    ]);
  });
});

describe('the Qini coefficient', () => {
  it('is 1 for the best ranking', () => {
    expect(qiniCoefficient(ranking('TctC'))).toBe(1);
  });

  it('is below 0 for one that is worse than chance', () => {
    // Curve 0, -1, -1 x 1/2, 0 has the area -1.5; the best has 3.
    expect(qiniCoefficient(ranking('CtcT'))).toBe(-0.5);
  });

  it('is worked out by hand where it lies between', () => {
    // Curve of t T c C: 0, 0, 1, 1, 0 has the area 2; the best, T t c C or its like, 1, 1, 1, 0, has 3; chance has 0.
    expect(qiniCoefficient(ranking('tTcC'))).toBeCloseTo(2 / 3, 12);
  });

  it('takes customers together that the best ranking cannot part', () => {
    // The best one of T t c C has three steps: T at 1, both t and c at 3, C at 4: 0.5 + 2 + 0.5 = 3.
    expect(qiniCoefficient(ranking('TtcC'))).toBe(1);
  });

  it('measures against chance where the action helps on the whole', () => {
    // T c T c: curve 1, 1, 2, 2 has 0.5 + 1 + 1.5 + 2 = 5; the best T T | c c 1.. has 2 + 4 = 6; chance 4: (5 - 4) / (6 - 4).
    expect(qiniCoefficient(ranking('TcTc'))).toBeCloseTo(1 / 2, 12);
  });

  it('is 0 for one score for all, and where nobody converts', () => {
    expect(qiniCoefficient(ranking('TtcCc').map((outcome) => ({ ...outcome, score: 1 })))).toBe(0);
    expect(qiniCoefficient(ranking('ttcc'))).toBe(0);
  });

  it('knows no order of those of one score', () => {
    const outcomes = fc.array(
      fc.record({
        score: fc.integer({ min: 0, max: 3 }),
        isTreated: fc.boolean(),
        outcome: fc.constantFrom<0 | 1>(0, 1),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(outcomes, (ranked) => {
        expect(qiniCoefficient([...ranked].reverse())).toBe(qiniCoefficient(ranked));
      }),
    );
  });
});
