import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../engine/expressions/compile-expression.ts';
import { expressionText } from '../../../engine/expressions/expression-text.ts';
import { faultOfType } from '../../../engine/expressions/expression-types.ts';
import { parseExpression } from '../../../engine/expressions/parse-expression.ts';
import { limits } from '../../../engine/limits.ts';
import { expressions, facts, names } from './random-expressions.ts';
import { evaluate } from './reference-evaluator.ts';

const noFactors = { P: 1, V: 1, C: 1, L: 1, cost: 0 };

function compiled(tree: Parameters<typeof compileExpression>[0]) {
  return compileExpression(
    tree,
    ({ name }) =>
      (values) =>
        values[names.indexOf(name as 'a')],
  );
}

describe('random expressions', () => {
  it('come to what an evaluator of its own says, whatever the facts are', () => {
    fc.assert(
      fc.property(expressions.number, facts, (tree, known) => {
        const values = names.map((name) => known[name]);
        const found = compiled(tree)(values, noFactors);
        expect(Number.isFinite(found) || Number.isNaN(found)).toBe(true);
        expect(Number.isNaN(found) ? undefined : found + 0).toEqual(plain(evaluate(tree, known)));
      }),
      { numRuns: 3_000 },
    );
  });

  it('have no fault of type, and say the same once they were printed and read again', () => {
    fc.assert(
      fc.property(expressions.number, facts, (tree, known) => {
        expect(faultOfType(tree, 'number')).toBeUndefined();
        const text = expressionText(tree);
        fc.pre(text.length <= limits.expressionLengthMax);
        const again = parseExpression(text);
        if ('fault' in again) {
          expect(again.fault.message).toMatch(/found more than/);
          return;
        }
        expect(expressionText(again.tree)).toBe(text);
        const values = names.map((name) => known[name]);
        expect(compiled(again.tree)(values, noFactors)).toEqual(compiled(tree)(values, noFactors));
      }),
      { numRuns: 2_000 },
    );
  });
});

const scraps = fc.constantFrom(
  ...["'", '`', '"', '(', ')', ',', '+', '-', '*', '/', '=', '==', '!=', '<', '<=', '.', ' ', '\n', '€'],
  ...[
    'if',
    'min',
    'coalesce',
    'and',
    'or',
    'not',
    'true',
    'P',
    'orders.value',
    '12',
    '0.5',
    '1e9',
    '7up',
    '..',
  ],
);

describe('any text', () => {
  it('is an expression within the bounds, or has a fault at a character of it', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.array(scraps, { maxLength: 40 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (source) => {
        const read = parseExpression(source);
        if ('tree' in read) {
          faultOfType(read.tree, 'number');
          return;
        }
        expect(read.fault.message).toMatch(/^found .+, expected /su);
        expect(read.fault.column).toBeGreaterThanOrEqual(1);
        expect(read.fault.column).toBeLessThanOrEqual(source.length + 1);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['a long one', '1+'.repeat(limits.expressionLengthMax)],
    ['a deep one', `${'('.repeat(400)}1${')'.repeat(400)}`],
    ['one of many signs', '-'.repeat(900)],
    ['one of many parts', `1${'+1'.repeat(400)}`],
    ['one of many denials', `if(${'not '.repeat(200)}true, 1, 2)`],
  ])('is refused when it is beyond the bounds: %s', (_, source) => {
    const read = parseExpression(source);
    expect('fault' in read && read.fault.message).toMatch(/expected (?:at most|fewer)/);
  });
});

function plain(value: unknown): unknown {
  return typeof value === 'number' ? value + 0 : value;
}
