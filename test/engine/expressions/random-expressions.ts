import fc from 'fast-check';
import type { BinaryOperator, Expression, FunctionName } from '../../../engine/expressions/expression.ts';

export const names = ['a', 'b', 'orders.value', 'traits.tier', 'traits.vip', 'last 7 d', 'and'] as const;

const name = fc.constantFrom(...names).map((found): Expression => ({ kind: 'name', name: found, at: 0 }));
const number = fc
  .oneof(fc.integer({ min: 0, max: 1000 }), fc.constantFrom(0, 0.5, 3.25, 1e-7, 123456789))
  .map((value): Expression => ({ kind: 'number', value, at: 0 }));
const text = fc
  .constantFrom('gold', '', "it's", 'a b')
  .map((value): Expression => ({ kind: 'text', value, at: 0 }));
const flag = fc.boolean().map((value): Expression => ({ kind: 'flag', value, at: 0 }));

function binary(operator: BinaryOperator) {
  return ([left, right]: readonly [Expression, Expression]): Expression => ({
    kind: 'binary',
    operator,
    left,
    right,
    at: 0,
  });
}

function call(called: FunctionName) {
  return (given: readonly Expression[]): Expression => ({ kind: 'call', called, given, at: 0 });
}

/** Expressions without a fault of type, by what they come to. */
export const expressions = fc.letrec<{ number: Expression; flag: Expression; text: Expression }>((tie) => {
  const two = (kind: 'number' | 'flag' | 'text') => fc.tuple(tie(kind), tie(kind));
  const many = (kind: 'number' | 'text') => fc.array(tie(kind), { minLength: 1, maxLength: 3 });
  const choice = (kind: 'number' | 'flag' | 'text') =>
    fc.tuple(tie('flag'), tie(kind), tie(kind)).map(call('if'));
  return {
    number: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      number,
      name,
      ...(['+', '-', '*', '/'] as const).map((operator) => two('number').map(binary(operator))),
      tie('number').map((operand): Expression => ({ kind: 'negate', operand, at: 0 })),
      ...(['abs', 'floor', 'ceil', 'round', 'sqrt'] as const).map((called) =>
        tie('number').map((part) => call(called)([part])),
      ),
      ...(['min', 'max', 'coalesce'] as const).map((called) => many('number').map(call(called))),
      choice('number'),
    ),
    flag: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      flag,
      name,
      ...(['and', 'or'] as const).map((operator) => two('flag').map(binary(operator))),
      ...(['=', '!='] as const).flatMap((operator) =>
        (['number', 'flag', 'text'] as const).map((kind) => two(kind).map(binary(operator))),
      ),
      ...(['<', '<=', '>', '>='] as const).map((operator) => two('number').map(binary(operator))),
      tie('flag').map((operand): Expression => ({ kind: 'not', operand, at: 0 })),
      choice('flag'),
    ),
    text: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      text,
      name,
      many('text').map(call('coalesce')),
      choice('text'),
    ),
  };
});

const value = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, 0, 1, -3, 2.5, 1e308, -1e308, Number.NaN, Infinity),
  fc.constantFrom<unknown>('gold', '', "it's", true, false, [1], { a: 1 }),
);

export const facts = fc.record(Object.fromEntries(names.map((found) => [found, value])));
