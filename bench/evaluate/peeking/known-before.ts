import {
  adjustedDifference,
  plainDifference,
} from '../../../engine/experiments/analysis/adjust-difference.ts';
import type { ArmSums } from '../../../engine/experiments/analysis/arm-sums.ts';
import { checkSampleRatio, type SampleRatio } from '../../../engine/experiments/analysis/sample-ratio.ts';
import { Random } from '../../measure/random.ts';
import { crossFittedLine } from './cross-fitted-line.ts';
import { type MailedCustomer, type Outcome, outcomes, readMailedCustomers } from './mailed-customers.ts';

/** What is won by what was known of the customers before the experiment, on one outcome. */
export interface KnownBefore {
  readonly outcome: Outcome;
  readonly covariate: 'history' | 'model';
  /** Of the difference to those without a mail, the mean of the arms. */
  readonly varianceCut: number;
  /** The same, where it is least. */
  readonly varianceCutMin: number;
  /** Over customers dealt anew by chance, where there is no effect: the mean effect that is found, in its standard errors. */
  readonly biasInErrors: number;
  /** How much less the effects then differ from each other. */
  readonly varianceCutRedealt: number;
}

const folds = 5;
const redeals = 200;
const withoutMail = 'No E-Mail';

export function mailStudy(folder: string): { sampleRatio: SampleRatio; figures: readonly KnownBefore[] } {
  const customers = readMailedCustomers(folder);
  const history = customers.map((customer) => customer.history);
  const arms = customers.map(({ arm }) => arm);
  const figures = outcomes.flatMap((outcome) => {
    const results = customers.map((customer) => customer.outcomes[outcome]);
    const predictions = crossFittedLine(
      customers.map(({ features }) => features),
      results,
      folds,
    );
    return [
      figuresOf({ outcome, covariate: 'history' }, { arms, results, before: history }),
      figuresOf({ outcome, covariate: 'model' }, { arms, results, before: predictions }),
    ];
  });
  return { sampleRatio: sampleRatioOf(customers), figures };
}

interface Columns {
  readonly arms: readonly string[];
  readonly results: readonly number[];
  readonly before: readonly number[];
}

function sampleRatioOf(customers: readonly MailedCustomer[]): SampleRatio {
  const constant = customers.map(() => 0);
  return checkSampleRatio(
    sumsOf({ arms: customers.map(({ arm }) => arm), results: constant, before: constant }),
  );
}

function figuresOf(of: Pick<KnownBefore, 'outcome' | 'covariate'>, columns: Columns): KnownBefore {
  const sums = sumsOf(columns);
  const control = sums.find(({ name }) => name === withoutMail);
  if (!control) throw new Error(`no customers in the arm ${withoutMail}`);
  const cuts = sums.filter((arm) => arm !== control).map((arm) => cutOf(arm, control));
  const mean = cuts.reduce((sum, cut) => sum + cut, 0) / cuts.length;
  return { ...of, varianceCut: mean, varianceCutMin: Math.min(...cuts), ...redealt(columns) };
}

function cutOf(arm: ArmSums, control: ArmSums): number {
  const [adjusted, plain] = [adjustedDifference({ arm, control }), plainDifference({ arm, control })];
  return partLess(adjusted.variance, plain.variance);
}

/** Nothing can be taken away of what does not vary. */
function partLess(variance: number, than: number): number {
  return than > 0 ? 1 - variance / than : 0;
}

/** Arms by chance, again and again: whatever is found is error. */
function redealt({ results, before }: Columns): Pick<KnownBefore, 'biasInErrors' | 'varianceCutRedealt'> {
  const random = new Random(814);
  const plain: number[] = [];
  const adjusted: number[] = [];
  for (let deal = 0; deal < redeals; deal += 1) {
    const arms = results.map(() => (random.next() < 0.5 ? 'one' : 'other'));
    const [arm, control] = sumsOf({ arms, results, before });
    if (!arm || !control) continue;
    plain.push(plainDifference({ arm, control }).estimate);
    adjusted.push(adjustedDifference({ arm, control }).estimate);
  }
  const variance = varianceAround(adjusted, meanOf(adjusted));
  return {
    biasInErrors: variance > 0 ? meanOf(adjusted) / Math.sqrt(variance / adjusted.length) : 0,
    varianceCutRedealt: partLess(variance, varianceAround(plain, meanOf(plain))),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceAround(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** Sums that are still being added to. */
interface GrowingArm extends ArmSums {
  customers: number;
  sum: number;
  sumOfSquares: number;
  readonly covariate: { sum: number; sumOfSquares: number; sumOfProducts: number };
}

function sumsOf({ arms, results, before }: Columns): readonly ArmSums[] {
  const sums = new Map<string, GrowingArm>();
  for (const [index, name] of arms.entries()) {
    let arm = sums.get(name);
    if (!arm) {
      const covariate = { sum: 0, sumOfSquares: 0, sumOfProducts: 0 };
      arm = { name, share: 1, customers: 0, sum: 0, sumOfSquares: 0, covariate };
      sums.set(name, arm);
    }
    const result = results[index] as number;
    const known = before[index] as number;
    arm.customers += 1;
    arm.sum += result;
    arm.sumOfSquares += result * result;
    arm.covariate.sum += known;
    arm.covariate.sumOfSquares += known * known;
    arm.covariate.sumOfProducts += known * result;
  }
  return [...sums.values()];
}
