import { describe, expect, it } from 'vitest';
import { withTexts } from '../../../../engine/rules/meaning/fact-domain.ts';
import { counterexample, implies, satisfiable } from '../../../../engine/rules/meaning/implication.ts';
import { condition, domains } from './conditions.ts';

type Written = readonly [fact: string, operator: string, value: unknown];

const is = (...[fact, operator, value]: Written) => ({ fact, operator, value });
const all = (...parts: readonly unknown[]) => ({ all: parts });
const any = (...parts: readonly unknown[]) => ({ any: parts });
const not = (part: unknown) => ({ not: part });

describe('what can be true', () => {
  it.each<readonly ['no' | 'maybe', string, unknown]>([
    ['no', 'a number above and below', all(is('sum', 'greaterThan', 5), is('sum', 'lessThan', 3))],
    [
      'no',
      'a number between neighbours that are whole',
      all(is('count', 'greaterThan', 2), is('count', 'lessThan', 3)),
    ],
    ['maybe', 'a number between whole numbers', all(is('sum', 'greaterThan', 2), is('sum', 'lessThan', 3))],
    ['no', 'a count below zero', is('count', 'lessThan', 0)],
    ['maybe', 'a sum below zero', is('sum', 'lessThan', 0)],
    ['no', 'one and two', all(is('last', 'equal', 1), is('last', 'equal', 2))],
    [
      'maybe',
      'a text that counts as two, and is not the number two',
      all(
        is('last', 'notEqual', 2),
        is('last', 'greaterThan', 1),
        is('last', 'lessThan', 3),
        is('last', 'notIn', ['2', '2.0']),
      ),
    ],
    [
      'no',
      'what differs from everything it may be',
      all(is('customer.known', 'notEqual', true), is('customer.known', 'notEqual', false)),
    ],
    [
      'maybe',
      'neither above nor below, because it is missing',
      all(not(is('recency', 'greaterThan', 5)), not(is('recency', 'lessThanInclusive', 5))),
    ],
    [
      'no',
      'neither above nor below of what is never missing',
      all(not(is('count', 'greaterThan', 5)), not(is('count', 'lessThanInclusive', 5))),
    ],
    [
      'no',
      'in the list and not, through decorators',
      all(is('last', 'contains', 'a'), is('last', 'not:contains', 'a')),
    ],
    [
      'maybe',
      'no such list, said twice',
      all(is('last', 'doesNotContain', 'a'), is('last', 'not:contains', 'a')),
    ],
    ['no', 'a list and a number', all(is('last', 'contains', 'a'), is('last', 'equal', 5))],
    [
      'no',
      'a text that does not end like that',
      all(is('last', 'in', ['ab', 'cb']), is('last', 'endsWith', 'd')),
    ],
    [
      'maybe',
      'a text of which one ends like that',
      all(is('last', 'in', ['ab', 'cd']), is('last', 'endsWith', 'd')),
    ],
    [
      'no',
      'the same comparison of two facts, and its opposite',
      all(is('sum', 'lessThan', { fact: 'count' }), not(is('sum', 'lessThan', { fact: 'count' }))),
    ],
    [
      'maybe',
      'two comparisons of two facts',
      all(is('sum', 'lessThan', { fact: 'count' }), is('sum', 'lessThan', { fact: 'recency' })),
    ],
    [
      'no',
      'no way through any alternative',
      all(
        any(is('sum', 'lessThan', 0), is('last', 'equal', 'a')),
        is('sum', 'greaterThan', 1),
        is('last', 'equal', 'b'),
      ),
    ],
    ['no', 'an empty list under a `not`', not(all())],
    ['maybe', 'an empty list', any()],
  ])('%s: %s', (expected, _, source) => {
    expect(satisfiable([condition(source)], domains)).toBe(expected);
  });

  it('takes several conditions together', () => {
    const [many, few] = [condition(is('count', 'greaterThan', 5)), condition(is('count', 'lessThan', 3))];
    expect(satisfiable([many, undefined], domains)).toBe('maybe');
    expect(satisfiable([many, few], domains)).toBe('no');
  });

  it('depends on what the facts can be', () => {
    const other = condition(is('event.name', 'equal', 'b'));
    expect(satisfiable([other], domains)).toBe('maybe');
    expect(satisfiable([other], withTexts(domains, 'event.name', ['a']))).toBe('no');
  });
});

