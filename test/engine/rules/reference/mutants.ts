import type { Comparison, Verdict } from '../../../../engine/model/condition.ts';
import { allOf, anyOf, comparisonOf, notOf } from '../../../../engine/rules/conditions/condition-tree.ts';
import {
  comparing,
  compose,
  decorator,
  form,
  leaf,
  type Mutant,
  mistaken,
  operator,
  original,
  originalDecorator,
  rebuilt,
  right,
} from './mutant.ts';

const among = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const negate = (verdict: Verdict) => (verdict === undefined ? undefined : !verdict);
/** Compares without asking first whether the fact begins like a number. */
const unasked =
  (order: (fact: never, value: never) => boolean): Comparison =>
  (fact, value) => {
    try {
      return order(fact as never, value as never);
    } catch {
      return undefined;
    }
  };
/** Asks `Number` where `parseFloat` is right. */
const strictly =
  (name: string): Comparison =>
  (fact, value) => {
    try {
      return !Number.isNaN(Number(fact)) && original(name)(fact, value);
    } catch {
      return undefined;
    }
  };

// biome-ignore lint/suspicious/noDoubleEquals: it is the slip to be planted.
const loosely = (fact: unknown, value: unknown): boolean => fact == value;

const someFact = originalDecorator('someFact');
const everyFact = originalDecorator('everyFact');
const someValue = originalDecorator('someValue');
const everyValue = originalDecorator('everyValue');

