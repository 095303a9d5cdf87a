import type { Evaluation } from './estimator.ts';

/** Why a log cannot tell what new rules are worth. */
export type RefusalCode = 'no-decisions' | 'never-tried' | 'too-few-alike' | 'one-decision' | 'weights-off';

export interface Refusal {
  readonly code: RefusalCode;
  /** For somebody who writes rules, beginning with "cannot tell". */
  readonly words: string;
}

/** The least a log must offer before its estimates are worth the name. */
export interface VerdictRules {
  readonly effectiveSampleMin: number;
  readonly unsupportedMax: number;
  readonly largestShareMax: number;
  /** Standard errors that the mean weight may be off from what true probabilities give. */
  readonly meanWeightErrorsMax: number;
}

export const verdictRules: VerdictRules = {
  effectiveSampleMin: 100,
  unsupportedMax: 0.05,
  largestShareMax: 0.05,
  meanWeightErrorsMax: 4,
};

type Judge = (evaluation: Evaluation, rules: VerdictRules) => Refusal | undefined;

/** In the order in which they are told: first what no amount of data mends. */
const judges: readonly Judge[] = [neverTried, weightsOff, tooFewAlike, oneDecision];

/** Every reason for which the estimates must not be believed; none when they may. */
export function refusalsOf(
  evaluation: Evaluation | undefined,
  rules: VerdictRules = verdictRules,
): readonly Refusal[] {
  if (!evaluation) return [{ code: 'no-decisions', words: 'cannot tell: there is no logged decision' }];
  return judges.flatMap((judge) => judge(evaluation, rules) ?? []);
}

function neverTried({ overlap }: Evaluation, rules: VerdictRules): Refusal | undefined {
  if (overlap.unsupported <= rules.unsupportedMax) return undefined;
  return {
    code: 'never-tried',
    words: `cannot tell: the new rules prefer actions that were never tried with these customers: ${percent(overlap.unsupported)} of their choices, ${percent(rules.unsupportedMax)} are the most`,
  };
}

/**
 * Weights have the mean 1 when the logged probabilities are the true ones and what is rare was drawn as often as foreseen. The
 * standard error is told from the same weights, so a single huge one excuses itself; that one is told by its share.
 */
function weightsOff({ overlap }: Evaluation, rules: VerdictRules): Refusal | undefined {
  const due = 1 - overlap.unsupported;
  const off = overlap.meanWeight - due;
  const bound = Math.max(rules.meanWeightErrorsMax * overlap.meanWeightError, 0.02);
  if (Math.abs(off) <= bound) return undefined;
  const times = (overlap.meanWeight / due).toFixed(2);
  return {
    code: 'weights-off',
    words: `cannot tell: what the new rules prefer was chosen ${times} times as often as its logged probabilities say: they are not those that it was drawn with, or it is too rare in this log`,
  };
}

function tooFewAlike({ overlap, rows }: Evaluation, rules: VerdictRules): Refusal | undefined {
  const least = rules.effectiveSampleMin;
  const { effectiveSampleSize: seen, foreseenSampleSize: foreseen = seen } = overlap;
  if (seen >= least && foreseen >= least) return undefined;
  return {
    code: 'too-few-alike',
    words: `cannot tell: too few logged decisions resemble the new rules: ${rows} are worth ${Math.floor(Math.min(seen, foreseen) + 1e-9)} in effect, ${least} are needed; log for longer, or explore more`,
  };
}

function oneDecision({ overlap }: Evaluation, rules: VerdictRules): Refusal | undefined {
  if (overlap.largestShare <= rules.largestShareMax) return undefined;
  return {
    code: 'one-decision',
    words: `cannot tell: one single logged decision would decide: it carries ${percent(overlap.largestShare)} of all weight, ${percent(rules.largestShareMax)} are the most`,
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
