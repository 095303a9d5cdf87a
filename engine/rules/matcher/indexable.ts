import type { Comparison } from '../../model/condition.ts';
import type { Literal } from '../conditions/normal-form.ts';
import { splitOperator } from '../conditions/split-operator.ts';

/**
 * What an index needs to know of a literal: which values it holds for. Between two of its own numbers its answer does not
 * change, and to everything that is no number it gives one of two answers; so a few trials tell all.
 */
export interface IndexableLiteral {
  /**
   * `order` also answers for texts that come to a number, and for lists and maps. `range` is false for all but numbers.
   * `equality` gives one answer for all that it names, and the other for everything else.
   */
  readonly family: 'order' | 'range' | 'equality';
  /** Where the answer may change along the numbers; ascending, distinct, finite. */
  readonly numbers: readonly number[];
  /** What an equality names beside numbers; the texts are distinct. */
  readonly texts: readonly string[];
  readonly words: readonly (boolean | null)[];
  /** The answer to what an equality names. */
  readonly named: boolean;
  /** The answer to a missing fact, NaN, and whatever else is no number and is not named. */
  readonly other: boolean;
  readonly compare: Comparison;
  readonly value: unknown;
  readonly wanted: boolean;
}

const orders: ReadonlySet<string> = new Set([
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
]);

/** Undefined for a literal that cannot be indexed and must be carried out. */
export function indexable(literal: Literal): IndexableLiteral | undefined {
  const { compare, right } = literal.test;
  if (compare === undefined || !('literal' in right)) return undefined;
  const value = right.literal;
  const { name: operator, decorators } = splitOperator(literal.test.operator);
  // Any other decorator makes it a comparison that is not known here.
  if (decorators.some((decorator) => decorator !== 'not')) return undefined;
  if (orders.has(operator)) return isScalar(value) ? orderOf(literal, compare, value) : undefined;
  switch (operator) {
    case 'equal':
    case 'notEqual':
      return equalityOf(literal, compare, [value]);
    case 'in':
    case 'notIn':
      return Array.isArray(value) ? equalityOf(literal, compare, value) : undefined;
    case 'between':
      return Array.isArray(value) ? rangeOf(literal, compare, value) : undefined;
    default:
      return undefined;
  }
}

/** Whether a literal holds for a value, asked of the comparison itself. */
export function holdsFor({ compare, value, wanted }: IndexableLiteral, fact: unknown): boolean {
  return compare(fact, value) === wanted;
}

type Scalar = string | number | boolean | null;

function isScalar(value: unknown): value is Scalar {
  return (
    typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' || value === null
  );
}

const none: readonly never[] = [];

/** A number is compared with what the literal comes to as a number. */
function orderOf(literal: Literal, compare: Comparison, value: Scalar): IndexableLiteral | undefined {
  const number = Number(value);
  if (Math.abs(number) === Number.POSITIVE_INFINITY) return undefined;
  const numbers = Number.isNaN(number) ? none : [number];
  return ofNumbers('order', numbers, { compare, value, wanted: literal.wanted });
}

function rangeOf(
  literal: Literal,
  compare: Comparison,
  value: readonly unknown[],
): IndexableLiteral | undefined {
  if (!value.every((end): end is number => Number.isFinite(end))) return undefined;
  return ofNumbers('range', ascending(value), { compare, value, wanted: literal.wanted });
}

type Asked = Pick<IndexableLiteral, 'compare' | 'value' | 'wanted'>;

/** A literal that names nothing beside numbers; a missing fact stands for all else. */
function ofNumbers(family: 'order' | 'range', numbers: readonly number[], asked: Asked): IndexableLiteral {
  const other = asked.compare(undefined, asked.value) === asked.wanted;
  return { family, numbers, texts: none, words: none, named: false, other, ...asked };
}

function equalityOf(
  { test, wanted }: Literal,
  compare: Comparison,
  values: readonly unknown[],
): IndexableLiteral | undefined {
  const numbers: number[] = [];
  const texts: string[] = [];
  const words: (boolean | null)[] = [];
  for (const value of values) {
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'boolean' || value === null) words.push(value);
    else if (Number.isFinite(value)) numbers.push(value as number);
    else return undefined;
  }
  // No rule can name NaN, so it stands for everything that is not named.
  const value = 'literal' in test.right ? test.right.literal : undefined;
  const other = compare(Number.NaN, value) === wanted;
  return {
    family: 'equality',
    numbers: ascending(numbers),
    texts: texts.length < 2 ? texts : [...new Set(texts)],
    words,
    named: !other,
    other,
    compare,
    value,
    wanted,
  };
}

function ascending(numbers: readonly number[]): readonly number[] {
  return numbers.length < 2 ? numbers : [...new Set(numbers)].sort((one, other) => one - other);
}
