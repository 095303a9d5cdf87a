import fc from 'fast-check';

/** Random conditions over the facts of `conditions.ts`, and facts as customers have them. */

// Few distinct values, so that comparisons often meet their equal.
const number = fc.constantFrom(0, 1, 2, 3, 10, 1.5, -1);
const scalar = fc.constantFrom<unknown>(
  ...[0, -0, 1, 2, 3, 10, 1.5, -1, 1e21],
  ...[
    '',
    ' ',
    '0',
    '1',
    '2.0',
    '10',
    '1.5',
    ' 3',
    '3 apples',
    'apple',
    'a',
    'NaN',
    'Infinity',
    '0x10',
    'true',
  ],
  ...[true, false, null],
);
const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 6, arbitrary: scalar },
    fc.constantFrom<unknown>(Number.NaN, Number.POSITIVE_INFINITY, undefined, { toString: 1 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', '0'), tie('value'), { maxKeys: 2, noNullPrototype: true }),
  ),
})).value;

/** Each within its domain. */
export const facts = fc.record({
  count: fc.nat({ max: 12 }),
  sum: fc.oneof(number, fc.constantFrom(-5, 0.5, 1e9)),
  recency: fc.option(fc.oneof(fc.nat({ max: 12 }), fc.constantFrom(0.5, 2.5)), { nil: undefined }),
  // A null in an event leaves the newest value as it was.
  last: anything.filter((value) => value !== null),
  'traits.any': anything,
  'customer.known': fc.boolean(),
});
const factNames = ['count', 'sum', 'recency', 'last', 'traits.any', 'customer.known'];

const operator = fc
  .tuple(
    fc.array(fc.constantFrom('someFact', 'everyFact', 'someValue', 'everyValue', 'swap', 'not'), {
      maxLength: 2,
      size: 'small',
    }),
    fc.constantFrom(
      ...['equal', 'notEqual', 'in', 'notIn', 'contains', 'doesNotContain'],
      ...['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'],
      ...['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'],
    ),
  )
  .map(([decorators, name]) => [...decorators, name].join(':'));

const path = fc.constantFrom('$', '$.a', '$[0]');
const literal = fc.oneof({ weight: 3, arbitrary: number }, scalar, fc.array(scalar, { maxLength: 4 }));
const undecorated = operator.map((name) => name.split(':').at(-1) as string);
const ownOperators = fc
  .record({
    fact: fc.constantFrom(...factNames),
    operator: fc.constantFrom('', 'not:'),
    value: fc.oneof(
      fc
        .tuple(number, number)
        .map(([one, other]) => ({ between: [Math.min(one, other), Math.max(one, other)] })),
      fc.constantFrom('a', 'app', '1', ['a', '3']).map((text) => ({ startsWith: text })),
      fc.constantFrom('e', '0', 'pple').map((text) => ({ endsWith: text })),
    ),
  })
  .map(({ fact, operator: not, value }) => {
    const [[name, literal]] = Object.entries(value) as [[string, unknown]];
    return { fact, operator: `${not}${name}`, value: literal };
  });

const leaf = fc.oneof(
  ownOperators,
  {
    weight: 3,
    arbitrary: fc.record({ fact: fc.constantFrom(...factNames), operator: undecorated, value: number }),
  },
  fc.record(
    {
      fact: fc.constantFrom(...factNames),
      operator,
      value: fc.oneof(
        { weight: 5, arbitrary: literal },
        fc.record({ fact: fc.constantFrom(...factNames), path }, { requiredKeys: ['fact'] }),
      ),
      path,
    },
    { requiredKeys: ['fact', 'operator', 'value'] },
  ),
);

export const tree = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    fc.record({ all: fc.array(tie('node'), { maxLength: 4 }) }),
    fc.record({ any: fc.array(tie('node'), { maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
})).node;
