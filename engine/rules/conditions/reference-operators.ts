import type { Comparison, Verdict } from '../../model/condition.ts';
import type { ComparingOperator, OperandType } from './operator-definition.ts';
import { opposite } from './opposite.ts';

/**
 * The operators of json-rules-engine 7.3.1, with its exact answers for values of unexpected types: order comparisons
 * want something that begins with a number on the fact's side, and compare as JavaScript does; `in` also looks for a
 * part of a text.
 */
export const referenceOperators: Readonly<Record<string, ComparingOperator>> = {
  equal: reference('any', (fact, value) => fact === value),
  notEqual: reference('any', (fact, value) => fact !== value),
  in: reference('any', (fact, value) => isAmong(fact, value)),
  notIn: reference('any', (fact, value) => opposite(isAmong(fact, value))),
  contains: reference('list', (fact, value) => Array.isArray(fact) && fact.indexOf(value) > -1),
  doesNotContain: reference('list', (fact, value) => Array.isArray(fact) && fact.indexOf(value) === -1),
  lessThan: reference('number', (fact, value) =>
    typeof fact === 'number' && typeof value === 'number' ? fact < value : compare(fact, value, isLess),
  ),
  lessThanInclusive: reference('number', (fact, value) =>
    typeof fact === 'number' && typeof value === 'number' ? fact <= value : compare(fact, value, isAtMost),
  ),
  greaterThan: reference('number', (fact, value) =>
    typeof fact === 'number' && typeof value === 'number' ? fact > value : compare(fact, value, isMore),
  ),
  greaterThanInclusive: reference('number', (fact, value) =>
    typeof fact === 'number' && typeof value === 'number' ? fact >= value : compare(fact, value, isAtLeast),
  ),
};

function reference(takes: OperandType, compare: Comparison): ComparingOperator {
  return { form: 'comparison', takes, reference: true, compare, withFact: () => compare };
}

function isAmong(fact: unknown, value: unknown): Verdict {
  if (Array.isArray(value)) return value.indexOf(fact) > -1;
  if (typeof value !== 'string') return undefined;
  const part = textOf(fact);
  return part === undefined ? undefined : value.indexOf(part) > -1;
}

// The order of primitives is JavaScript's, whatever their types, because that is what the reference does.
type Order = (fact: number, value: number) => boolean;
const isLess: Order = (fact, value) => fact < value;
const isAtMost: Order = (fact, value) => fact <= value;
const isMore: Order = (fact, value) => fact > value;
const isAtLeast: Order = (fact, value) => fact >= value;

function compare(fact: unknown, value: unknown, order: Order): Verdict {
  const written = textOf(fact);
  if (written === undefined) return undefined;
  if (Number.isNaN(Number.parseFloat(written))) return false;
  try {
    return order(fact as number, value as number);
  } catch {
    // An object whose own `toString` or `valueOf` is data has no order.
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  try {
    return String(value);
  } catch {
    // As above: it cannot become text.
    return undefined;
  }
}
