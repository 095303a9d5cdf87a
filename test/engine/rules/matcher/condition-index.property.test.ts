import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../../engine/model/condition.ts';
import { compileCondition } from '../../../../engine/rules/conditions/compile-condition.ts';
import { ConditionIndex } from '../../../../engine/rules/matcher/condition-index.ts';
import { scopeOver } from '../condition-scope.ts';

const factNames = ['f0', 'f1', 'f2', 'f3', 'f4', 'f5'];

// Few distinct values, so that facts often meet a threshold, and just miss one.
const numbers = [-1e308, -3, -1, -0, 0, 5e-324, 1, 1.5, 2, 2.0000000000000004, 3, 10, 1e21, 1e308];
const texts = ['', ' ', '0', '1', '2', '10', '1.5', '3 apples', 'a', 'b', 'apple', 'Infinity', '\u0000'];
const scalar = fc.constantFrom<unknown>(...numbers, ...texts, true, false, null);
const factValue = fc.oneof(
  { weight: 12, arbitrary: scalar },
  { weight: 1, arbitrary: fc.double() },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(undefined, Number.NaN, Number.POSITIVE_INFINITY, -Infinity),
  },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('a', 'length'), scalar, { noNullPrototype: true }) },
);

const nots = fc.constantFrom('', '', '', 'not:', 'not:not:', 'someFact:', 'swap:');
const order = fc.constantFrom(
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
  'equal',
  'notEqual',
);
const path = fc.option(fc.constantFrom('$.a', '$.length', '$[0]'), { nil: undefined, freq: 8 });
const comparison = fc
  .record({
    fact: fc.constantFrom(...factNames),
    path,
    test: fc.oneof(
      { weight: 4, arbitrary: fc.record({ operator: order, value: scalar }) },
      {
        weight: 2,
        arbitrary: fc.record({
          operator: fc.constantFrom('in', 'notIn'),
          value: fc.array(scalar, { maxLength: 6 }),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          operator: fc.constantFrom('contains', 'doesNotContain', 'in'),
          value: fc.constantFrom(...texts),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom(...numbers), fc.constantFrom(...numbers)).map((ends) => ({
          operator: 'between',
          value: ends.sort((one, other) => (one as number) - (other as number)),
        })),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          operator: order,
          value: fc.record({ fact: fc.constantFrom(...factNames) }),
        }),
      },
    ),
    nots,
  })
  .map(({ fact, path, test, nots }) => ({
    fact,
    ...(path === undefined ? {} : { path }),
    operator: `${nots}${test.operator}`,
    value: test.value,
  }));

const tree = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    comparison,
    fc.record({ all: fc.array(tie('node'), { maxLength: 5 }) }),
    fc.record({ any: fc.array(tie('node'), { maxLength: 5 }) }),
    fc.record({ not: tie('node') }),
  ),
})).node;

/** Every form of the index: with and without vectors, rows that are shared by many segments, facts without rows, conditions that do not fit. */
const options = fc.record({
  vectors: fc.boolean(),
  rowsMax: fc.constantFrom(1, 2, 3, 5, 1_000),
  wordsPerEntry: fc.constantFrom(0, 0.5, 7),
  literalBytesMax: fc.constantFrom(0, 1_000, 1_000_000),
});
const book = fc.array(fc.option(tree, { nil: undefined, freq: 12 }), { minLength: 1, maxLength: 70 });
const situation = fc.array(factValue, { minLength: factNames.length, maxLength: factNames.length });

describe('An index of conditions', () => {
  it('answers for every condition what the condition itself answers (M1)', () => {
    fc.assert(
      fc.property(
        book,
        fc.array(situation, { minLength: 1, maxLength: 12 }),
        options,
        (trees, facts, chosen) => {
          const conditions = compileAll(trees);
          const index = new ConditionIndex(
            conditions.map((condition) => condition?.tree),
            chosen,
          );
          for (const values of facts) {
            expect(held(index.match(values), trees.length)).toEqual(
              conditions.map((condition) => condition?.holds(values) ?? true),
            );
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('looks at candidates alone when it is given some', () => {
    fc.assert(
      fc.property(book, situation, fc.array(fc.nat(69)), (trees, values, chosen) => {
        const conditions = compileAll(trees);
        const candidates = new Int32Array(Math.ceil(trees.length / 32));
        const wanted = chosen.filter((one) => one < trees.length);
        for (const one of wanted) candidates[one >> 5] = (candidates[one >> 5] ?? 0) | (1 << (one & 31));
        const index = new ConditionIndex(conditions.map((condition) => condition?.tree));
        expect(held(index.match(values, candidates), trees.length)).toEqual(
          conditions.map((condition, at) => wanted.includes(at) && (condition?.holds(values) ?? true)),
        );
      }),
      { numRuns: 100 },
    );
  });
});

function compileAll(trees: readonly unknown[]): readonly (Condition | undefined)[] {
  const { scope, cursorAt, findings } = scopeOver(factNames);
  return trees.map((value) => {
    if (value === undefined) return undefined;
    const before = findings.length;
    const condition = compileCondition(value, cursorAt(value), scope);
    // What the loader refuses can be in no index; it stands for a missing condition here.
    return findings.slice(before).some(({ severity }) => severity === 'error') ? undefined : condition;
  });
}

function held(bits: Int32Array, size: number): readonly boolean[] {
  return Array.from({ length: size }, (_, bit) => (((bits[bit >> 5] ?? 0) >>> (bit & 31)) & 1) === 1);
}
