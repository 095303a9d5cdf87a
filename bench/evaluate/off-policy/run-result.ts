import { type Evaluation, offPolicyReport } from '../../../engine/index.ts';
import type { JsonObject } from '../../../engine/model/json.ts';

/** What the estimates of one log were, beside the truth that only the bench knows. */
export interface RunResult {
  readonly truth: number;
  readonly estimates: Readonly<
    Record<string, { readonly value: number; readonly low: number; readonly high: number }>
  >;
  readonly refused: boolean;
  readonly effectiveSampleSize: number;
  readonly foreseenSampleSize: number;
  /** Mean of 1 less the reward that the log itself earned. */
  readonly loss: number;
}

/** Estimates of the new rules, by the names that reports use. */
const names = {
  dm: 'dm',
  ips: 'ips',
  snips: 'snips',
  dr: 'dr',
  sndr: 'sndr',
  switchDr: 'switch',
  drOs: 'dros',
} as const;

/**
 * Estimators that give points alone get an interval of DR's width here, which shows what such an interval would be worth: it
 * knows nothing of their bias.
 */
export function resultOf(evaluation: Evaluation, truth: number): RunResult {
  const { estimates, overlap } = evaluation;
  const reach = estimates.dr.interval.high - estimates.dr.value;
  const told = Object.entries(names).map(([key, name]) => {
    const { value, ...more } = estimates[key as keyof typeof names];
    const interval = 'interval' in more ? more.interval : { low: value - reach, high: value + reach };
    return [name, { value, ...interval }] as const;
  });
  return {
    truth,
    estimates: Object.fromEntries(told),
    refused: offPolicyReport(evaluation).answer === 'refused',
    effectiveSampleSize: overlap.effectiveSampleSize,
    foreseenSampleSize: overlap.foreseenSampleSize ?? overlap.effectiveSampleSize,
    loss: 1 - estimates.old.value,
  };
}

/** Relative errors and coverage of many runs, of all and of those that the report did not refuse. */
export function summaryOf(results: readonly RunResult[]): JsonObject {
  const told = results.filter(({ refused }) => !refused);
  const byName = (take: (name: string) => number) =>
    Object.fromEntries(Object.values(names).map((name) => [name, rounded(take(name))]));
  return {
    runs: results.length,
    truth: rounded(mean(results, ({ truth }) => truth)),
    relative_error: byName((name) => relativeError(results, name)),
    coverage: byName((name) => coverage(results, name)),
    refused: results.length - told.length,
    ...(told.length > 0 && {
      told: {
        runs: told.length,
        dr_relative_error: rounded(relativeError(told, 'dr')),
        dr_coverage: rounded(coverage(told, 'dr')),
      },
    }),
    progressive_loss_of_log: rounded(mean(results, ({ loss }) => loss)),
    effective_sample_size: rounded(mean(results, (result) => result.effectiveSampleSize)),
    foreseen_sample_size: rounded(mean(results, (result) => result.foreseenSampleSize)),
  };
}

function relativeError(results: readonly RunResult[], name: string): number {
  return mean(results, ({ truth, estimates }) => Math.abs((estimates[name]?.value ?? 0) - truth) / truth);
}

function coverage(results: readonly RunResult[], name: string): number {
  return mean(results, ({ truth, estimates }) => {
    const { low, high } = estimates[name] ?? { low: Number.NaN, high: Number.NaN };
    return low <= truth && truth <= high ? 1 : 0;
  });
}

function mean(results: readonly RunResult[], take: (result: RunResult) => number): number {
  return results.reduce((sum, result) => sum + take(result), 0) / results.length;
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