/** At least one for every operator, decorator and form of condition. */
export const mutants: readonly Mutant[] = [
  operator('equal', 'compares loosely', unasked(loosely)),
  operator('equal', 'takes NaN for NaN, and tells 0 from -0', (fact, value) => Object.is(fact, value)),
  operator(
    'equal',
    'compares what is written',
    (fact, value) => JSON.stringify(fact) === JSON.stringify(value),
  ),
  mistaken('equal', 'notEqual'),
  operator(
    'notEqual',
    'compares loosely',
    unasked((fact, value) => !loosely(fact, value)),
  ),
  operator('notEqual', 'is false of what is missing', (fact, value) => fact !== undefined && fact !== value),
  operator('in', 'finds NaN', (fact, value) =>
    among(value) ? value.includes(fact) : original('in')(fact, value),
  ),
  operator('in', 'knows lists only', (fact, value) => (among(value) ? value.indexOf(fact) > -1 : undefined)),
  operator(
    'in',
    'is false where it cannot be carried out',
    (fact, value) => original('in')(fact, value) ?? false,
  ),
  mistaken('in', 'notIn'),
  operator('notIn', 'finds NaN', (fact, value) =>
    among(value) ? !value.includes(fact) : original('notIn')(fact, value),
  ),
  operator(
    'notIn',
    'holds where it cannot be carried out',
    (fact, value) => original('in')(fact, value) !== true,
  ),
  operator('contains', 'finds NaN', (fact, value) => among(fact) && fact.includes(value)),
  operator('contains', 'looks into texts', (fact, value) =>
    typeof fact === 'string' ? fact.includes(String(value)) : original('contains')(fact, value),
  ),
  mistaken('contains', 'doesNotContain'),
  operator(
    'doesNotContain',
    'holds of what is no list',
    (fact, value) => !(among(fact) && fact.indexOf(value) > -1),
  ),
  mistaken('lessThan', 'lessThanInclusive'),
  operator(
    'lessThan',
    'compares anything',
    unasked((fact, value) => fact < value),
  ),
  operator('lessThan', 'wants the whole text to be a number', strictly('lessThan')),
  operator('lessThan', 'compares as numbers', (fact, value) =>
    typeof value === 'string' ? original('lessThan')(fact, Number(value)) : original('lessThan')(fact, value),
  ),
  mistaken('lessThanInclusive', 'lessThan'),
  operator(
    'lessThanInclusive',
    'compares anything',
    unasked((fact, value) => fact <= value),
  ),
  operator('lessThanInclusive', 'is the opposite of more', (fact, value) =>
    negate(original('greaterThan')(fact, value)),
  ),
  mistaken('greaterThan', 'greaterThanInclusive'),
  operator(
    'greaterThan',
    'compares anything',
    unasked((fact, value) => fact > value),
  ),
  operator('greaterThan', 'leaves a margin', (fact, value) =>
    typeof fact === 'number' && typeof value === 'number'
      ? fact > value + Math.abs(value) * Number.EPSILON
      : original('greaterThan')(fact, value),
  ),
  mistaken('greaterThanInclusive', 'greaterThan'),
  operator(
    'greaterThanInclusive',
    'compares anything',
    unasked((fact, value) => fact >= value),
  ),
  operator(
    'greaterThanInclusive',
    'is false where it cannot be carried out',
    (fact, value) => original('greaterThanInclusive')(fact, value) ?? false,
  ),

  decorator(
    'someFact',
    'wants all',
    (next) => (fact, value) => among(fact) && fact.every((entry) => next(entry, value)),
  ),
  decorator(
    'someFact',
    'takes a single value for a list',
    (next) => (fact, value) => someFact(next)(among(fact) ? fact : [fact], value),
  ),
  decorator(
    'someFact',
    'goes on after what cannot be carried out',
    (next) => (fact, value) => among(fact) && fact.some((entry) => next(entry, value) === true),
  ),
  decorator(
    'everyFact',
    'is content with one',
    (next) => (fact, value) => among(fact) && fact.some((entry) => next(entry, value)),
  ),
  decorator(
    'everyFact',
    'is false of an empty list',
    (next) => (fact, value) => among(fact) && fact.length > 0 && everyFact(next)(fact, value),
  ),
  decorator(
    'everyFact',
    'cannot be carried out on a single value',
    (next) => (fact, value) => (among(fact) ? everyFact(next)(fact, value) : undefined),
  ),
  decorator('someValue', 'wants all', (next) => (fact, value) => everyValue(next)(fact, value)),
  decorator(
    'someValue',
    'is false without a list',
    (next) => (fact, value) => (among(value) ? someValue(next)(fact, value) : false),
  ),
  decorator('everyValue', 'is content with one', (next) => (fact, value) => someValue(next)(fact, value)),
  decorator(
    'everyValue',
    'is false of an empty list',
    (next) => (fact, value) => (among(value) && value.length === 0 ? false : everyValue(next)(fact, value)),
  ),
  decorator('swap', 'does nothing', (next) => next),
  decorator('not', 'does nothing', (next) => next),
  decorator(
    'not',
    'makes hold what cannot be carried out',
    (next) => (fact, value) => next(fact, value) !== true,
  ),
  {
    of: 'decorators',
    title: 'are applied from the wrong end',
    inIndex: false,
    change: rebuilt((test) => {
      const names = test.operator.split(':');
      const turned = [...names.slice(0, -1).reverse(), names.at(-1) ?? ''];
      return comparisonOf({ ...test, operator: turned.join(':'), compare: compose(turned, right) });
    }),
  },

  form('all', 'is content with one', { all: anyOf }),
  form('any', 'wants all', { any: allOf }),
  form('any', 'is false when empty', {
    any: (children, at) => (children.length > 0 ? anyOf(children, at) : notOf(anyOf(children, at), at)),
  }),
  form('not', 'does nothing', { not: (child) => child }),
  leaf('path', 'is forgotten', (test) =>
    comparisonOf({ ...comparing(test), left: { ...test.left, path: undefined } }),
  ),
  leaf('path', 'ends one step early', (test) =>
    comparisonOf({ ...comparing(test), left: { ...test.left, path: test.left.path?.slice(0, -1) } }),
  ),
  leaf('value', 'is taken as written where it names a fact', (test) =>
    'slot' in test.right
      ? comparisonOf({ ...comparing(test), right: { literal: { fact: test.right.read.name } } })
      : test,
  ),
];
