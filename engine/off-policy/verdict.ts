import type { Evaluation } from './estimator.ts';

/** Why a log cannot tell what new rules are worth. */
export type RefusalCode =
  | 'no-decisions'
  | 'too-large'
  | 'never-tried'
  | 'few-customers'
  | 'weights-off'
  | 'too-few-alike'
  | 'one-decision'
  | 'nothing-to-compare';

export interface Refusal {
  readonly code: RefusalCode;
  /** For somebody who writes rules, beginning with "cannot tell". */
  readonly words: string;
}

/** The least a log must offer before its estimates are worth the name. */
const rules = {
  effectiveSampleMin: 100,
  unsupportedMax: 0.05,
  largestShareMax: 0.05,
  /** Standard errors that the mean weight may be off from what true probabilities give. */
  meanWeightErrorsMax: 4,
  /** Decisions about one customer depend on each other, so the spread is told from customers, and of few it tells too little. */
  customersMin: 20,
} as const;

type Judge = (evaluation: Evaluation) => Refusal | undefined;

/** In the order in which they are told: first what no amount of data mends. */
const judges: readonly Judge[] = [
  neverTried,
  fewCustomers,
  weightsOff,
  tooFewAlike,
  oneDecision,
  nothingToCompare,
];

/** Every reason for which the estimates must not be believed; none when they may. */
export function refusalsOf(evaluation: Evaluation | undefined): readonly Refusal[] {
  if (!evaluation) return [{ code: 'no-decisions', words: 'cannot tell: there is no logged decision' }];
  if (isTooLarge(evaluation)) {
    const words = 'cannot tell: rewards or weights are too large to be added up';
    return [{ code: 'too-large', words }];
  }
  return judges.flatMap((judge) => judge(evaluation) ?? []);
}

/** Sums of squares that are infinite: what is made of them is no number, which no comparison would notice. */
function isTooLarge({ overlap, estimates }: Evaluation): boolean {
  const { value, standardError } = estimates.difference;
  return !Number.isFinite(overlap.effectiveSampleSize + value + standardError);
}

function neverTried({ overlap }: Evaluation): Refusal | undefined {
  if (overlap.unsupported <= rules.unsupportedMax) return undefined;
  return {
    code: 'never-tried',
    words: `cannot tell: the new rules prefer actions that were never tried with these customers: ${percent(overlap.unsupported)} of their choices, ${percent(rules.unsupportedMax)} are the most`,
  };
}

function fewCustomers({ clusters, rows }: Evaluation): Refusal | undefined {
  const { customersMin } = rules;
  // Without customers every decision stands alone: then it is the decisions that are too few.
  if (clusters >= customersMin || clusters === rows) return undefined;
  return {
    code: 'few-customers',
    words: `cannot tell: the decisions are about ${clusters === 1 ? '1 customer' : `${clusters} customers`}, ${customersMin} are needed to tell what others would do`,
  };
}

/**
 * Weights have the mean 1 when the logged probabilities are the true ones and what is rare was drawn as often as foreseen. The
 * standard error is told from the same weights, so a single huge one excuses itself; that one is told by its share.
 */
function weightsOff({ overlap, clusters }: Evaluation): Refusal | undefined {
  // Of one customer there is no spread, by which weights could be off.
  if (clusters === 1) return undefined;
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

function tooFewAlike({ overlap, rows }: Evaluation): Refusal | undefined {
  const least = rules.effectiveSampleMin;
  const { effectiveSampleSize: seen, foreseenSampleSize: foreseen = seen } = overlap;
  if (seen >= least && foreseen >= least) return undefined;
  return {
    code: 'too-few-alike',
    words: `cannot tell: too few logged decisions resemble the new rules: ${rows} are worth ${Math.floor(Math.min(seen, foreseen) + 1e-9)} in effect, ${least} are needed; log for longer, or explore more`,
  };
}

function oneDecision({ overlap }: Evaluation): Refusal | undefined {
  if (overlap.largestShare <= rules.largestShareMax) return undefined;
  return {
    code: 'one-decision',
    words: `cannot tell: one single logged decision would decide: it carries ${percent(overlap.largestShare)} of all weight, ${percent(rules.largestShareMax)} are the most`,
  };
}

/** No spread is no certainty: as long as everything earned the same, nothing tells one choice from another. */
function nothingToCompare({ clusters, estimates, overlap }: Evaluation): Refusal | undefined {
  const { old, difference } = estimates;
  const isSpread = old.standardError > 0 || difference.standardError > 0;
  if (isSpread || clusters === 1 || isSameChoice(overlap)) return undefined;
  return {
    code: 'nothing-to-compare',
    words:
      'cannot tell: all decisions earned the same, so nothing tells one choice from another yet; log until there are outcomes',
  };
}

const roundingMax = 1e-9;

/** Every weight is 1: the new rules put the probability of the log on whatever it chose. */
export function isSameChoice({ largestWeight, meanWeight, unsupported }: Evaluation['overlap']): boolean {
  return Math.abs(largestWeight - 1) + Math.abs(meanWeight - 1) + unsupported <= roundingMax;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
