import { unreachable } from '../assert.ts';
import type { Evaluation } from './estimator.ts';
import type { Interval } from './interval.ts';
import { isSameChoice, type Refusal, refusalsOf } from './verdict.ts';

export type Answer = 'better' | 'worse' | 'no-difference' | 'refused';

/** What a log says about new rules, for machines and for people. */
export interface OffPolicyReport {
  readonly answer: Answer;
  /** One sentence. */
  readonly words: string;
  /** Why it cannot be told; empty when it can. */
  readonly refusals: readonly Refusal[];
  /** All figures, also of a refused log: they show why. Absent without rows. */
  readonly evaluation?: Evaluation;
}

export function offPolicyReport(evaluation: Evaluation | undefined): OffPolicyReport {
  const refusals = refusalsOf(evaluation);
  const [first] = refusals;
  if (!evaluation || first) {
    return {
      answer: 'refused',
      words: first?.words ?? '',
      refusals,
      ...(evaluation && { evaluation }),
    };
  }
  const { difference } = evaluation.estimates;
  if (difference.value === 0 && difference.standardError === 0 && isSameChoice(evaluation.overlap)) {
    const words = 'no change: the new rules choose what the log chose';
    return { answer: 'no-difference', words, refusals, evaluation };
  }
  const { interval } = difference;
  const answer = answerOf(interval);
  return { answer, words: wordsOf(answer, difference.value, interval), refusals, evaluation };
}

function answerOf({ low, high }: Interval): Exclude<Answer, 'refused'> {
  if (low > 0) return 'better';
  return high < 0 ? 'worse' : 'no-difference';
}

function wordsOf(answer: Exclude<Answer, 'refused'>, value: number, interval: Interval): string {
  const range = `between ${signed(interval.low)} and ${signed(interval.high)}, 95 %`;
  switch (answer) {
    case 'better':
      return `the new rules earn more: ${signed(value)} a decision (${range})`;
    case 'worse':
      return `the new rules earn less: ${signed(value)} a decision (${range})`;
    case 'no-difference':
      return `no difference can be told: ${signed(value)} a decision (${range})`;
    default:
      return unreachable(answer);
  }
}

function signed(value: number): string {
  const text = threeDigits(value);
  return value >= 0 ? `+${text}` : text;
}

/** As people write amounts: no powers of ten, and no decimals where three digits stand before them. */
export function threeDigits(value: number): string {
  return Math.abs(value) < 999.5 ? value.toPrecision(3) : value.toFixed(0);
}
