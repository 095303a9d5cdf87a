import { assert } from '../assert.ts';
import { compareText } from '../compare-text.ts';
import type { Json } from '../model/json.ts';
import type { FeatureCode, PredictorCode } from '../model/propensity-model.ts';
import { log } from '../statistics/elementary.ts';
import { idOf, sizeOf, symbolOf } from './feature-code.ts';

/** Contexts without their outcomes: what is known of an outcome must not shape the bins. */
export interface CodeSamples {
  readonly names: readonly string[];
  /** One a sample, in the order of the names. */
  readonly rows: readonly (readonly (Json | undefined)[])[];
}

export interface CodeOptions {
  readonly binsMax: number;
  /** Symbols of one predictor that get an id of their own: the most frequent ones. */
  readonly symbolsMax: number;
  /** Ids that all other symbols of a predictor share. */
  readonly overflow: number;
  /** Feature ids in all, the intercept among them. */
  readonly dimensionMax: number;
  /** Whether what never varied is told, and what lies beyond all that was sampled. */
  readonly expectsChange: boolean;
}

/** From this share of numbers among the values that are there, a predictor is one of numbers. */
const mostlyNumbers = 0.95;

/** A step, as a part of a number, by which it certainly is another one. */
const smallest = 2 ** -40;

/** How finely predictors are told. */
interface Budget {
  readonly bins: number;
  readonly symbols: number;
  readonly overflow: number;
  /** Two more bins of a number, for what lies well below and above all that was sampled: things change. */
  readonly hasOuterBins: boolean;
}

/** Nothing is told more coarsely than so. */
const coarsest: Budget = { bins: 2, symbols: 4, overflow: 1, hasOuterBins: false };

/** One predictor as it was sampled. */
interface Column {
  readonly name: string;
  /** Ascending, where it is one of numbers. */
  readonly numbers: Float64Array | undefined;
  /** The most frequent first, where it is not. */
  readonly symbols: readonly string[];
  /** How evenly its values are spread, in nats: nothing can be learned from what never varies. */
  readonly entropy: number;
}

/**
 * Freezes how values become ids. Where the predictors are many, all are told more coarsely until they fit; if that is not
 * enough, those that vary least are left out. What did not vary at all is told where there is room: once it changes, that
 * says much. Equal samples give equal codes.
 */
export function buildCode(samples: CodeSamples, number: number, options: CodeOptions): FeatureCode {
  assert(samples.rows.length > 0, 'a feature code is made of at least one sample');
  const { binsMax: bins, symbolsMax: symbols, overflow, dimensionMax, expectsChange } = options;
  const finest = { bins, symbols, overflow, hasOuterBins: expectsChange };
  const columns = samples.names.map((name, index) => columnOf(name, valuesAt(samples, index), finest));
  const varied = withRoom(
    columns.filter(({ entropy }) => entropy > 0),
    { dimension: 1, dimensionMax },
    coarsest,
  );
  const budget = finestFor(varied, finest, dimensionMax);
  const still = columns.filter((column) => expectsChange && column.entropy === 0 && hasValues(column));
  const { dimension } = codeOf(varied, number, budget);
  const added = withRoom(still, { dimension, dimensionMax }, budget);
  const told = columns.filter((column) => varied.includes(column) || added.includes(column));
  return codeOf(told, number, budget);
}

function finestFor(columns: readonly Column[], finest: Budget, dimensionMax: number): Budget {
  let budget: Budget | undefined = finest;
  while (budget && codeOf(columns, 0, budget).dimension > dimensionMax) budget = coarserThan(budget);
  return budget ?? coarsest;
}

function hasValues({ numbers, symbols }: Column): boolean {
  return numbers !== undefined || symbols.length > 0;
}

function valuesAt({ rows }: CodeSamples, index: number): readonly (Json | undefined)[] {
  return rows.map((row) => row[index]);
}

function columnOf(name: string, values: readonly (Json | undefined)[], finest: Budget): Column {
  const present = values.filter((value) => symbolOf(value) !== undefined);
  const numbers = present.filter((value) => typeof value === 'number' && !Number.isNaN(value)) as number[];
  const isNumeric = numbers.length > 0 && numbers.length >= mostlyNumbers * present.length;
  const column = {
    name,
    numbers: isNumeric ? Float64Array.from(numbers).sort() : undefined,
    symbols: isNumeric ? [] : byFrequency(present),
    entropy: 0,
  };
  return { ...column, entropy: entropyOf(predictorOf(column, 0, finest), values) };
}

