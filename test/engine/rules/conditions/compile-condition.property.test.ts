import fc from 'fast-check';
import { Engine } from 'json-rules-engine';
import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../../../engine/rules/conditions/compile-condition.ts';
import { explainFailure } from '../../../../engine/rules/conditions/explain-failure.ts';
import { allFacts } from '../../../../engine/rules/conditions/fact-scope.ts';
import { FactTable } from '../../../../engine/rules/conditions/fact-table.ts';
import { NamedConditions } from '../../../../engine/rules/conditions/named-conditions.ts';
import { Cursor } from '../../../../engine/rules/cursor.ts';
import type { Diagnostic } from '../../../../engine/rules/rule-file.ts';
import { documentOf } from '../in-memory-document.ts';

const factNames = ['f0', 'f1', 'f2', 'f3', 'f4'];

// Few distinct values, so that comparisons often meet their equal.
const scalar = fc.constantFrom<unknown>(
  ...[0, -0, 1, 2, 3, 10, 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY],
  ...['', ' ', '0', '1', '2', '10', '1.5', '3 apples', 'apple', 'a', 'pp', 'NaN', 'true', 'undefined'],
  ...[true, false, null],
);
const factValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'length', '0'), tie('value'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).value;

const operator = fc
  .tuple(
    fc.array(fc.constantFrom('someFact', 'everyFact', 'someValue', 'everyValue', 'swap', 'not'), {
      maxLength: 3,
    }),
    fc.constantFrom(
      ...['equal', 'notEqual', 'in', 'notIn', 'contains', 'doesNotContain'],
      ...['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'],
    ),
  )
  .map(([decorators, name]) => [...decorators, name].join(':'));

const path = fc.constantFrom(
  '$',
  '$.a',
  'a',
  '$.a.b',
  'a.b',
  '$.a[0]',
  "$['a'].b",
  '$[0]',
  '$.length',
  'a.length',
  '',
);
const factReference = fc.record(
  { fact: fc.constantFrom(...factNames, 'f9'), path },
  { requiredKeys: ['fact'] },
);
const literal = fc.oneof(scalar, fc.array(scalar, { maxLength: 4 }), factValue);

const leaf = fc.record(
  {
    fact: fc.constantFrom(...factNames, 'f9'),
    operator,
    value: fc.oneof({ weight: 4, arbitrary: literal }, { weight: 1, arbitrary: factReference }),
    path,
    priority: fc.integer({ min: 1, max: 4 }),
  },
  { requiredKeys: ['fact', 'operator', 'value'] },
);

const names = ['n0', 'n1'];
function tree(references: readonly string[]): fc.Arbitrary<unknown> {
  return fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      ...(references.length > 0 ? [fc.record({ condition: fc.constantFrom(...references) })] : []),
      fc.record({ all: fc.array(tie('node'), { maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('node'), { maxLength: 3 }) }),
      fc.record({ not: tie('node') }),
    ),
  })).node;
}

const rooted = (references: readonly string[]) => tree(references).map((node) => ({ all: [node] }));

/** What json-rules-engine says; undefined when it throws. */
async function reference(
  tested: { readonly tree: unknown; readonly named: Readonly<Record<string, unknown>> },
  facts: Readonly<Record<string, unknown>>,
): Promise<boolean | undefined> {
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const [name, conditions] of Object.entries(tested.named)) {
    engine.setCondition(name, structuredClone(conditions) as never);
  }
  engine.addRule({ conditions: structuredClone(tested.tree) as never, event: { type: 'hit' } });
  try {
    return (await engine.run(facts)).events.length > 0;
  } catch {
    return undefined;
  }
}

function compile(tested: { readonly tree: unknown; readonly named: Readonly<Record<string, unknown>> }) {
  const findings: Diagnostic[] = [];
  const at = new Cursor({ file: 'rules.yaml', document: documentOf(tested), findings });
  const facts = new FactTable(new Set([...factNames, 'f9']));
  const sources = Object.entries(tested.named).map(([name, value]) => [name, { value, at }] as const);
  const named = new NamedConditions(new Map(sources), facts);
  const condition = compileCondition(tested.tree, at, { facts, named, allowed: allFacts });
  return { condition, facts, findings };
}

describe('compiled conditions', () => {
  it('answer every random tree and facts as json-rules-engine does', async () => {
    const seen = { true: 0, false: 0, thrown: 0, refused: 0 };
    const factsOf = fc.dictionary(fc.constantFrom(...factNames), factValue, {
      maxKeys: 5,
      noNullPrototype: true,
    });
    const cases = fc.record({
      tree: rooted(names),
      // n1 may build on n0.
      named: fc.record({ n0: rooted([]), n1: rooted(['n0']) }),
    });
    await fc.assert(
      fc.asyncProperty(cases, factsOf, async (tested, facts) => {
        const { condition, facts: table, findings } = compile(tested);
        const expected = await reference(tested, facts);
        if (!condition) {
          // Only what json-rules-engine could not carry out may be refused at load.
          expect(
            findings.filter((finding) => finding.severity === 'error').map(({ code }) => code),
          ).toContain('NBR_WRONG_VALUE');
          seen.refused += 1;
          return;
        }
        const values = table
          .all()
          .map((slot) => (Object.hasOwn(facts, slot.name) ? facts[slot.name] : undefined));
        const holds = condition.holds(values);
        const failed = explainFailure(condition, values);
        expect(failed === undefined).toBe(holds);
        if (expected === undefined) {
          seen.thrown += 1;
          return;
        }
        expect(holds).toBe(expected);
        seen[`${expected}`] += 1;
      }),
      { numRuns: 6_000 },
    );
    // The comparison is only worth something if it met both answers often.
    expect(seen.true).toBeGreaterThan(500);
    expect(seen.false).toBeGreaterThan(500);
    expect(seen.true + seen.false).toBeGreaterThan(3_000);
  });
});
