import type { Random } from '../measure/random.ts';

export type FactValue = number | string | boolean;
export type Facts = Readonly<Record<string, FactValue>>;

/** A condition in the form of json-rules-engine; every evaluator gets its own form made from it. */
export type Tree =
  | Comparison
  | { readonly all: readonly Tree[] }
  | { readonly any: readonly Tree[] }
  | { readonly not: Tree };

export interface Comparison {
  readonly fact: string;
  readonly operator: Operator;
  readonly value: FactValue | readonly FactValue[];
}

export type Operator = NumberOperator | 'equal' | 'notEqual' | 'in' | 'notIn';
export type NumberOperator = (typeof numberOperators)[number];

export const numberOperators = [
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
] as const;

/** An action matches when all its tiers hold; a tier without a condition always does. */
export interface Action {
  readonly tiers: readonly (Tree | undefined)[];
}

export interface Workload {
  readonly book: 'uniform' | 'realistic';
  /** Number of tiers of every action. */
  readonly tiers: number;
  readonly factNames: readonly string[];
  readonly actions: readonly Action[];
  /** Every fact is there for every customer: what a missing one means differs from evaluator to evaluator. */
  readonly customers: readonly Facts[];
}

/** A fact: how customers' values fall, and where conditions draw their thresholds. */
export type FactModel =
  | {
      readonly name: string;
      readonly kind: 'number';
      readonly value: (random: Random) => number;
      readonly threshold: (random: Random) => number;
    }
  | { readonly name: string; readonly kind: 'text'; readonly values: readonly string[] }
  | { readonly name: string; readonly kind: 'flag'; readonly share: number };

/** How many fact sets take turns, so that neither a cache nor a branch predictor can learn them by heart. */
export const customerCount = 256;

export function drawCustomers(facts: readonly FactModel[], random: Random): readonly Facts[] {
  const customers = Array.from({ length: customerCount }, () =>
    Object.fromEntries(facts.map((fact) => [fact.name, drawValue(fact, random)])),
  );
  // As a service has them: parsed, and all of one shape.
  return JSON.parse(JSON.stringify(customers)) as readonly Facts[];
}

function drawValue(fact: FactModel, random: Random): FactValue {
  switch (fact.kind) {
    case 'number':
      return fact.value(random);
    case 'text':
      return random.pickSkewed(fact.values);
    case 'flag':
      return random.chance(fact.share);
  }
}

/** A comparison of this fact, of the kinds that rule books have for it. */
export function drawComparison(fact: FactModel, random: Random): Comparison {
  switch (fact.kind) {
    case 'number':
      return { fact: fact.name, operator: random.pick(numberOperators), value: fact.threshold(random) };
    case 'text':
      return drawTextComparison(fact.name, fact.values, random);
    case 'flag':
      return { fact: fact.name, operator: 'equal', value: random.chance(0.8) };
  }
}

function drawTextComparison(fact: string, values: readonly string[], random: Random): Comparison {
  const operator = random.pick(['equal', 'notEqual', 'in'] as const);
  const skewed = (all: readonly string[]): string => random.pickSkewed(all);
  const value = operator === 'in' ? random.some(values, random.between(2, 6), skewed) : skewed(values);
  return { fact, operator, value };
}

/** What counts are like: many small ones, few large ones; conditions on them have whole numbers from 1. */
export function countFact(name: string, mean: number): FactModel {
  const value = (random: Random): number => Math.floor(random.exponential(mean));
  const threshold = (random: Random): number => Math.max(1, value(random));
  return { name, kind: 'number', value, threshold };
}

/** Money: the value has cents, the thresholds are round. */
export function moneyFact(name: string, median: number): FactModel {
  const value = (random: Random): number => Math.round(random.logNormal(median, 1) * 100) / 100;
  const threshold = (random: Random): number => {
    const drawn = value(random);
    const step = drawn < 100 ? 5 : 50;
    return Math.round(drawn / step) * step;
  };
  return { name, kind: 'number', value, threshold };
}

/** What a model says, or a share: continuous, and so are the thresholds that were fitted to it. */
export function scoreFact(name: string): FactModel {
  const draw = (random: Random): number => random.next();
  return { name, kind: 'number', value: draw, threshold: draw };
}
