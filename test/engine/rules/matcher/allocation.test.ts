import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../../../engine/rules/conditions/compile-condition.ts';
import { ConditionIndex } from '../../../../engine/rules/matcher/condition-index.ts';
import { scopeOver } from '../condition-scope.ts';

describe('A match', () => {
  it('allocates nothing (M2)', () => {
    const features = Array.from({ length: 12 }, (_, number) => `f${number}`);
    const { scope, cursorAt } = scopeOver(features);
    const trees = Array.from({ length: 1_500 }, (_, number) => {
      const fact = (step: number) => features[(number * 7 + step) % features.length];
      const value = {
        all: [
          { fact: fact(0), operator: 'greaterThan', value: number % 50 },
          {
            any: [
              { fact: fact(3), operator: 'equal', value: `t${number % 9}` },
              { not: { fact: fact(5), operator: 'lessThan', value: 20 } },
            ],
          },
          { fact: fact(6), operator: 'notIn', value: [1, 2, 3] },
        ],
      };
      return compileCondition(value, cursorAt(value), scope)?.tree;
    });
    const index = new ConditionIndex(trees);
    const situations = Array.from({ length: 32 }, (_, at) =>
      features.map((_name, number) =>
        (at + number) % 4 === 0 ? `t${at % 9}` : ((at * 13 + number * 5) % 60) + 0.5,
      ),
    );
    const rounds = Array.from({ length: 6 }, () => bytesPerMatch(index, situations));
    // The first rounds are those of a machine that warms up; a single object a match would be sixteen bytes or more.
    expect(Math.min(...rounds)).toBeLessThan(1);
  });
});

function bytesPerMatch(index: ConditionIndex, situations: readonly (readonly unknown[])[]): number {
  const matches = 20_000;
  const before = process.memoryUsage().heapUsed;
  for (let at = 0; at < matches; at += 1) index.match(situations[at % situations.length] ?? []);
  const grown = process.memoryUsage().heapUsed - before;
  // A collection in between would hide what was allocated; such a round tells nothing.
  return grown < 0 ? Number.POSITIVE_INFINITY : grown / matches;
}
