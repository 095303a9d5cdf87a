import fc from 'fast-check';
import { anything, list, map, number, text } from './random-values.ts';

export type Facts = Readonly<Record<string, unknown>>;

/** Facts by what they usually are. */
export const factsOfKind = {
  number: ['age', 'orders', 'score'],
  text: ['city', 'tier'],
  list: ['tags', 'sizes'],
  map: ['address'],
  anything: ['thing', 'member'],
} as const;

/** No fact set ever has it. */
export const missingFact = 'nowhere';

export const factNames: readonly string[] = Object.values(factsOfKind).flat();

const usual = { number, text, list, map, anything };
const absent = Symbol('absent');

/** Now and then a fact is something else, or `undefined`, or not there at all, which is not quite the same. */
const values = Object.entries(factsOfKind).flatMap(([kind, names]) =>
  names.map(() =>
    fc.oneof(
      { weight: 16, arbitrary: usual[kind as keyof typeof usual] },
      { weight: 2, arbitrary: anything },
      { weight: 1, arbitrary: fc.constant(absent) },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
  ),
);

export const facts: fc.Arbitrary<Facts> = fc
  .tuple(...values)
  .map((chosen) =>
    Object.fromEntries(
      factNames.map((name, index) => [name, chosen[index]]).filter(([, value]) => value !== absent),
    ),
  );
