import { describe, expect, it } from 'vitest';
import { conditionText } from '../../../../engine/rules/conditions/condition-text.ts';
import { anything, domainOf } from '../../../../engine/rules/meaning/fact-domain.ts';
import {
  fails,
  failsNot,
  holds,
  holdsNot,
  testValues,
  verdictBit,
} from '../../../../engine/rules/meaning/test-values.ts';
import {
  complement,
  hasValue,
  intersection,
  isEmpty,
  isSubset,
  listValues,
  someValue,
  union,
  type ValueSet,
} from '../../../../engine/rules/meaning/value-set.ts';
import { condition, domains } from './conditions.ts';
import { comparisons, values } from './value-pool.ts';

const tests = comparisons('traits.any');
const sides = { holds, fails, holdsNot, failsNot };

describe('the values with which a comparison comes to a verdict', () => {
  it.each(Object.entries(sides))(
    'are all there, and no others where they are told exactly: %s',
    (_, verdicts) => {
      const told = { exact: 0, open: 0 };
      for (const test of tests) {
        if (!test.compare || 'slot' in test.right) continue;
        const { values: set, exact } = testValues(test, verdicts, anything);
        told[exact ? 'exact' : 'open'] += 1;
        for (const value of values) {
          const does: boolean = (verdictBit(test.compare(value, test.right.literal)) & verdicts) !== 0;
          const isTold = hasValue(set, value);
          if (does ? isTold : !exact || !isTold) continue;
          expect.fail(`${conditionText(test)} of ${typeof value} ${String(JSON.stringify(value))}: ${does}`);
        }
      }
      expect(told.exact).toBeGreaterThan(300);
      expect(told.open).toBeGreaterThan(100);
    },
  );

  it('stay within what the fact can be', () => {
    const count = condition({ fact: 'count', operator: 'not:lessThan', value: 3 });
    if (count.kind !== 'test') throw new Error('not a comparison');
    const domain = domainOf(count.left, domains);
    const { values: set, exact } = testValues(count, holds, domain);
    expect(exact).toBe(true);
    expect(values.filter((value) => hasValue(set, value)).every((value) => typeof value === 'number')).toBe(
      true,
    );
  });
});

describe('sets of values', () => {
  const sets = tests
    .filter((_, index) => index % 37 === 0)
    .map((test) => testValues(test, holds, anything).values);
  const pairs = sets.flatMap((one, index) => sets.slice(index % 5).map((other) => [one, other] as const));
  const members = (set: ValueSet) => values.filter((value) => hasValue(set, value));

  it('join, meet and turn round value by value', () => {
    for (const [one, other] of pairs) {
      const [both, either, rest] = [intersection(one, other), union(one, other), complement(one)];
      for (const value of values) {
        const [inOne, inOther] = [hasValue(one, value), hasValue(other, value)];
        if (hasValue(both, value) !== (inOne && inOther))
          expect.fail(`meet: ${String(JSON.stringify(value))}`);
        if (hasValue(either, value) !== (inOne || inOther))
          expect.fail(`join: ${String(JSON.stringify(value))}`);
        if (hasValue(rest, value) === inOne) expect.fail(`turn: ${String(JSON.stringify(value))}`);
      }
    }
  });

  it('are empty, or have a value to show', () => {
    for (const [one, other] of pairs) {
      const both = intersection(one, other);
      const shown = someValue(both);
      if (isEmpty(both)) expect(members(both)).toEqual([]);
      else if (shown.length > 0) expect(hasValue(both, shown[0])).toBe(true);
      const all = listValues(both, { whole: false, max: 50 });
      if (all) expect(members(both).every((value) => all.includes(value))).toBe(true);
    }
  });

  it('contain each other only if their members do', () => {
    for (const [one, other] of pairs) {
      if (isSubset(one, other)) expect(members(one).every((value) => hasValue(other, value))).toBe(true);
    }
    for (const set of sets) expect(isSubset(set, union(set, complement(set)))).toBe(true);
  });
});
