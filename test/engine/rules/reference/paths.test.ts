import fc from 'fast-check';
import { Almanac } from 'json-rules-engine';
import { describe, expect, it } from 'vitest';
import { followPath, parsePropertyPath } from '../../../../engine/rules/conditions/property-path.ts';
import { anything, map } from './random-values.ts';

const names = ['a', 'b', 'length', '0', '1', 'toString', 'constructor', 'valueOf', 'b-c', '_', 'é'];
const chain = fc.oneof(
  fc.constantFrom(...names).map((name) => `.${name}`),
  fc.constantFrom(0, 1, 10).map((index) => `[${index}]`),
  fc.constantFrom(...names, 'a b', 'a.b').map((name) => `['${name}']`),
  fc.constantFrom(...names, 'a b').map((name) => `["${name}"]`),
);
/** What JSONPath has beyond chains, and what is no path at all. */
const other = fc.constantFrom(
  ...[
    '..',
    '*',
    '^',
    '~',
    '[*]',
    '[0,1]',
    '[0:1]',
    '[-1]',
    "['a','b']",
    '[?(@.a)]',
    '[(@.length-1)]',
    '@string()',
  ],
  ...['.', '[', ']', "'", '`a', ' ', '#', ';', '$', ',', 'a'],
);
const path = fc
  .tuple(
    fc.oneof(fc.constant('$'), fc.constantFrom('', '.', ...names)),
    fc.array(fc.oneof({ weight: 9, arbitrary: chain }, { weight: 1, arbitrary: other }), { maxLength: 4 }),
  )
  .map(([start, steps]) => start + steps.join(''));

/** What json-rules-engine reads at a path of a fact. */
function read(value: unknown, path: string): Promise<unknown> {
  const almanac = new Almanac();
  almanac.addFact('fact', value);
  return almanac.factValue('fact', {}, path);
}

describe('a path', () => {
  it('that is taken leads where json-rules-engine finds its value', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(path, fc.oneof(map, anything), async (written, value) => {
        const steps = written === '' ? undefined : parsePropertyPath(written);
        if (!steps) return;
        taken += 1;
        expect(followPath(value, steps)).toBe(await read(value, written));
      }),
      { numRuns: 6_000 },
    );
    expect(taken).toBeGreaterThan(3_000);
  });

  it.each([
    ...[
      '$..a',
      '$.*',
      '$.a[*]',
      '$.a[0,1]',
      '$.a[0:2]',
      '$.a[-1]',
      "$['a','b']",
      '$.a[?(@.b)]',
      '$.a^',
      '$.a~',
    ],
    // These begin a search below, or look for a name that is empty.
    ...['.a', '$.[0]', "$.['a']", '[0]', "['a']", '$.', '$a'],
    // json-rules-engine throws on these whatever the fact, because its cache of paths already has such a member.
    ...['toString', 'constructor', '__proto__'],
  ])('that is no plain chain is not taken: %s', (written) => {
    expect(parsePropertyPath(written)).toBeUndefined();
  });
});
