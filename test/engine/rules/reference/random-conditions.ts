import fc from 'fast-check';
import { factNames, factsOfKind, missingFact } from './random-facts.ts';
import { entry, list, listOf, literal, number, scalar, text } from './random-values.ts';

/** A condition as a rule file has it. */
export type Written = Readonly<Record<string, unknown>>;

const orders = ['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'] as const;
const memberships = ['in', 'notIn'] as const;
const equalities = ['equal', 'notEqual'] as const;
const containments = ['contains', 'doesNotContain'] as const;
export const operatorNames = [...equalities, ...memberships, ...containments, ...orders] as const;
export const decoratorNames = ['someFact', 'everyFact', 'someValue', 'everyValue', 'swap', 'not'] as const;

const anyFact = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...factNames) },
  { weight: 1, arbitrary: fc.constant(missingFact) },
);
const path = fc.constantFrom(
  ...['$', '$.a', '$.a', 'a', '$.b', '$.a.b', 'a.b', '$.a[0]', "$['a'].b", '$["a b"]', '$[0]', '$.0', ''],
  ...['$.length', 'a.length', '$.a.a.a', '$.toString', '$[0][0]', '$.b.length'],
);

/** json-rules-engine takes the whole number that a priority begins with, and does without when there is none. */
const priority = fc.constantFrom<unknown>(1, 2, 5, 100, -1, 0, 1.9, '3', 'high', null);
const notes = { priority, name: fc.constant('a note') };

// ---------------------------------------------------------------------------------------------- comparisons

/** A comparison as a marketer would write it: the operator suits the fact, and the value suits both. */
const sensible: fc.Arbitrary<Written> = fc.oneof(
  compare(fc.constantFrom(...factsOfKind.number), [...equalities, ...orders, ...orders], number),
  compare(fc.constantFrom(...factsOfKind.number), memberships, fc.oneof(listOf(number), list)),
  compare(fc.constantFrom(...factsOfKind.text), [...equalities, ...orders], text),
  compare(fc.constantFrom(...factsOfKind.text), memberships, fc.oneof(listOf(text), text)),
  compare(fc.constantFrom(...factsOfKind.list), containments, entry),
  compare(fc.constantFrom(...factsOfKind.list), overLists(['someFact', 'everyFact']), entry),
  compare(fc.constantFrom(...factNames), overLists(['someValue', 'everyValue']), list),
);

function compare(
  fact: fc.Arbitrary<string>,
  operators: readonly string[],
  value: fc.Arbitrary<unknown>,
): fc.Arbitrary<Written> {
  return fc.record(
    { fact, operator: fc.constantFrom(...operators), value, ...notes },
    { requiredKeys: ['fact', 'operator', 'value'], noNullPrototype: true },
  );
}

function overLists(decorators: readonly string[]): readonly string[] {
  return decorators.flatMap((name) => [...equalities, ...orders].map((operator) => `${name}:${operator}`));
}

/** Any operator with up to three decorators, on anything. */
const wild: fc.Arbitrary<Written> = fc
  .record({
    left: fc.record({ fact: anyFact, path, ...notes }, { requiredKeys: ['fact'], noNullPrototype: true }),
    decorators: fc.array(fc.constantFrom(...decoratorNames), { maxLength: 3 }),
    operator: fc.constantFrom(...operatorNames),
    values: fc.record({
      list: fc.oneof(list, listOf(list)),
      'list or text': fc.oneof(list, text),
      anything: fc.oneof(scalar, literal),
    }),
    otherFact: fc.record({ fact: anyFact, path }, { requiredKeys: ['fact'], noNullPrototype: true }),
    withFact: fc.boolean(),
  })
  .map(({ left, decorators, operator, values, otherFact, withFact }) => {
    const names = [...decorators, operator];
    return { ...left, operator: names.join(':'), value: withFact ? otherFact : values[wants(names)] };
  });

/** What must be written on the right: a rule with anything else is refused when it is loaded. */
function wants(names: readonly string[]): 'list' | 'list or text' | 'anything' {
  for (const name of names) {
    if (name === 'swap') return 'anything';
    if (name === 'someValue' || name === 'everyValue') return 'list';
    if (name === 'in' || name === 'notIn') return 'list or text';
  }
  return 'anything';
}

const comparison = fc.oneof(sensible, wild);

// ------------------------------------------------------------------------------------------------- conditions

/** A condition as it may stand at the root: json-rules-engine wants a single comparison inside an `all` there. */
export function condition(references: readonly string[]): fc.Arbitrary<Written> {
  return fc.letrec<{ node: Written; root: Written }>((tie) => {
    const children = fc.oneof(
      { weight: 15, arbitrary: fc.array(tie('node'), { minLength: 1, maxLength: 4 }) },
      { weight: 1, arbitrary: fc.constant([]) },
    );
    const form = (kind: string, arbitrary: fc.Arbitrary<unknown>, weight: number) => ({
      weight,
      arbitrary: fc.record<Written>(
        { [kind]: arbitrary, ...notes },
        { requiredKeys: [kind], noNullPrototype: true },
      ),
    });
    const forms = [
      form('all', children, 3),
      form('any', children, 3),
      form('not', tie('node'), 2),
      ...references.map((name) => form('condition', fc.constant(name), 1)),
    ];
    return {
      node: fc.oneof(
        { maxDepth: 3, depthIdentifier: 'condition', withCrossShrink: true },
        { weight: 9, arbitrary: comparison },
        ...forms,
      ),
      // Single comparisons are common in rule files, and none of their slips is hidden by another's verdict.
      root: fc.oneof(form('all', fc.tuple(comparison), 6), ...forms),
    };
  }).root;
}
