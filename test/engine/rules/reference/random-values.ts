import fc from 'fast-check';

/**
 * Values that facts and conditions share. There are few of them, so that comparisons often meet their equal, and each
 * is there for a way in which comparisons go wrong: neighbours of a threshold, texts that begin like numbers, things
 * that only look alike, and lists and maps where a single value is expected.
 */

const thresholds = [0, 1, 2, 10, 100.5, -3, 2 ** 53, 1e308, 5e-324];
const numbers: readonly number[] = [
  ...thresholds.flatMap((threshold) => [neighbour(threshold, -1), threshold, neighbour(threshold, 1)]),
  ...[-1, 1.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_VALUE],
];

/** The next number there is, upwards or downwards. */
function neighbour(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * Number.MIN_VALUE;
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  bits[0] = (bits[0] ?? 0n) + BigInt(value > 0 ? direction : -direction);
  return new Float64Array(bits.buffer)[0] ?? value;
}

const texts: readonly string[] = [
  ...['', ' ', '\t', '0', '1', '2', '10', ' 10', '10 ', '10.0', '1e1', '0x10', '100.5', '-3', '-0', '1,2'],
  ...['3 apples', 'apple', 'apples', 'a', 'pp', 'A', 'B', 'é', '\u{1f600}', '\ud83d', 'b'],
  ...['NaN', 'Infinity', 'null', 'undefined', 'true', 'false', '[object Object]'],
];

/** Half of the values are of few, which often meet their equal and their neighbours. */
export const number: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 1, 2, -0, Number.NaN, neighbour(10, -1), 10, neighbour(10, 1)),
  fc.constantFrom(...numbers),
);
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('a', 'apple', '10', '2', ''),
  fc.constantFrom(...texts),
);
export const scalar: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: number },
  { weight: 4, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(true, false, null) },
);

export function listOf<T>(entry: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> {
  return fc.array(entry, { maxLength: 4 });
}

/** What lists have in common. */
export const entry: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(0, 1, 10, Number.NaN, 'a', 'apple', '10', null),
  scalar,
);
export const list: fc.Arbitrary<readonly unknown[]> = listOf(entry);

const members = ['a', 'a', 'b', 'b', 'length', '0', 'a b'];

function nested(names: readonly string[]): fc.Arbitrary<unknown> {
  return fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      scalar,
      fc.array(tie('value'), { maxLength: 3 }),
      mapOf(names, tie('value')),
    ),
  })).value;
}

function mapOf(names: readonly string[], value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4, noNullPrototype: true });
}

/** Any value, lists and maps in each other. */
export const literal: fc.Arbitrary<unknown> = fc.oneof(scalar, list, nested(members));

/** Facts may also be maps that cannot become a text or a number, because their `toString` is data. */
const strangeMembers = [...members, 'toString', 'valueOf'];
export const map: fc.Arbitrary<unknown> = mapOf(strangeMembers, nested(strangeMembers));
export const anything: fc.Arbitrary<unknown> = fc.oneof(scalar, list, nested(strangeMembers));
