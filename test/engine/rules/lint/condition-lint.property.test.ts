import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FactTable } from '../../../../engine/rules/conditions/fact-table.ts';
import { ConditionLint } from '../../../../engine/rules/lint/condition-lint.ts';
import type { Finding } from '../../../../engine/rules/lint/linted-book.ts';
import { domains, features, tryCondition, valuesOf } from '../meaning/conditions.ts';
import { facts, tree } from '../meaning/random-conditions.ts';

const always = { all: [] };
const never = { not: always };

/** The condition with the part of this label (`all.0.not`) replaced. */
function replaced(source: unknown, label: string, part: unknown): unknown {
  if (label === 'the document') return part;
  const copy = structuredClone(source);
  const keys = label.split('.');
  const last = keys.pop() ?? '';
  let holder = copy as Record<string, unknown>;
  for (const key of keys) {
    const inner = holder[key];
    // It lay within a part that is gone already.
    if (typeof inner !== 'object' || inner === null) return source;
    holder = inner as Record<string, unknown>;
  }
  if (holder[last] !== undefined) holder[last] = part;
  return copy;
}

/** For which of the samples a condition holds. */
function answers(source: unknown, samples: readonly Readonly<Record<string, unknown>>[]): readonly boolean[] {
  const table = new FactTable(new Set(features.keys()));
  const condition = tryCondition(source, table);
  if (!condition) throw new Error('a sound condition was made unsound');
  return samples.map((sample) => condition.holds(valuesOf(table, sample)));
}

/** A value that cannot become text keeps a comparison from coming to anything, which no constant can stand for. */
function canBecomeText(value: unknown): boolean {
  try {
    return String(value) !== undefined;
  } catch {
    return false;
  }
}

const plainFacts = facts.filter((sample) => Object.values(sample).every(canBecomeText));

// Few facts and few values, so that the parts of a list have much to do with each other.
const near = fc.record({
  fact: fc.constantFrom('count', 'sum', 'recency'),
  operator: fc.constantFrom('equal', 'notEqual', 'lessThan', 'greaterThan', 'greaterThanInclusive', 'in'),
  value: fc.integer({ min: -1, max: 3 }),
});
const parts = fc.array(
  fc.oneof(
    near.map(({ value, ...rest }) => ({
      ...rest,
      value: rest.operator === 'in' ? [value, value + 1] : value,
    })),
    tree,
  ),
  { minLength: 2, maxLength: 4 },
);
const crowded = fc.oneof(
  parts.map((all) => ({ all })),
  parts.map((any) => ({ any })),
  fc.tuple(parts, parts).map(([all, any]) => ({ all: [...all, { any }] })),
  parts.map((any) => ({ not: { any } })),
);

it('whatever part is reported could as well be a constant', () => {
  const seen: Record<string, number> = {};
  fc.assert(
    fc.property(crowded, fc.array(plainFacts, { minLength: 16, maxLength: 16 }), (source, samples) => {
      const condition = tryCondition(source);
      if (!condition) return;
      const findings: Finding[] = [];
      new ConditionLint(domains, (finding) => findings.push(finding)).look(condition.tree, {});
      const before = answers(source, samples);
      let left: unknown = source;
      for (const { code, at, message } of findings) {
        // A misfit may still tell customers apart: a count is compared with a number in quotes as if there were none.
        if (code === 'NBR_WRONG_FACT_TYPE') continue;
        seen[code] = (seen[code] ?? 0) + 1;
        // One after the other, because not both of two parts that repeat each other can go.
        const without = [always, never].map((part) => replaced(left, at.label, part));
        const same = without.find((one) => isDeepStrictEqual(answers(one, samples), before));
        expect(same, message).toBeDefined();
        left = same;
      }
    }),
    { numRuns: Number(process.env.MEANING_RUNS ?? 2_000) },
  );
  for (const code of ['NBR_NEVER_TRUE', 'NBR_ALWAYS_TRUE', 'NBR_REDUNDANT_CONDITION']) {
    expect(seen[code] ?? 0, code).toBeGreaterThan(50);
  }
});
