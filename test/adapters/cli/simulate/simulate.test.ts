import { expect, test } from 'vitest';
import { mulberry32, pick, seedOf } from '../../../../adapters/cli/simulate/random.ts';
import { regret } from '../../../../adapters/cli/simulate/simulate-summary.ts';
import { newHalf, RunTally, slicesMax } from '../../../../adapters/cli/simulate/tally.ts';
import { clickProbability, shopperOf } from '../../../../adapters/cli/simulate/tastes.ts';

test('the same seed gives the same numbers, and another seed others', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, mulberry32(seed));
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test('mulberry32 gives the numbers that its author published', () => {
  const random = mulberry32(0);
  expect([random(), random(), random()].map((number) => Math.round(number * 4_294_967_296))).toEqual([
    1_144_304_738, 1_416_247, 958_946_056,
  ]);
});

test('numbers spread evenly over [0, 1)', () => {
  const random = mulberry32(1);
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let draw = 0; draw < 20_000; draw += 1) {
    const tenth = Math.floor(random() * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  expect(Math.min(...tenths)).toBeGreaterThan(1_800);
  expect(Math.max(...tenths)).toBeLessThan(2_200);
});

test('a seed tells its parts apart', () => {
  expect(seedOf(1, 'a', 23)).toBe(seedOf(1, 'a', 23));
  expect(seedOf(1, 'a', 23)).not.toBe(seedOf(1, 'a2', 3));
  expect(pick(() => 0.999, ['a', 'b'])).toBe('b');
});

test('shoppers keep their tastes, which differ between crowds', () => {
  expect(shopperOf(3, 14)).toEqual(shopperOf(3, 14));
  const shoppers = Array.from({ length: 200 }, (_, index) => shopperOf(3, index));
  expect(new Set(shoppers.map(({ crowd }) => crowd)).size).toBe(5);
  const liking = shoppers.map((shopper) => clickProbability(3, shopper, 'win-back-voucher'));
  expect(liking).toEqual(shoppers.map((shopper) => clickProbability(3, shopper, 'win-back-voucher')));
  expect(Math.min(...liking)).toBeGreaterThanOrEqual(0.01);
  expect(Math.max(...liking)).toBeLessThanOrEqual(0.6);
  expect(Math.max(...liking) / Math.min(...liking)).toBeGreaterThan(1.5);
});

test('halves stay halves however many visits a run has', () => {
  const tally = new RunTally();
  const visits = slicesMax * 5;
  for (let visit = 0; visit < visits; visit += 1) {
    tally.add({ ...newHalf(), decisions: 1, bestValue: 1, shownValue: visit < visits / 2 ? 0.5 : 0.75 });
  }
  const [first, second] = tally.halves();
  expect(first.decisions + second.decisions).toBe(visits);
  expect(Math.abs(first.decisions - second.decisions)).toBeLessThanOrEqual(16);
  expect(regret(first)).toBeCloseTo(0.5, 1);
  expect(regret(second)).toBeCloseTo(0.25, 1);
});
