import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../../../engine/rules/conditions/compile-condition.ts';
import { TieredIndex } from '../../../../engine/rules/matcher/tiered-index.ts';
import { scopeOver } from '../condition-scope.ts';

const { scope, cursorAt } = scopeOver(['f0', 'f1']);
const above = (fact: string, value: number) => {
  const written = { fact, operator: 'greaterThan', value };
  return compileCondition(written, cursorAt(written), scope)?.tree;
};
const everyone = (size: number) => new Int32Array(Math.ceil(size / 32)).fill(-1);

describe('An index in tiers', () => {
  it('names the first tier that fails, and none for what passes all', () => {
    const trees = [
      Array.from({ length: 40 }, (_, member) => above('f0', member)),
      Array.from({ length: 40 }, () => undefined),
      Array.from({ length: 40 }, (_, member) => (member % 2 === 0 ? above('f1', 5) : undefined)),
    ];
    const index = new TieredIndex(trees);
    index.match([34.5, 3], everyone(40));
    expect([0, 1, 33, 34, 35, 39].map((member) => index.failedTier(member))).toEqual([2, -1, -1, 2, 0, 0]);
    expect([index.passed(0) >>> 0, index.passed(1) & 0xff]).toEqual([0xaaaaaaaa, 0b10]);
  });

  it('lets everything pass where there are no conditions at all', () => {
    const index = new TieredIndex([[undefined, undefined], [], [undefined]]);
    index.match([], everyone(2));
    expect([index.failedTier(0), index.failedTier(1)]).toEqual([-1, -1]);
    expect(() => new TieredIndex([[], [], []]).match([], everyone(0))).not.toThrow();
  });

  it('keeps rows for facts of one tier when the other tiers are empty', () => {
    const size = 2_000;
    const trees = Array.from({ length: size }, (_, member) => above('f0', member));
    expect(new TieredIndex([trees, new Array(size), new Array(size)]).bytes).toBe(
      new TieredIndex([trees]).bytes,
    );
  });
});
