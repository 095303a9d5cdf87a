import type { TestNode } from '../../../../engine/model/condition.ts';
import { tryCondition } from './conditions.ts';

/** Values of every kind that a fact can have, many of them on an edge. */
export const values: readonly unknown[] = [
  ...[0, -0, 1, -1, 2, 2.5, 3, 5, 10, 1e21, 1e-7, -1e300, Number.MAX_VALUE, Number.MIN_VALUE, Number.NaN],
  ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53, 2 ** 53 + 2],
  ...[
    '',
    ' ',
    '0',
    '1',
    '-1',
    '2',
    '2.0',
    ' 2',
    '2 ',
    '3 apples',
    'apple',
    'a',
    'b',
    '10',
    '9',
    '1e1',
    '0x10',
  ],
  ...['NaN', 'Infinity', '-Infinity', 'true', 'null', 'undefined', '[object Object]', '2026-11-01', '5,7'],
  ...[true, false, null, undefined],
  ...[[], [0], [2], ['2'], [' '], [''], [1, 2], [[5]], ['a'], ['a', 'b'], [null], [{}], [{ toString: 1 }]],
  ...[{}, { a: 1 }, { toString: 1 }, { valueOf: 5 }, { length: 2 }],
];

/** Values that stand in rule files. */
const literals: readonly unknown[] = [
  ...[0, 1, -1, 2, 2.5, 5, 10, 1e21],
  ...['', ' ', '0', '2', ' 2', '2.0', 'a', 'apple', 'NaN', 'Infinity', '0x10', '5,7', '[object Object]'],
  ...[true, false, null],
  ...[[], [2], ['a'], [0, 2, 'a', '2', true, null], [[1, 2]], [0, 5], [{ a: 1 }], { a: 1 }],
];

const operators = [
  ...['equal', 'notEqual', 'in', 'notIn', 'contains', 'doesNotContain', 'between', 'startsWith', 'endsWith'],
  ...['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive', 'matches'],
];
const decorators = [
  ...['', 'not:', 'someFact:', 'everyFact:', 'someValue:', 'everyValue:', 'swap:', 'not:swap:', 'swap:not:'],
  ...['not:someValue:', 'someValue:not:', 'someFact:swap:', 'everyValue:swap:', 'someValue:someFact:'],
];

/** Every operator with every decorator and every literal that a rule file may hold. */
export function comparisons(fact: string): readonly TestNode[] {
  const nodes: TestNode[] = [];
  for (const name of operators) {
    for (const decorator of decorators) {
      for (const value of literals) {
        const tree = tryCondition({ fact, operator: `${decorator}${name}`, value })?.tree;
        if (tree?.kind === 'test') nodes.push(tree);
      }
    }
  }
  return nodes;
}
