import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FactTable } from '../../../../engine/rules/conditions/fact-table.ts';
import { implies, satisfiable } from '../../../../engine/rules/meaning/implication.ts';
import { domains, features, tryCondition, valuesOf } from './conditions.ts';
import { facts, tree } from './random-conditions.ts';

const runs = { numRuns: Number(process.env.MEANING_RUNS ?? 3_000) };

describe('what is said of random conditions', () => {
  it('no facts satisfy what is said to be unsatisfiable', () => {
    const seen = { no: 0, maybe: 0, satisfied: 0 };
    fc.assert(
      fc.property(tree, fc.array(facts, { minLength: 8, maxLength: 8 }), (source, samples) => {
        const table = new FactTable(new Set(features.keys()));
        const compiled = tryCondition(source, table);
        if (!compiled) return;
        const said = satisfiable([compiled.tree], domains);
        const met = samples.filter((sample) => compiled.holds(valuesOf(table, sample)));
        seen[said] += 1;
        if (met.length > 0) seen.satisfied += 1;
        if (said === 'no') expect(met).toEqual([]);
      }),
      runs,
    );
    expect(seen.no).toBeGreaterThan(runs.numRuns / 40);
    expect(seen.satisfied).toBeGreaterThan(runs.numRuns / 10);
  });

  it('whatever satisfies a condition satisfies what it is said to imply', () => {
    const seen = { yes: 0, no: 0, unknown: 0, separated: 0 };
    fc.assert(
      fc.property(tree, tree, fc.array(facts, { minLength: 8, maxLength: 8 }), (one, other, samples) => {
        const table = new FactTable(new Set(features.keys()));
        const condition = tryCondition(one, table);
        const conclusion = tryCondition(other, table);
        if (!condition || !conclusion) return;
        const said = implies(condition.tree, conclusion.tree, domains);
        const separating = samples.filter((sample) => {
          const values = valuesOf(table, sample);
          return condition.holds(values) && !conclusion.holds(values);
        });
        seen[said] += 1;
        if (separating.length > 0) seen.separated += 1;
        if (said === 'yes') expect(separating).toEqual([]);
      }),
      runs,
    );
    expect(seen.yes).toBeGreaterThan(runs.numRuns / 40);
    expect(seen.no).toBeGreaterThan(runs.numRuns / 10);
    expect(seen.unknown).toBeLessThan(seen.yes + seen.no);
  });

  it('a condition implies itself, and all it was made wider by', () => {
    fc.assert(
      fc.property(tree, tree, (one, other) => {
        const condition = tryCondition(one);
        const wider = tryCondition({ any: [other, { not: { not: one } }] });
        if (!condition || !wider) return;
        expect(implies(condition.tree, condition.tree, domains)).toBe('yes');
        expect(implies(condition.tree, wider.tree, domains)).toBe('yes');
      }),
      runs,
    );
  });

  it('of plain comparisons of single facts everything can be told', () => {
    const number = fc.constantFrom(0, 1, 2, 3, 10, 1.5, -1);
    const plain = fc.record({
      fact: fc.constantFrom('count', 'sum', 'recency', 'last'),
      operator: fc.constantFrom(
        ...['equal', 'notEqual', 'lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'],
      ),
      value: number,
    });
    const conjunction = fc.array(plain, { minLength: 1, maxLength: 4 }).map((all) => ({ all }));
    fc.assert(
      fc.property(conjunction, conjunction, (one, other) => {
        const condition = tryCondition(one);
        const conclusion = tryCondition(other);
        if (!condition || !conclusion) return;
        expect(implies(condition.tree, conclusion.tree, domains)).not.toBe('unknown');
      }),
      runs,
    );
  });
});
