import { assert } from '../../assert.ts';
import type { Experiment } from '../../model/experiment.ts';
import { analyseExperiment, type ExperimentAnalysis } from '../analysis/analyse-experiment.ts';
import type { ArmSums } from '../analysis/arm-sums.ts';
import type { SampleRatio } from '../analysis/sample-ratio.ts';
import type { ArmTotals } from './arm-tally.ts';
import type { GatheredExperiment } from './gather-experiments.ts';
import type { Goal } from './goal.ts';
import { notesOf } from './report-notes.ts';
import { worthOfRanking } from './worth-of-ranking.ts';

/** What an experiment has shown so far, for the person who runs it. */
export interface ExperimentReport {
  readonly experiment: string;
  readonly kind: Experiment['kind'];
  readonly control: string;
  readonly verdict: ExperimentAnalysis['verdict'] | 'cannot-tell';
  /** What to do, in a sentence to be read aloud. */
  readonly words: string;
  readonly goal: Goal;
  readonly arms: readonly ArmReport[];
  readonly sampleRatio: SampleRatio;
  /** Each arm against the control, by the part of its customers who converted; these decide. */
  readonly conversion?: readonly ComparisonReport[];
  /** The same by the value of a customer; absent where nobody knows what a conversion is worth. */
  readonly value?: readonly ComparisonReport[];
  /** What the figures rest on, and what is missing from them. */
  readonly notes: readonly string[];
}

export interface ArmReport extends Omit<ArmTotals, 'rate' | 'worth' | 'value'> {
  /** Converted customers by customer; absent before anybody came. */
  readonly rate?: number;
  readonly value?: number;
  readonly valuePerCustomer?: number;
}

type Comparison = ExperimentAnalysis['comparisons'][number];

/** With the effect as it is without what was known before. */
export interface ComparisonReport extends Comparison {
  readonly unadjusted: Pick<Comparison, 'effect' | 'standardError' | 'interval'>;
}

/**
 * Before so many conversions would have come in every arm if all were alike, an arm without any is no sign of anything: the
 * intervals rest on sums being nearly normal, and small arms of rare conversions are not.
 */
const conversionsToTell = 20;

export interface ReportOptions {
  /** The arm that the others are held against; where nothing is said, what everybody had before. */
  readonly control?: string | undefined;
}

export function experimentReport(
  gathered: GatheredExperiment,
  options: ReportOptions = {},
): ExperimentReport {
  const { experiment, arms, goal } = gathered;
  const control = options.control ?? controlOf(experiment);
  const rates = arms.map(({ rate }) => rate);
  const analysis = analyseExperiment(rates, { control });
  const isValued = goal.worth !== 'unknown' && goal.source !== 'none';
  const common = {
    ...{ experiment: experiment.name, kind: experiment.kind, control, goal },
    arms: arms.map((arm) => armReport(arm, isValued)),
    sampleRatio: analysis.sampleRatio,
    notes: notesOf(gathered),
  };
  if (goal.source === 'none') return { ...common, ...untold(analysis) };
  const worths = arms.map(({ worth }) => worth);
  const report = {
    ...common,
    ...verdictOf(analysis, rates),
    conversion: compared(rates, { control, rates }),
    ...(isValued && { value: compared(worths, { control, rates }) }),
  };
  const worth = worthOfRanking(report);
  return worth === undefined ? report : { ...report, words: `${report.words}; ${worth}` };
}

/** What everybody had before, or most customers have. */
export function controlOf({ kind, shares }: Experiment): string {
  if (kind === 'holdout') return 'holdout';
  if (kind === 'challenger') return 'champion';
  if (kind === 'modelControl') return 'control';
  const [first] = shares;
  assert(first, 'an experiment has arms');
  return shares.reduce((largest, share) => (share.share > largest.share ? share : largest), first).arm;
}

function untold({ verdict, words }: ExperimentAnalysis): Pick<ExperimentReport, 'verdict' | 'words'> {
  if (verdict === 'stop-broken') return { verdict, words };
  return {
    verdict: 'cannot-tell',
    words:
      'cannot tell: an arm goes without, and no outcome rule of the book says which events are conversions, so those who ' +
      'convert there are not seen',
  };
}

function verdictOf(
  { verdict, words }: ExperimentAnalysis,
  rates: readonly ArmSums[],
): Pick<ExperimentReport, 'verdict' | 'words'> {
  if (verdict === 'stop-broken') return { verdict, words };
  const missing = customersToTell(rates);
  return missing === 0
    ? { verdict, words }
    : { verdict: 'go-on', words: `not decided yet: ${early(missing)}` };
}

/** Where it is too early, the effect is told, and nothing that could be acted upon. */
function compared(
  arms: readonly ArmSums[],
  { control, rates }: { readonly control: string; readonly rates: readonly ArmSums[] },
): readonly ComparisonReport[] {
  const { comparisons } = analyseExperiment(arms, { control });
  const plain = analyseExperiment(
    arms.map(({ covariate: _covariate, ...arm }) => arm),
    { control },
  ).comparisons;
  const missing = customersToTell(rates);
  return comparisons.map((comparison, index) => {
    const { effect, standardError, interval } = plain[index] ?? comparison;
    if (missing === 0) {
      return { ...comparison, unadjusted: { effect, standardError, ...(interval && { interval }) } };
    }
    const {
      interval: _interval,
      intervalAtPlannedEnd: _end,
      customersMissing: _missing,
      ...rest
    } = comparison;
    const words = `${comparison.arm}: nothing can be said yet: ${early(missing)}`;
    return { ...rest, finding: 'open', words, unadjusted: { effect, standardError } };
  });
}

/** How many customers are missing, about, until the smallest arm can tell; infinite while nobody has converted. */
function customersToTell(arms: readonly ArmSums[]): number {
  const rates = arms.filter(({ share }) => share > 0);
  const customers = rates.reduce((sum, arm) => sum + arm.customers, 0);
  const converted = rates.reduce((sum, arm) => sum + arm.sum, 0);
  if (converted === 0) return Number.POSITIVE_INFINITY;
  const perArm = (conversionsToTell * customers) / converted;
  const smallest = rates.reduce((least, arm) => (arm.customers < least.customers ? arm : least));
  if (smallest.customers >= perArm) return 0;
  const shares = rates.reduce((sum, { share }) => sum + share, 0);
  return Math.ceil(((perArm - smallest.customers) * shares) / smallest.share);
}

function early(missing: number): string {
  return missing < Number.POSITIVE_INFINITY
    ? `too little has happened in the smallest arm, wait for about ${missing} more customers`
    : 'nobody has converted so far';
}

function armReport({ rate, worth: _worth, value, ...totals }: ArmTotals, isValued: boolean): ArmReport {
  const { customers, converted } = totals;
  return {
    ...totals,
    ...(customers > 0 && { rate: converted / customers }),
    ...(isValued && { value, ...(customers > 0 && { valuePerCustomer: value / customers }) }),
  };
}
