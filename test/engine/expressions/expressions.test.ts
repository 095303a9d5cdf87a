import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../engine/expressions/compile-expression.ts';
import { expressionText } from '../../../engine/expressions/expression-text.ts';
import { faultOfType } from '../../../engine/expressions/expression-types.ts';
import { parseExpression } from '../../../engine/expressions/parse-expression.ts';

const known: Readonly<Record<string, unknown>> = {
  'orders.avg': 40,
  'orders.count': 4,
  'traits.tier': 'gold',
  'traits.vip': true,
  'last 7 d': 3,
  none: 0,
};
const factors = { P: 0.1, V: 30, C: 1.5, L: 1.55, cost: 2 };

function worthOf(source: string): number {
  const read = parseExpression(source);
  if ('fault' in read) throw new Error(read.fault.message);
  expect(faultOfType(read.tree, 'number')).toBeUndefined();
  return compileExpression(
    read.tree,
    ({ name }) =>
      (_, given) =>
        name in given ? given[name as 'P'] : known[name],
  )([], factors);
}

describe('an expression', () => {
  it.each([
    ['2 + 3 * 4', 14],
    ['(2 + 3) * 4', 20],
    ['10 - 4 - 3', 3],
    ['12 / 3 / 2', 2],
    ['-orders.avg + 50', 10],
    ['2 - -3', 5],
    ["0.3 * orders.avg + if(traits.tier = 'gold', 5, 0)", 17],
    ["if(traits.tier = 'silver', 5, 1)", 1],
    ["if(traits.tier != 'silver', 5, 1)", 5],
    ["if(traits.tier = 'it''s', 5, 1)", 1],
    ['if(traits.vip, 5, 1)', 5],
    ['if(traits.vip = true, 5, 1)', 5],
    ['if(not traits.vip or orders.count > 3, 5, 1)', 5],
    ['if(not orders.count = 4, 5, 1)', 1],
    ['if(orders.count >= 4 and orders.count <= 4, 5, 1)', 5],
    ['min(3, orders.count, 8)', 3],
    ['max(3, orders.count)', 4],
    ['abs(3 - 8)', 5],
    ['floor(2.7) + ceil(2.1) + round(2.5)', 8],
    ['sqrt(16)', 4],
    ['coalesce(missing, traits.tier, 7)', 7],
    ['`last 7 d` * 2', 6],
    ['P * V * C * L - cost', 0.1 * 30 * 1.5 * 1.55 - 2],
  ])('comes to its value: %s', (source, expected) => {
    expect(worthOf(source)).toBe(expected);
  });

  it.each(['5 / 0', '5 / none', '0 / 0', 'orders.avg / (orders.count - 4)'])(
    'comes to 0 where it divides by 0: %s',
    (source) => {
      expect(worthOf(source)).toBe(0);
    },
  );

  it.each([
    'missing',
    'missing + 1',
    'missing / 0',
    'traits.tier * 2',
    'min(1, missing)',
    'sqrt(0 - 4)',
    `${'9'.repeat(300)} * ${'9'.repeat(300)}`,
    `1 / (${'9'.repeat(300)} * ${'9'.repeat(300)})`,
  ])(
    'has no number where a fact is missing or of another type, or the result is not finite: %s',
    (source) => {
      expect(worthOf(source)).toBeNaN();
    },
  );

  it.each([
    ['if(missing > 3, 1, 2)', 2],
    ['if(missing <= 3, 1, 2)', 2],
    ['if(missing = 3, 1, 2)', 2],
    ['if(missing != 3, 1, 2)', 1],
    ['if(missing, 1, 2)', 2],
    ['if(not missing, 1, 2)', 1],
    ['if(missing = missing, 1, 2)', 2],
    ['if(traits.tier, 1, 2)', 2],
  ])('takes a comparison with what is missing as one that does not hold: %s', (source, expected) => {
    expect(worthOf(source)).toBe(expected);
  });

  it.each([
    ['', 1, 'found the end'],
    ['1 +', 4, 'found the end'],
    ['1 2', 3, 'an operator'],
    ['(1', 3, 'expected `)`'],
    ['1 < 2 < 3', 7, 'a second comparison'],
    ['mean(1)', 1, 'unknown function `mean`'],
    ['min()', 1, 'expected 1 to 16'],
    ['if(true, 1)', 1, 'expected 3'],
    ["'gold", 1, 'a text that does not end'],
    ['"gold"', 1, 'a double quote'],
    ['`gold', 1, 'a name that does not end'],
    ['7up', 1, 'a number such as'],
    ['1e999', 1, 'a number such as'],
    ['1.', 1, 'a number such as'],
    ['a % b', 3, 'found `%`'],
    ['a ? b : c', 3, 'found `?`'],
    ['and', 1, 'found `and`'],
  ])('is refused where it goes wrong: %s', (source, column, words) => {
    const read = parseExpression(source);
    expect('fault' in read && read.fault).toMatchObject({ column });
    expect('fault' in read && read.fault.message).toContain(words);
  });

  it.each([
    ["'gold'", 1, 'found a text, expected a number'],
    ['1 + true', 5, 'found something that is true or false, expected a number'],
    ["if(traits.vip, 'much', 1)", 16, 'found a text, expected a number'],
    ["if(coalesce(traits.tier, 'gold', 3) = 'gold', 1, 2)", 34, 'found a number, expected a text'],
    ['if(1, 2, 3)', 4, 'found a number, expected something that is true or false'],
    ["if(1 = 'gold', 2, 3)", 8, 'found a text, expected a number'],
    ["if('a' < 'b', 2, 3)", 4, 'found a text, expected a number'],
    ['orders.count > 3', 14, 'found something that is true or false, expected a number'],
  ])('is refused where types do not fit: %s', (source, column, message) => {
    const read = parseExpression(source);
    const fault = 'tree' in read ? faultOfType(read.tree, 'number') : undefined;
    expect(fault).toMatchObject({ column, message });
  });

  it.each([
    ['a+b*c', 'a + b * c'],
    ['( a + b )*c', '(a + b) * c'],
    ['a-(b-c)', 'a - (b - c)'],
    ['((a-b)-c)', 'a - b - c'],
    ['if((a==b),1,-(2))', 'if(a = b, 1, -2)'],
    ['`plain`+`and`', 'plain + `and`'],
  ])('is told in one way, however it is spaced and bracketed: %s', (source, text) => {
    const read = parseExpression(source);
    expect('tree' in read && expressionText(read.tree)).toBe(text);
  });
});
