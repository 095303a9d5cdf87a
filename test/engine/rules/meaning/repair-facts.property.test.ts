import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConditionTree } from '../../../../engine/model/condition.ts';
import { FactTable } from '../../../../engine/rules/conditions/fact-table.ts';
import { type FactRepair, repairFacts } from '../../../../engine/rules/meaning/repair-facts.ts';
import { domains, features, tryCondition, valuesOf } from './conditions.ts';

const names = ['count', 'sum', 'recency'];
const leaf = fc.record({
  fact: fc.constantFrom(...names),
  operator: fc.constantFrom(
    ...['equal', 'notEqual', 'lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'],
  ),
  value: fc.integer({ min: 0, max: 5 }),
});
const plainTree = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    fc.record({ all: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
})).node;
const plainFacts = fc.record({
  count: fc.nat({ max: 6 }),
  sum: fc.integer({ min: -1, max: 6 }),
  recency: fc.option(fc.nat({ max: 6 }), { nil: undefined }),
});

type Facts = Readonly<Record<string, unknown>>;

function compiled(source: unknown): { readonly tree: ConditionTree; readonly table: FactTable } {
  const table = new FactTable(new Set(features.keys()));
  const condition = tryCondition(source, table);
  if (!condition) throw new Error(`not a sound condition: ${JSON.stringify(source)}`);
  return { tree: condition.tree, table };
}

function repairOf(source: unknown, facts: Facts): readonly FactRepair[] | undefined {
  const { tree, table } = compiled(source);
  return repairFacts([tree], valuesOf(table, facts), { domains, mayChange: () => true });
}

function holdsWith(source: unknown, facts: Facts): boolean {
  const { tree, table } = compiled(source);
  return tree.test(valuesOf(table, facts)) === true;
}

function repaired(facts: Facts, repairs: readonly FactRepair[]): Facts {
  return { ...facts, ...Object.fromEntries(repairs.map(({ fact, to }) => [fact.read.name, to])) };
}

/** Every value beside the numbers that the conditions speak of. */
const pool = Array.from({ length: 17 }, (_, index) => index / 2 - 1);

/** The fewest facts with which it holds, found by trying all values of all of them. */
function fewest(source: unknown, facts: Facts): number | undefined {
  const { tree, table } = compiled(source);
  let least: number | undefined;
  const [first = '', second = '', third = ''] = names;
  const options = (name: string) =>
    [...pool, undefined].filter(
      (value) =>
        value === facts[name] ||
        (name === 'count' && value !== undefined && value >= 0 && Number.isInteger(value)) ||
        (name === 'sum' && value !== undefined) ||
        (name === 'recency' && (value === undefined || value >= 0)),
    );
  for (const one of options(first))
    for (const two of options(second))
      for (const three of options(third)) {
        const tried = { [first]: one, [second]: two, [third]: three };
        const changed = names.filter((name) => tried[name] !== facts[name]).length;
        if (changed < (least ?? 4) && tree.test(valuesOf(table, tried)) === true) least = changed;
      }
  return least;
}

describe('the repair of facts', () => {
  it('names the fewest facts with which a condition holds, as trying all values would, and finds one whenever there is one', () => {
    fc.assert(
      fc.property(plainTree, plainFacts, (source, facts) => {
        const repairs = repairOf(source, facts);
        expect(repairs?.length).toBe(fewest(source, facts));
        if (repairs) expect(holdsWith(source, repaired(facts, repairs))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [{ fact: 'count', operator: 'greaterThanInclusive', value: 1 }, { count: 0 }, 1],
    [{ fact: 'count', operator: 'lessThan', value: 3 }, { count: 7 }, 2],
    [{ fact: 'recency', operator: 'greaterThan', value: 45 }, { recency: 33 }, 46],
    [{ fact: 'recency', operator: 'lessThan', value: 30 }, {}, 0],
    [{ fact: 'sum', operator: 'between', value: [10, 20] }, { sum: 99.5 }, 20],
    [{ fact: 'last', operator: 'in', value: ['boots', 'tents'] }, { last: 'hats' }, 'boots'],
    [{ fact: 'last', operator: 'notEqual', value: 'hats' }, { last: 'hats' }, undefined],
    [{ fact: 'traits.any', operator: 'contains', value: 'b' }, { 'traits.any': ['a'] }, ['a', 'b']],
    [{ fact: 'traits.any', operator: 'doesNotContain', value: 'a' }, { 'traits.any': ['a', 'b'] }, ['b']],
    [{ fact: 'traits.any', operator: 'startsWith', value: 'no' }, { 'traits.any': 'yes' }, 'no'],
    [{ fact: 'customer.known', operator: 'equal', value: true }, { 'customer.known': false }, true],
    [{ fact: 'count', operator: 'greaterThan', value: { fact: 'sum' } }, { count: 1, sum: 4 }, 5],
  ])('for %j with %j it takes the nearest value', (source, facts, to) => {
    expect(repairOf(source, facts)?.map((repair) => repair.to)).toEqual([to]);
  });

  it('keeps what holds already: a second condition on the same fact is not broken', () => {
    const both = {
      all: [
        { fact: 'count', operator: 'greaterThan', value: 2 },
        { fact: 'count', operator: 'lessThan', value: 4 },
      ],
    };
    expect(repairOf(both, { count: 9 })?.map(({ to }) => to)).toEqual([3]);
  });

  it('finds nothing where nothing would do', () => {
    const never = {
      all: [
        { fact: 'count', operator: 'greaterThan', value: 2 },
        { fact: 'count', operator: 'lessThan', value: 3 },
      ],
    };
    expect(repairOf(never, { count: 0 })).toBeUndefined();
  });

  it('leaves facts alone that are no use to change', () => {
    const { tree, table } = compiled({
      any: [
        { fact: 'count', operator: 'greaterThan', value: 2 },
        { fact: 'sum', operator: 'greaterThan', value: 2 },
      ],
    });
    const facts = valuesOf(table, { count: 0, sum: 0 });
    const mayChange = ({ read }: { readonly read: { readonly name: string } }) => read.name !== 'count';
    expect(repairFacts([tree], facts, { domains, mayChange })?.map(({ fact }) => fact.read.name)).toEqual([
      'sum',
    ]);
  });
});
