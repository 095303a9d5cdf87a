import { expect, test } from 'vitest';
import { runApart } from './support/run-apart.ts';

/** Of a book with 20 actions, 20 features and 10 policies; what is needed was 28 kB on Node 20, and half of that is room for other versions. */
const decisionBytesMax = 42_000;

/** Contacts have outcomes or none; what a placement tells besides its treatments depends on what was found. */
const shapes = {
  states: 1,
  profiles: 1,
  contacts: 2,
  frames: 1,
  results: 1,
  decisions: 1,
  placements: 3,
  treatments: 1,
};

test('a match allocates nothing, and a decision no more than a bound, over 100,000 calls of each', async () => {
  // Large enough that a collection falls into few of the chunks that are measured.
  const young = ['--min-semi-space-size=64', '--max-semi-space-size=64'];
  const script = new URL('./support/count-bytes.ts', import.meta.url);
  const bytes = (await runApart(script, ['--expose-gc', ...young])) as { match: number; decision: number };
  expect(bytes.match).toBeLessThan(1);
  expect(bytes.decision).toBeLessThan(decisionBytesMax);
});

test('objects of a kind have the same few hidden classes, whoever the customer is', async () => {
  const script = new URL('./support/compare-maps.ts', import.meta.url);
  expect(await runApart(script, ['--allow-natives-syntax'])).toEqual(shapes);
});
