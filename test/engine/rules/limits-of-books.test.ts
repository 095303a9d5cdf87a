import { describe, expect, it } from 'vitest';
import { limits } from '../../../engine/limits.ts';
import { compileRulebook } from '../../../engine/rules/compile-rulebook.ts';
import { compileCondition } from '../../../engine/rules/conditions/compile-condition.ts';
import { scopeOver } from './condition-scope.ts';
import { documentOf } from './in-memory-document.ts';
import { libraries } from './sample-book.ts';

function compileValue(value: unknown) {
  return compileRulebook({
    files: [{ path: 'a.json', documents: [documentOf(value)] }],
    version: 'v',
    libraries,
  });
}

const comparison = { fact: 'traits.x', operator: 'notEqual' };

function nested(depth: number): unknown {
  let condition: unknown = { fact: 'traits.x', operator: 'equal', value: 1 };
  for (let level = 1; level < depth; level += 1) condition = { not: condition };
  return { conditions: { deep: condition } };
}

describe('what is larger than a book may be is refused:', () => {
  it('conditions nested too deeply', () => {
    expect(compileValue(nested(limits.conditionDepthMax)).rulebook).toBeDefined();
    expect(compileValue(nested(limits.conditionDepthMax + 1)).diagnostics).toMatchObject([
      { code: 'NBR_TOO_LARGE' },
    ]);
    expect(compileValue(nested(100_000)).diagnostics).toMatchObject([{ code: 'NBR_TOO_LARGE' }]);
  });

  it('data that contains itself', () => {
    const content: Record<string, unknown> = {};
    content.itself = content;
    expect(
      compileValue({ placements: { p: { channel: 'web', fallback: content } } }).diagnostics,
    ).toMatchObject([{ code: 'NBR_TOO_LARGE' }]);
  });

  it('lists too long', () => {
    const long = Array.from({ length: limits.listLengthMax + 1 }, () => 'x');
    expect(compileValue({ placements: { p: long } }).diagnostics).toMatchObject([{ code: 'NBR_TOO_LARGE' }]);
  });

  it('named conditions in too long a chain', () => {
    const entries = Array.from({ length: 1_000 }, (_, index) => [
      `c${index}`,
      { condition: `c${index + 1}` },
    ]);
    const conditions = { ...Object.fromEntries(entries), c1000: { all: [] } };
    const codes = new Set(compileValue({ conditions }).diagnostics.map(({ code }) => code));
    expect(codes).toContain('NBR_TOO_LARGE');
  });

  it('conditions that double with every use of another', () => {
    const twice = (name: string) => ({ all: [{ condition: name }, { condition: name }] });
    const entries = Array.from({ length: limits.conditionDepthMax - 1 }, (_, index) => [
      `c${index + 1}`,
      twice(`c${index}`),
    ]);
    const c0 = { all: Array.from({ length: 1_000 }, (_, value) => ({ ...comparison, value })) };
    const { rulebook, diagnostics } = compileValue({ conditions: { c0, ...Object.fromEntries(entries) } });
    expect(rulebook).toBeUndefined();
    const tooLarge = diagnostics.filter(({ code }) => code === 'NBR_TOO_LARGE');
    expect(tooLarge).toMatchObject([{ message: expect.stringContaining('conditions.c4: ') }]);
    expect(tooLarge[0]?.message).toContain('found 16000');
  });

  it('a condition of an action that uses a large one too often', () => {
    const many = { all: Array.from({ length: 1_000 }, (_, value) => ({ ...comparison, value })) };
    const uses = (count: number) => ({ any: Array.from({ length: count }, () => ({ condition: 'many' })) });
    const scope = scopeOver(['f'], { many });
    const compile = (count: number) => compileCondition(uses(count), scope.cursorAt({}), scope.scope);
    expect(compile(10)).toBeDefined();
    expect(compile(11)).toBeUndefined();
    expect(scope.findings).toMatchObject([{ code: 'NBR_TOO_LARGE' }]);
  });

  it('more findings than anyone reads, of which errors are kept', () => {
    const placements = Object.fromEntries(
      Array.from({ length: limits.diagnosticsMax + 50 }, (_, index) => [`p${index}`, { channel: 'web' }]),
    );
    const { diagnostics } = compileValue({
      channels: { web: { direction: 'pull' } },
      placements,
      policy: {},
    });
    expect(diagnostics).toHaveLength(limits.diagnosticsMax);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toHaveLength(1);
  });
});

describe('data that is not JSON', () => {
  it.each([
    ['a number beyond all bounds', Number.POSITIVE_INFINITY],
    ['a function', () => 1],
    ['a date', new Date(0)],
  ])('is refused: %s', (_, value) => {
    const { rulebook, diagnostics } = compileValue({
      channels: { web: { direction: 'pull' } },
      placements: { p: { channel: 'web', fallback: { value } } },
    });
    expect(rulebook).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: 'NBR_WRONG_TYPE' }]);
  });
});