describe('what follows', () => {
  it.each<readonly ['yes' | 'no' | 'unknown', unknown, unknown]>([
    ['yes', is('sum', 'greaterThan', 20), is('sum', 'greaterThan', 10)],
    ['no', is('sum', 'greaterThan', 10), is('sum', 'greaterThan', 20)],
    ['yes', is('count', 'greaterThan', 0), is('count', 'greaterThanInclusive', 1)],
    ['no', is('sum', 'greaterThan', 0), is('sum', 'greaterThanInclusive', 1)],
    ['yes', is('last', 'equal', 'a'), is('last', 'in', ['a', 'b'])],
    ['yes', is('last', 'equal', 'a'), is('last', 'notEqual', 'b')],
    ['yes', is('recency', 'lessThan', 5), not(is('recency', 'greaterThan', 7))],
    ['no', not(is('recency', 'greaterThan', 7)), is('recency', 'lessThanInclusive', 7)],
    ['yes', not(is('count', 'greaterThan', 7)), is('count', 'lessThanInclusive', 7)],
    ['yes', is('sum', 'between', [2, 3]), is('sum', 'greaterThan', 1)],
    [
      'yes',
      all(is('sum', 'greaterThanInclusive', 2), is('sum', 'lessThanInclusive', 3)),
      is('sum', 'between', [2, 3]),
    ],
    ['yes', is('customer.known', 'notEqual', true), is('customer.known', 'equal', false)],
    [
      'yes',
      is('last', 'everyFact:equal', 'a'),
      any(is('sum', 'equal', 1), is('last', 'everyFact:equal', 'a')),
    ],
    ['yes', is('last', 'doesNotContain', 'a'), not(is('last', 'contains', 'a'))],
    ['no', not(is('last', 'contains', 'a')), is('last', 'doesNotContain', 'a')],
    ['no', is('last', 'startsWith', 'a'), is('last', 'startsWith', 'ab')],
    ['yes', is('last', 'equal', 'abc'), is('last', 'startsWith', 'ab')],
    [
      'yes',
      all(is('sum', 'greaterThan', 5), is('count', 'equal', 2)),
      any(is('count', 'lessThan', 3), is('sum', 'lessThan', 0)),
    ],
    ['yes', any(is('sum', 'greaterThan', 5), is('sum', 'lessThan', -5)), is('sum', 'notEqual', 0)],
    ['unknown', is('now', 'before', '2026-11-01'), is('now', 'before', '2026-11-02')],
    ['yes', is('now', 'before', '2026-11-01'), is('now', 'before', '2026-11-01')],
  ])('%s: %j, so %j', (expected, one, other) => {
    expect(implies(condition(one), condition(other), domains)).toBe(expected);
  });

  it('takes an absent condition for one that always holds', () => {
    const some = condition(is('count', 'greaterThan', 5));
    expect(implies(some, undefined, domains)).toBe('yes');
    expect(implies(undefined, some, domains)).toBe('no');
    expect(implies(undefined, condition(is('count', 'greaterThanInclusive', 0)), domains)).toBe('yes');
  });

  it('gives facts for which it does not', () => {
    const [some, more] = [condition(is('count', 'greaterThan', 5)), condition(is('count', 'greaterThan', 7))];
    const facts = counterexample(some, more, domains);
    expect(facts?.get('count')).toBeOneOf([6, 7]);
    expect(counterexample(more, some, domains)).toBeUndefined();
  });

  it('gives up on what would take too long, and says so', () => {
    const choices = (offset: number) =>
      all(
        ...Array.from({ length: 40 }, (_, index) =>
          any(
            is(`traits.a${index}`, 'equal', offset),
            is(`traits.b${index}`, 'equal', offset),
            is(`traits.c${index}`, 'contains', offset),
          ),
        ),
      );
    const clash = all(
      choices(1),
      any(
        ...Array.from({ length: 40 }, (_, index) =>
          all(
            is(`traits.a${index}`, 'equal', 2),
            is(`traits.b${index}`, 'equal', 2),
            is(`traits.c${index}`, 'equal', 2),
          ),
        ),
      ),
    );
    expect(satisfiable([condition(clash)], domains)).toBe('maybe');
  });
});
