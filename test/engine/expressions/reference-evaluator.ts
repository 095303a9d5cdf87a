import type { Expression } from '../../../engine/expressions/expression.ts';

/**
 * What an expression comes to, told once more and in another way: values with their absence, looked at when they are
 * asked for. Absent is `undefined`.
 */
export type Value = number | string | boolean | undefined;
export type Facts = Readonly<Record<string, unknown>>;

export function evaluate(tree: Expression, facts: Facts): Value {
  return numberOr(tree, facts);
}

function numberOr(tree: Expression, facts: Facts): number | undefined {
  const value = seen(tree, facts, 'number');
  return typeof value === 'number' ? value : undefined;
}

type Wanted = 'number' | 'text' | 'flag' | 'any';

function seen(tree: Expression, facts: Facts, wanted: Wanted): Value {
  switch (tree.kind) {
    case 'number':
    case 'text':
    case 'flag':
      return fits(tree.value, wanted);
    case 'name':
      return fits(facts[tree.name], wanted);
    case 'negate': {
      const operand = numberOr(tree.operand, facts);
      return operand === undefined ? undefined : -operand;
    }
    case 'not':
      return !isTrue(tree.operand, facts);
    case 'binary':
      return binary(tree, facts);
    case 'call':
      return call(tree, facts, wanted);
  }
}

function fits(value: unknown, wanted: Wanted): Value {
  const kind = { number: 'number', string: 'text', boolean: 'flag' }[typeof value as 'number'];
  if (kind === undefined || (wanted !== 'any' && kind !== wanted)) return undefined;
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : (value as Value);
}

function isTrue(tree: Expression, facts: Facts): boolean {
  return seen(tree, facts, 'flag') === true;
}

function binary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>, facts: Facts): Value {
  if (operator === 'and') return isTrue(left, facts) && isTrue(right, facts);
  if (operator === 'or') return isTrue(left, facts) || isTrue(right, facts);
  if (operator === '=' || operator === '!=') {
    const wanted = kindOf([left, right]);
    const one = seen(left, facts, wanted);
    const isEqual = one !== undefined && one === seen(right, facts, wanted);
    return isEqual === (operator === '=');
  }
  const one = numberOr(left, facts);
  const other = numberOr(right, facts);
  if (one === undefined || other === undefined) return '+-*/'.includes(operator) ? undefined : false;
  const results: Readonly<Record<string, () => Value>> = {
    '+': () => one + other,
    '-': () => one - other,
    '*': () => one * other,
    '/': () => (other === 0 ? 0 : one / other),
    '<': () => one < other,
    '<=': () => one <= other,
    '>': () => one > other,
    '>=': () => one >= other,
  };
  return bounded(results[operator]?.());
}

function bounded(value: Value): Value {
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
}

function call({ called, given }: Extract<Expression, { kind: 'call' }>, facts: Facts, wanted: Wanted): Value {
  const [first, second, third] = given as readonly [Expression, Expression, Expression];
  if (called === 'if') return seen(isTrue(first, facts) ? second : third, facts, wanted);
  if (called === 'coalesce') {
    for (const part of given) {
      const value = seen(part, facts, wanted);
      if (value !== undefined) return value;
    }
    return undefined;
  }
  const numbers = given.map((part) => numberOr(part, facts));
  if (numbers.includes(undefined)) return undefined;
  return bounded(Math[called](...(numbers as [number])));
}

/** What is known to be compared, when only one of two sides is known. */
function kindOf(trees: readonly Expression[]): Wanted {
  for (const tree of trees) {
    const kind = own(tree);
    if (kind !== 'any') return kind;
  }
  return 'any';
}

function own(tree: Expression): Wanted {
  switch (tree.kind) {
    case 'number':
    case 'negate':
      return 'number';
    case 'text':
      return 'text';
    case 'flag':
    case 'not':
      return 'flag';
    case 'name':
      return 'any';
    case 'binary':
      return '+-*/'.includes(tree.operator) ? 'number' : 'flag';
    case 'call':
      if (tree.called === 'if') return kindOf(tree.given.slice(1));
      return tree.called === 'coalesce' ? kindOf(tree.given) : 'number';
  }
}
