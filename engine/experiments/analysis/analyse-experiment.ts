import { assert } from '../../assert.ts';
import type { ArmPair } from './adjust-difference.ts';
import type { ArmSums } from './arm-sums.ts';
import { type ArmComparison, compareArms } from './compare-arms.ts';
import { customersMissing } from './customers-missing.ts';
import { checkSampleRatio, type SampleRatio } from './sample-ratio.ts';
import { comparisonWords, type JudgedComparison, verdictWords } from './stop-words.ts';

/**
 * What an experiment has shown, at any look.
 *
 * EX1. Whoever looks at every customer, and stops at the first verdict, is wrong in at most `alpha` of the experiments in
 *      which the arms do the same; comparisons with several arms share that.
 * EX2. What was known before takes part only where it takes variance away.
 * EX3. Arms that do not have the sizes they were dealt end the experiment, whatever it shows.
 */
export interface ExperimentAnalysis {
  readonly sampleRatio: SampleRatio;
  /** Each arm against the control, in the order of the arms. */
  readonly comparisons: readonly (JudgedComparison & { readonly words: string })[];
  /** What to do, for the person who has to do it. */
  readonly verdict: 'stop-broken' | 'may-stop' | 'go-on';
  readonly words: string;
}

export interface AnalysisOptions {
  /** The arm that the others are held against. */
  readonly control: string;
  /** How often it may be wrong that an arm differs; .05 where nothing is said. */
  readonly alpha?: number;
  /** Customers in all arms together at which the experiment was planned to end. */
  readonly plannedCustomers?: number;
}

const alphaDefault = 0.05;
/** Where nothing was planned: a pair of arms is compared most sharply at so many customers. */
const sharpestAtDefault = 10_000;

export function analyseExperiment(arms: readonly ArmSums[], options: AnalysisOptions): ExperimentAnalysis {
  const control = arms.find(({ name }) => name === options.control);
  assert(control !== undefined, `no arm ${options.control}`);
  const comparisons = arms
    .filter((arm) => arm !== control)
    .map((arm) => judge({ arm, control }, arms, options));
  const sampleRatio = checkSampleRatio(arms);
  return {
    sampleRatio,
    comparisons: comparisons.map((comparison) => ({ ...comparison, words: comparisonWords(comparison) })),
    verdict: verdictOf(sampleRatio, comparisons),
    words: verdictWords(sampleRatio, comparisons),
  };
}

/** Alpha is shared by the comparisons, and a pair is planned for its part of the customers. */
function judge(
  { arm, control }: ArmPair,
  arms: readonly ArmSums[],
  options: AnalysisOptions,
): JudgedComparison {
  const shares = arms.reduce((sum, { share }) => sum + share, 0);
  const partOfPair = (arm.share + control.share) / shares;
  const planned =
    options.plannedCustomers === undefined ? sharpestAtDefault : options.plannedCustomers * partOfPair;
  const limits = { alpha: (options.alpha ?? alphaDefault) / (arms.length - 1), planned };
  const comparison = compareArms({ arm, control }, limits);
  if (comparison.finding !== 'open' || !comparison.interval) return comparison;
  const customers = arm.customers + control.customers;
  const missing = customersMissing(comparison, { customers, ...limits });
  return missing === undefined ? comparison : { ...comparison, customersMissing: missing };
}

/** One arm that is better ends it, and so do arms that are all worse; else the arms that are open may still come first. */
function verdictOf(
  sampleRatio: SampleRatio,
  comparisons: readonly ArmComparison[],
): ExperimentAnalysis['verdict'] {
  if (!sampleRatio.isRight) return 'stop-broken';
  const isDecided =
    comparisons.some(({ finding }) => finding === 'above') ||
    comparisons.every(({ finding }) => finding === 'below');
  return isDecided && comparisons.length > 0 ? 'may-stop' : 'go-on';
}
