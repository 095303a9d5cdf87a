import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../adapters/re2/compile-pattern.ts';

function matches(source: string, text: string): boolean {
  const compiled = compilePattern(source);
  if (!('matches' in compiled)) throw new Error(compiled.error);
  return compiled.matches(text);
}

function faultOf(source: string) {
  const compiled = compilePattern(source);
  if ('matches' in compiled) throw new Error(`${source} is sound`);
  return compiled;
}

describe('a pattern', () => {
  it.each([
    ['boots', 'red boots', true],
    ['^boots', 'red boots', false],
    ['^SKU-\\d{4}$', 'SKU-1234', true],
    ['^SKU-\\d{4}$', 'SKU-12345', false],
    ['(?i)GRÜN', 'moosgrün', true],
    ['\\p{Lu}', 'oSLO', true],
    ['a.c', 'a\nc', false],
    ['', '', true],
  ])('%j in %j: %j', (source, text, expected) => {
    expect(matches(source, text)).toBe(expected);
  });

  it('answers the same however often it is asked', () => {
    const compiled = compilePattern('a+');
    if (!('matches' in compiled)) throw new Error(compiled.error);
    expect([compiled.matches('baa'), compiled.matches('b'), compiled.matches('baa')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('looks at the first 1,000 characters of a text', () => {
    expect(matches('x', `${'a'.repeat(999)}x`)).toBe(true);
    expect(matches('x', `${'a'.repeat(1_000)}x`)).toBe(false);
  });

  it('is matched in time linear in the text where backtracking would never end', () => {
    const text = 'a'.repeat(1_000);
    // With backtracking each of these takes about 2 to the power of 1,000 steps.
    expect(matches('^(a+)+$', `${text.slice(1)}b`)).toBe(false);
    expect(matches('(a|aa)+$', `${text.slice(1)}b`)).toBe(false);
    expect(matches('(.*)*x', text)).toBe(false);
  });
});

describe('a pattern at fault', () => {
  it.each([
    ['red (boots', 5, 'a `(` is never closed'],
    ['((a)(b', 1, 'a `(` is never closed'],
    ['(a)[b(', 4, 'a `[` is never closed'],
    ['a)', 2, 'a `)` closes nothing'],
    ['*boots', 1, 'has nothing before it to repeat'],
    ['a\\**b**', 6, 'repeats a repetition'],
    ['[**]a**', 6, 'repeats a repetition'],
    ['a{1001}', 2, 'repeats too often'],
    ['(x)\\1', 4, 'is not known'],
    ['x(?=y)', 2, 'looking ahead'],
    ['x\\', 2, 'ends in a `\\`'],
    ['x[b-a]', 3, 'b-a'],
    ['x\\p{Foo}', 2, '\\p{Foo}'],
  ])('%j is at fault at character %j', (source, position, error) => {
    expect(faultOf(source)).toEqual({ position, error: expect.stringContaining(error) });
  });

  it('is one that is too long, or too much work', () => {
    expect(faultOf('a'.repeat(501))).toEqual({ position: 501, error: expect.stringContaining('500') });
    expect(faultOf('(a|b|c){900}').error).toContain('work');
  });
});
