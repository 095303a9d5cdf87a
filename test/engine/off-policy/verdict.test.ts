import { describe, expect, it } from 'vitest';
import { type LoggedRow, offPolicyReport, refusalsOf, rowOf } from '../../../engine/index.ts';
import { evaluationOf, row } from './rows.ts';

/** Logs in which what the new rules always choose was tried once in `rare` decisions, and earns so much. */
function logOf({
  size,
  rare,
  pays,
}: {
  size: number;
  rare: number;
  pays: (index: number) => boolean;
}): LoggedRow[] {
  return Array.from({ length: size }, (_, index) => {
    const isTried = index % rare === 0;
    const reward = (isTried ? pays(index / rare) : index % 10 === 3) ? 1 : 0;
    return row({ propensity: isTried ? 1 / rare : 1 - 1 / rare, target: isTried ? 1 : 0, reward });
  });
}

function codesOf(rows: readonly LoggedRow[]): readonly string[] {
  return refusalsOf(evaluationOf(rows)).map(({ code }) => code);
}

describe('the report', () => {
  it('says which rules earn more', () => {
    const better = offPolicyReport(evaluationOf(logOf({ size: 4_000, rare: 4, pays: (at) => at % 2 === 0 })));
    expect(better).toMatchObject({ answer: 'better', refusals: [] });
    expect(better.words).toMatch(
      /^the new rules earn more: \+0\.275 a decision \(between \+0\.2\d+ and \+0\.3\d+, 95 %\)$/,
    );
    const worse = offPolicyReport(evaluationOf(logOf({ size: 4_000, rare: 4, pays: () => false })));
    expect(worse).toMatchObject({ answer: 'worse' });
  });

  it('says when there is no difference to be told, later for an interval that is looked at again and again', () => {
    const alike = evaluationOf(logOf({ size: 1_000, rare: 5, pays: (at) => at % 10 === 0 }));
    expect(offPolicyReport(alike).answer).toBe('no-difference');
    const slightly = evaluationOf(logOf({ size: 1_000, rare: 5, pays: (at) => at % 5 === 0 }));
    expect(offPolicyReport(slightly).answer).toBe('better');
    expect(slightly.estimates.difference.sequence.low).toBeLessThan(0);
  });

  it('says that nothing changes where the new rules choose as the log did and nothing else is left to chance', () => {
    const rows = Array.from({ length: 200 }, () => row({ propensity: 1, target: 1 }));
    expect(offPolicyReport(evaluationOf(rows))).toMatchObject({
      answer: 'no-difference',
      words: 'no change: the new rules choose what the log chose',
    });
  });

  it('refuses an empty log', () => {
    expect(offPolicyReport(undefined)).toMatchObject({
      answer: 'refused',
      words: 'cannot tell: there is no logged decision',
    });
  });
});

describe('a verdict is refused', () => {
  it('when the new rules prefer what was never tried', () => {
    const rows = logOf({ size: 4_000, rare: 4, pays: () => true }).map((one) => ({
      ...one,
      unsupported: 0.12,
    }));
    const [first] = refusalsOf(evaluationOf(rows));
    expect(first?.code).toBe('never-tried');
    expect(first?.words).toContain(
      'actions that were never tried with these customers: 12.0 % of their choices',
    );
  });

  it('when too few decisions resemble the new rules', () => {
    const [first] = refusalsOf(evaluationOf(logOf({ size: 740, rare: 20, pays: () => true })));
    expect(first).toMatchObject({ code: 'too-few-alike' });
    expect(first?.words).toContain('740 are worth 37 in effect, 100 are needed');
  });

  it('when the log had luck: what is rare was to be tried, and happened not to be', () => {
    // The learner gives the other action 1 in 200, which 1,700 decisions drew three times; the new rules want it every second time.
    const rows = Array.from({ length: 1_700 }, (_, index) => {
      const wanted = index % 2;
      return rowOf({
        chosen: 0,
        reward: 1,
        logged: [0.995, 0.005],
        target: wanted === 1 ? [0, 1] : [1, 0],
        predicted: [0.9, 0.1],
      });
    });
    const evaluation = evaluationOf(rows);
    expect(evaluation.overlap.effectiveSampleSize).toBeGreaterThan(800);
    expect(evaluation.overlap.foreseenSampleSize).toBeLessThan(20);
    expect(codesOf(rows)).toEqual(['weights-off', 'too-few-alike']);
  });

  it('when one decision carries the weight', () => {
    const rows = [
      ...logOf({ size: 4_000, rare: 4, pays: () => true }),
      row({ propensity: 1 / 21_739, target: 1 }),
    ];
    expect(codesOf(rows)).toEqual(['too-few-alike', 'one-decision']);
  });

  it('when the decisions are about few customers, who say nothing of others', () => {
    const rows = logOf({ size: 4_000, rare: 4, pays: (at) => at % 2 === 0 });
    const ofOne = rows.map((one) => ({ ...one, cluster: 'ada' }));
    expect(codesOf(ofOne)).toEqual(['few-customers']);
    const ofSome = rows.map((one, at) => ({ ...one, cluster: `c${at % 19}` }));
    expect(refusalsOf(evaluationOf(ofSome))[0]?.words).toBe(
      'cannot tell: the decisions are about 19 customers, 20 are needed to tell what others would do',
    );
    expect(codesOf(rows.map((one, at) => ({ ...one, cluster: `c${at % 20}` })))).toEqual([]);
  });

  it('when nothing has come of anything so far', () => {
    const rows = logOf({ size: 4_000, rare: 4, pays: () => true }).map((one) => ({ ...one, reward: 0 }));
    const [first] = refusalsOf(evaluationOf(rows));
    expect(first).toMatchObject({ code: 'nothing-to-compare' });
    expect(first?.words).toMatch(/^cannot tell: all decisions earned the same/);
  });

  it('when its figures are too large to be added up', () => {
    const rows = logOf({ size: 4_000, rare: 4, pays: () => true }).map((one) => ({
      ...one,
      reward: one.reward * 1e200,
    }));
    expect(codesOf(rows)).toEqual(['too-large']);
    expect(offPolicyReport(evaluationOf(rows)).answer).toBe('refused');
  });

  it('when the logged probabilities are not those that were drawn with', () => {
    const rows = logOf({ size: 4_000, rare: 4, pays: () => true }).map((one) => ({
      ...one,
      propensity: one.propensity / 2,
    }));
    const [first] = refusalsOf(evaluationOf(rows));
    expect(first?.code).toBe('weights-off');
    expect(first?.words).toContain('2.00 times as often');
  });
});

describe('rows of full distributions', () => {
  it('know what was never tried, and how heavy the weights were to be', () => {
    const made = rowOf({
      cluster: 'ada',
      chosen: 1,
      reward: 2,
      logged: [0, 0.25, 0.75],
      target: [0.5, 0.3, 0.2],
      predicted: [1, 2, 3],
    });
    expect(made).toMatchObject({
      cluster: 'ada',
      reward: 2,
      propensity: 0.25,
      target: 0.3,
      predicted: 2,
      unsupported: 0.5,
    });
    expect(made.expected).toBeCloseTo(0.5 + 0.6 + 0.6, 14);
    expect(made.weightSquare).toBeCloseTo(0.09 / 0.25 + 0.04 / 0.75, 14);
  });
});
