import type { JsonObject } from '../../engine/index.ts';
import { type LearningOptions, learningDefaults } from '../../engine/learning/learning-options.ts';
import type { Json } from '../../engine/model/json.ts';
import { Random } from '../measure/random.ts';
import { type Contexts, type Foreteller, naiveBayesForeteller, ownForeteller } from './bank/foretellers.ts';
import { type Quality, qualityOf } from './bank/foretold-quality.ts';
import { type Row, readCsv } from './data/read-csv.ts';
import { shuffled } from './data/shuffle.ts';

/**
 * Question: how well does the model of one treatment foretell who accepts a telephone offer, learning call by call, while what
 * the calls meet with drifts from year to year, and when it does not? Baseline: naive Bayes as adaptive decision managers
 * have it, on quantile bins of what varied at first; and the same on our feature ids, which tell more when things drift. All
 * of them in the same run. The length of a call is not used: it is known too late.
 */
const outcome = 'y';
const leaking = 'duration';
/** Contexts that codes are made of, and outcomes that are learned before the first that counts. */
const samples = 1_000;
const countedMax = 1_000;

interface Call {
  readonly values: readonly Json[];
  readonly isPositive: boolean;
}

export async function evaluate(folder: string, tell: (line: string) => void): Promise<JsonObject> {
  const rows = readCsv(folder, 'bank.csv', { separator: ';', columns: [outcome] });
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== outcome && name !== leaking);
  const calls = rows.map((row) => callOf(row, names));
  const orders = { time: calls, shuffled: shuffled(calls, new Random(1)) };
  tell('order      model                AUC      log loss ECE      ECE (even bins)');
  const results: Record<string, JsonObject> = {};
  for (const [order, inOrder] of Object.entries(orders)) {
    const judged = judge(names, inOrder, learningDefaults);
    for (const [model, quality] of Object.entries(judged)) tell(lineOf(order, model, quality));
    results[order] = Object.fromEntries(
      Object.entries(judged).map(([model, quality]) => [model, { ...quality }]),
    );
  }
  return { evaluation: 'bank', outcomes: calls.length, counted_from: countedFrom(calls), orders: results };
}

function callOf(row: Row, names: readonly string[]): Call {
  return { values: names.map((name) => cellOf(row[name] ?? '')), isPositive: row[outcome] === 'yes' };
}

function cellOf(text: string): Json {
  if (text === '') return null;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

/** Every model foretells every call before it learns what came of it. */
export function judge(
  names: readonly string[],
  calls: readonly Call[],
  options: LearningOptions,
): Record<string, Quality> {
  const contexts: Contexts = { names, samples: calls.slice(0, samples).map(({ values }) => values) };
  const foretellers: Record<string, Foreteller> = {
    ours: ownForeteller(contexts, options),
    adm_like: naiveBayesForeteller(contexts, { ...options, expectsChange: false }),
    naive_bayes_our_ids: naiveBayesForeteller(contexts, options),
  };
  const counted = countedFrom(calls);
  const outcomes = calls.slice(counted).map(({ isPositive }) => isPositive);
  return Object.fromEntries(
    Object.entries(foretellers).map(([name, foreteller]) => {
      const propensities = calls.map(({ values, isPositive }) => {
        const propensity = foreteller.foretell(values);
        foreteller.learn(isPositive);
        return propensity;
      });
      return [name, qualityOf({ propensities: propensities.slice(counted), outcomes })];
    }),
  );
}

/** A file of few rows is counted from its middle on. */
function countedFrom(calls: readonly Call[]): number {
  return Math.min(countedMax, Math.floor(calls.length / 2));
}

function lineOf(order: string, model: string, { auc, log_loss, ece, ece_even }: Quality): string {
  const figures = [auc, log_loss, ece, ece_even].map((figure) => figure.toFixed(4).padEnd(9));
  return `${order.padEnd(10)} ${model.padEnd(20)} ${figures.join('')}`.trimEnd();
}
