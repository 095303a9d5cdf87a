import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../../engine/model/condition.ts';
import { compileCondition } from '../../../../engine/rules/conditions/compile-condition.ts';
import { explainFailure } from '../../../../engine/rules/conditions/explain-failure.ts';
import { allFacts } from '../../../../engine/rules/conditions/fact-scope.ts';
import { FactTable } from '../../../../engine/rules/conditions/fact-table.ts';
import { NamedConditions } from '../../../../engine/rules/conditions/named-conditions.ts';
import { Cursor } from '../../../../engine/rules/cursor.ts';
import { documentOf } from '../in-memory-document.ts';
import { libraries } from '../sample-book.ts';

/** Compiles a condition on the features `a` and `b`, whose values then stand in this order. */
function compile(tree: unknown): Condition {
  const at = new Cursor({ file: 'x.yaml', document: documentOf(tree), findings: [] });
  const facts = new FactTable(new Set(['a', 'b']));
  facts.intern('a', { kind: 'feature', feature: 'a' });
  facts.intern('b', { kind: 'feature', feature: 'b' });
  const named = new NamedConditions({ condition: new Map(), segment: new Map(), facts, libraries });
  const condition = compileCondition(tree, at, { facts, libraries, named, allowed: allFacts });
  if (!condition) throw new Error('the condition did not compile');
  return condition;
}

const isOne = (fact: string) => ({ fact, operator: 'equal', value: 1 });

describe('the first failing condition', () => {
  it('of `all` is the first that does not hold', () => {
    expect(explainFailure(compile({ all: [isOne('a'), isOne('b')] }), [1, 2])).toEqual({
      fact: 'b',
      operator: 'equal',
      expected: 1,
      seen: 2,
    });
  });

  it('of `any` is its first', () => {
    expect(explainFailure(compile({ any: [isOne('a'), isOne('b')] }), [3, 2])).toMatchObject({
      fact: 'a',
      seen: 3,
    });
  });

  it('of `not` is what held although it should not', () => {
    const condition = compile({ not: { any: [isOne('a'), isOne('b')] } });
    expect(explainFailure(condition, [2, 1])).toMatchObject({ fact: 'b', operator: 'not:equal', seen: 1 });
    expect(explainFailure(condition, [2, 2])).toBeUndefined();
  });

  it('tells the value that another fact gave', () => {
    const condition = compile({ fact: 'a', operator: 'lessThan', value: { fact: 'b', path: '$.limit' } });
    expect(explainFailure(condition, [5, { limit: 3 }])).toEqual({
      fact: 'a',
      operator: 'lessThan',
      expected: 3,
      seen: 5,
    });
  });

  it('is told for an empty list under a `not`, too', () => {
    expect(explainFailure(compile({ not: { all: [] } }), [])).toMatchObject({ operator: 'not:all' });
  });
});

describe('a comparison that cannot be carried out', () => {
  const amongB = { fact: 'a', operator: 'in', value: { fact: 'b' } };

  it('does not hold', () => {
    expect(compile(amongB).holds([1, 5])).toBe(false);
    expect(explainFailure(compile(amongB), [1, 5])).toMatchObject({ fact: 'a', expected: 5, seen: 1 });
  });

  it('does not hold turned round either', () => {
    expect(compile({ not: amongB }).holds([1, 5])).toBe(false);
    expect(explainFailure(compile({ not: amongB }), [1, 5])).toMatchObject({ fact: 'a' });
    expect(compile({ ...amongB, operator: 'notIn' }).holds([1, undefined])).toBe(false);
    expect(compile({ ...amongB, operator: 'not:in' }).holds([1, null])).toBe(false);
  });

  it('never throws, whatever the values', () => {
    const strange = { toString: 1, valueOf: 2 };
    for (const operator of [
      'lessThan',
      'greaterThanInclusive',
      'in',
      'contains',
      'swap:lessThan',
      'someValue:in',
    ]) {
      expect(compile({ fact: 'a', operator, value: { fact: 'b' } }).holds([strange, 'text'])).toBe(false);
      expect(compile({ fact: 'a', operator, value: { fact: 'b' } }).holds(['1', strange])).toBe(false);
    }
  });
});