function byFrequency(values: readonly (Json | undefined)[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const value of values) {
    const symbol = symbolOf(value) ?? '';
    counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  }
  const entries = [...counts].sort((one, other) => other[1] - one[1] || compareText(one[0], other[0]));
  return entries.map(([symbol]) => symbol);
}

function entropyOf(predictor: PredictorCode, values: readonly (Json | undefined)[]): number {
  const counts = new Float64Array(sizeOf(predictor));
  for (const value of values) counts[idOf(predictor, value)] = (counts[idOf(predictor, value)] as number) + 1;
  let entropy = 0;
  for (const count of counts) {
    if (count > 0) entropy -= (count / values.length) * log(count / values.length);
  }
  return entropy;
}

/** As many as there is room for, those that vary most first. */
function withRoom(
  columns: readonly Column[],
  { dimension, dimensionMax }: { readonly dimension: number; readonly dimensionMax: number },
  budget: Budget,
): readonly Column[] {
  let taken = dimension;
  const ranked = [...columns].sort(
    (one, other) => other.entropy - one.entropy || compareText(one.name, other.name),
  );
  return ranked.filter((column) => {
    const size = sizeOf(predictorOf(column, 0, budget));
    const fits = taken + size <= dimensionMax;
    if (fits) taken += size;
    return fits;
  });
}

/** Ids for what is rare go first, then those for what may come, of rarer symbols, and of finer bins. */
function coarserThan(budget: Budget): Budget | undefined {
  const { bins, symbols, overflow, hasOuterBins } = budget;
  if (overflow > 4) return { ...budget, overflow: overflow >> 1 };
  if (hasOuterBins) return { ...budget, hasOuterBins: false };
  if (overflow > coarsest.overflow) return { ...budget, overflow: overflow >> 1 };
  if (symbols > coarsest.symbols) return { ...budget, symbols: Math.max(symbols >> 1, coarsest.symbols) };
  if (bins > coarsest.bins) return { ...budget, bins: bins - 1 };
  return undefined;
}

function codeOf(columns: readonly Column[], number: number, budget: Budget): FeatureCode {
  const predictors: PredictorCode[] = [];
  let first = 1;
  for (const column of columns) {
    const predictor = predictorOf(column, first, budget);
    predictors.push(predictor);
    first += sizeOf(predictor);
  }
  return { number, predictors, dimension: first };
}

function predictorOf({ name, numbers, symbols }: Column, first: number, budget: Budget): PredictorCode {
  if (numbers) return { kind: 'number', name, first, edges: edgesOf(numbers, budget) };
  const told = symbols.slice(0, budget.symbols).sort(compareText);
  return { kind: 'symbol', name, first, symbols: told, overflow: budget.overflow };
}

function edgesOf(sorted: Float64Array, { bins, hasOuterBins }: Budget): readonly number[] {
  const inner = innerEdges(sorted, bins);
  if (!hasOuterBins) return inner;
  const least = sorted[0] as number;
  const greatest = sorted[sorted.length - 1] as number;
  const range = Math.min(Number.MAX_VALUE, greatest - least);
  const margin = range / bins + smallest * Math.max(1, Math.abs(least), Math.abs(greatest));
  // Beyond the largest number there is nothing to tell, and a code is stored as JSON, which has no infinity.
  return [least - margin, ...inner, greatest + margin].filter(Number.isFinite);
}

/**
 * Quantiles, each once; where there are few different values, every value has a bin of its own. Where the least one fills
 * all bins, as the nothing of most customers does, it has one, and what lies above it the others: the few are told apart.
 */
function innerEdges(sorted: Float64Array, bins: number): readonly number[] {
  if (bins < 2) return [];
  const different = [...new Set(sorted)];
  if (different.length <= bins) return different.slice(1);
  const least = sorted[0] as number;
  const edges = new Set<number>();
  for (let bin = 1; bin < bins; bin += 1) {
    const edge = sorted[Math.floor((bin * sorted.length) / bins)] as number;
    // Nothing lies below the least value, so that a bin up to it would be empty.
    if (edge > least) edges.add(edge);
  }
  if (edges.size > 0) return [...edges];
  const above = sorted.filter((value) => value > least);
  return [above[0] as number, ...innerEdges(above, bins - 1)];
}
