import { describe, expect, it } from 'vitest';
import type { ConditionTree, TestNode, Verdict } from '../../../../engine/model/condition.ts';
import { allOf, anyOf, comparisonOf } from '../../../../engine/rules/conditions/condition-tree.ts';
import { operators } from '../../../../engine/rules/conditions/operators.ts';
import { ConditionIndex } from '../../../../engine/rules/matcher/condition-index.ts';

const at = { file: 'x.yaml', place: { line: 1, column: 1 }, label: 'x' };

/** Comparisons of the facts in these slots that count how often they were made. */
function counted() {
  const count = { compared: 0 };
  const compare = (slot: number, operator: string, literal: unknown): TestNode => {
    const definition = operators.get(operator);
    if (definition?.form !== 'comparison') throw new Error(operator);
    return comparisonOf({
      operator,
      compare: (fact: unknown, value: unknown): Verdict => {
        count.compared += 1;
        return definition.compare(fact, value);
      },
      left: { slot, path: undefined, read: { name: `f${slot}`, kind: 'feature' } },
      right: { literal },
      at,
    });
  };
  return { count, compare };
}

function texts(from: string, length: number): readonly string[] {
  return Array.from({ length }, (_, number) => `${from}${number}`);
}

describe('An index of conditions stays in bounds (M3)', () => {
  it('where two long lists are about one fact: none is searched for the texts of the other', () => {
    const { count, compare } = counted();
    const tree = allOf([compare(0, 'in', texts('t', 2_000)), compare(0, 'notIn', texts('u', 2_000))], at);
    const index = new ConditionIndex([tree], { rowsMax: 8 });
    expect(count.compared).toBeLessThan(20);
    expect(['t1', 'u1', 'v1', 't1999'].map((text) => index.match([text])[0])).toEqual([1, 0, 0, 1]);
  });

  it('where the conjunctions of a condition share a comparison: it is made once a match', () => {
    const { count, compare } = counted();
    const choices = Array.from({ length: 6 }, (_, fact) =>
      anyOf([compare(2 * fact + 1, 'greaterThan', 1), compare(2 * fact + 2, 'greaterThan', 1)], at),
    );
    const index = new ConditionIndex([allOf([compare(0, 'greaterThan', 7), ...choices], at)]);
    count.compared = 0;
    // A text that comes to a number has no row of its own.
    expect(index.match(['8', ...Array.from({ length: 12 }, () => 5)])[0]).toBe(1);
    expect(count.compared).toBe(1);
  });

  it('where the normal forms of all conditions together are too large: the rest is carried out as it stands', () => {
    const { count, compare } = counted();
    const tree = (): ConditionTree => allOf([compare(0, 'in', texts('t', 100)), compare(1, 'equal', 2)], at);
    const index = new ConditionIndex([tree(), tree(), tree()], { literalBytesMax: 2_000 });
    count.compared = 0;
    expect(index.match(['t99', 2])[0]).toBe(0b111);
    // Two comparisons each of the second and the third; the first is in the index.
    expect(count.compared).toBe(4);
    expect(index.match(['t99', 3])[0]).toBe(0);
  });

  it('where one fact is compared with very many numbers', () => {
    const { compare } = counted();
    const perRule = 10_000;
    const numbers = (rule: number) => Array.from({ length: perRule }, (_, number) => rule * perRule + number);
    const bytes = (rules: number) =>
      new ConditionIndex(Array.from({ length: rules }, (_, rule) => compare(0, 'in', numbers(rule)))).bytes;
    // What grows with a number: the number itself, and the range between it and the next.
    expect((bytes(40) - bytes(20)) / (20 * perRule)).toBeLessThan(24);
  });
});
