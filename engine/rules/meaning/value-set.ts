import {
  and,
  combineNumbers,
  complementOfNumbers,
  everyNumber,
  hasNumber,
  isWithoutNumbers,
  listNumbers,
  type NumberLine,
  type NumberSet,
  noNumber,
  or,
  someNumber,
} from './number-set.ts';
import {
  combineTexts,
  complementOfTexts,
  everyText,
  hasText,
  isWithoutTexts,
  listTexts,
  noText,
  someText,
  type TextSet,
} from './text-set.ts';

/**
 * A set of values that a fact may have. Values are told apart as finely as the operators of conditions can tell them
 * apart: numbers by their place on the line, texts by name or worth, lists by what they are worth as a text, and the
 * others one by one.
 */
export interface ValueSet {
  readonly numbers: NumberSet;
  readonly texts: TextSet;
  /** Lists count as the text they turn to: `[12]` as `"12"`. None is named. */
  readonly lists: TextSet;
  /** Bits of `others`. */
  readonly others: number;
}

/** Values that are neither number nor text nor list, each with its bit and one that stands for all of them. */
export const others = {
  true: { bit: 1, value: true },
  false: { bit: 2, value: false },
  null: { bit: 4, value: null },
  missing: { bit: 8, value: undefined },
  nan: { bit: 16, value: Number.NaN },
  map: { bit: 32, value: {} },
  /** A map that cannot become text because its own `toString` is data, or a list with such a map in it. */
  textless: { bit: 64, value: { toString: 0 } },
} as const;

const allOthers = 127;

export const anyValue: ValueSet = {
  numbers: everyNumber,
  texts: everyText,
  lists: everyText,
  others: allOthers,
};
export const noValue: ValueSet = { numbers: noNumber, texts: noText, lists: noText, others: 0 };

export function intersection(one: ValueSet, other: ValueSet): ValueSet {
  return {
    numbers: combineNumbers(one.numbers, other.numbers, and),
    texts: combineTexts(one.texts, other.texts, and),
    lists: combineTexts(one.lists, other.lists, and),
    others: one.others & other.others,
  };
}

export function union(one: ValueSet, other: ValueSet): ValueSet {
  return {
    numbers: combineNumbers(one.numbers, other.numbers, or),
    texts: combineTexts(one.texts, other.texts, or),
    lists: combineTexts(one.lists, other.lists, or),
    others: one.others | other.others,
  };
}

export function complement(set: ValueSet): ValueSet {
  return {
    numbers: complementOfNumbers(set.numbers),
    texts: complementOfTexts(set.texts),
    lists: complementOfTexts(set.lists),
    others: allOthers & ~set.others,
  };
}

const anyLine: NumberLine = { whole: false };

export function isEmpty(set: ValueSet, line: NumberLine = anyLine): boolean {
  return (
    set.others === 0 &&
    isWithoutNumbers(set.numbers, line) &&
    isWithoutTexts(set.texts) &&
    isWithoutTexts(set.lists)
  );
}

export function isSubset(one: ValueSet, other: ValueSet, line: NumberLine = anyLine): boolean {
  return isEmpty(intersection(one, complement(other)), line);
}

export function hasValue(set: ValueSet, value: unknown): boolean {
  switch (typeof value) {
    case 'number':
      return Number.isNaN(value) ? (set.others & others.nan.bit) !== 0 : hasNumber(set.numbers, value);
    case 'string':
      return hasText(set.texts, value);
    case 'boolean':
      return (set.others & others[`${value}`].bit) !== 0;
    case 'undefined':
      return (set.others & others.missing.bit) !== 0;
    default:
      return hasObject(set, value);
  }
}

function hasObject(set: ValueSet, value: unknown): boolean {
  if (value === null) return (set.others & others.null.bit) !== 0;
  const text = textOf(value);
  if (text === undefined) return (set.others & others.textless.bit) !== 0;
  return Array.isArray(value) ? hasText(set.lists, text) : (set.others & others.map.bit) !== 0;
}

function textOf(value: unknown): string | undefined {
  try {
    return String(value);
  } catch {
    // It cannot become text, which is what the caller wants to know.
    return undefined;
  }
}

/** All its values; undefined when they cannot be counted, or are more than `max`. */
export function listValues(
  set: ValueSet,
  line: NumberLine & { readonly max: number },
): readonly unknown[] | undefined {
  const uncounted = others.map.bit | others.textless.bit;
  if ((set.others & uncounted) !== 0 || !isWithoutTexts(set.lists)) return undefined;
  const numbers = listNumbers(set.numbers, line);
  const texts = listTexts(set.texts);
  if (!numbers || !texts || numbers.length + texts.length > line.max) return undefined;
  return [...numbers, ...texts, ...othersIn(set)];
}

/** One of its values, an everyday one where there is a choice; none in an empty list. */
export function someValue(
  set: ValueSet,
  line: NumberLine = anyLine,
): readonly [value: unknown] | readonly [] {
  const number = someNumber(set.numbers, line);
  if (number !== undefined) return [number];
  const text = someText(set.texts);
  if (text !== undefined) return [text];
  const [other, ...more] = othersIn(set);
  if (other !== undefined || more.length > 0 || (set.others & others.missing.bit) !== 0) return [other];
  const listed = someText(set.lists);
  return listed === undefined ? [] : [[listed]];
}

function othersIn(set: ValueSet): readonly unknown[] {
  return Object.values(others)
    .filter(({ bit }) => (set.others & bit) !== 0)
    .map(({ value }) => value);
}
