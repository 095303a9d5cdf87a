import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawnFrom, type SquareCb, squareCb } from '../../../engine/learning/squarecb.ts';

const how: SquareCb = { decisions: 400, gamma: 200, floor: 0.01, uniform: 0, scale: 1 };

function probabilitiesOf(indices: readonly number[], options: Partial<SquareCb> = {}): number[] {
  const into = new Float64Array(indices.length);
  squareCb(Float64Array.from(indices), indices.length, { ...how, ...options }, into);
  return [...into];
}

const indices = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 40 });
const options = fc.record({
  decisions: fc.integer({ min: 0, max: 10_000_000 }),
  gamma: fc.double({ min: 0, max: 1_000, noNaN: true }),
  floor: fc.double({ min: 0, max: 1, noNaN: true }),
  uniform: fc.double({ min: 0, max: 1, noNaN: true }),
  scale: fc.double({ min: 0.001, max: 1_000, noNaN: true }),
});

describe('inverse gap weighting', () => {
  it('gives each option the smaller a share the further it is behind', () => {
    const [best, near, far] = probabilitiesOf([0.2, 0.19, 0.1]);
    expect(near).toBeCloseTo(1 / (3 + 200 * 20 * 0.01), 12);
    expect(far).toBeCloseTo(0.01 / 3, 12);
    expect(best).toBeCloseTo(1 - (near ?? 0) - (far ?? 0), 12);
  });

  it('lets equal bests share what is left', () => {
    const [one, other, third] = probabilitiesOf([0.2, 0.2, 0.1]);
    expect(one).toBe(other);
    expect((one ?? 0) * 2 + (third ?? 0)).toBeCloseTo(1, 12);
  });

  it('deals out the uniform slice whatever the indices say', () => {
    expect(probabilitiesOf([0.2, 0.1], { uniform: 1 })).toEqual([0.5, 0.5]);
    expect(Math.min(...probabilitiesOf([0.9, 0.1], { floor: 0, uniform: 0.02 }))).toBeGreaterThan(0.01);
  });

  it('adds up to 1, and leaves no option without its part of floor and slice', () => {
    fc.assert(
      fc.property(indices, options, (values, chosen) => {
        const probabilities = probabilitiesOf(values, chosen);
        const sum = probabilities.reduce((total, p) => total + p, 0);
        expect(Math.abs(sum - 1)).toBeLessThanOrEqual(1e-12);
        const least = ((1 - chosen.uniform) * chosen.floor + chosen.uniform) / values.length;
        for (const p of probabilities) expect(p).toBeGreaterThanOrEqual(least - 1e-12);
      }),
    );
  });

  it('keeps sum and floor with one option, with a thousand, and where all are the best', () => {
    expect(probabilitiesOf([-3])).toEqual([1]);
    expect(probabilitiesOf(Array.from({ length: 8 }, () => 0.2))).toEqual(Array(8).fill(1 / 8));
    for (const scale of [0, 1]) {
      const thousand = probabilitiesOf(
        Array.from({ length: 1_000 }, (_, index) => (index * 7919) % 997),
        { decisions: 10_000_000, uniform: 0.02, scale },
      );
      expect(Math.abs(thousand.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThanOrEqual(1e-12);
      expect(Math.min(...thousand)).toBeGreaterThanOrEqual((0.98 * 0.01 + 0.02) / 1_000 - 1e-15);
    }
  });

  it('does not ask where an option stands in the list, and ranks as the indices do', () => {
    fc.assert(
      fc.property(indices, options, (values, chosen) => {
        const forth = probabilitiesOf(values, chosen);
        const back = probabilitiesOf([...values].reverse(), chosen).reverse();
        forth.forEach((p, at) => {
          expect(p).toBeCloseTo(back[at] ?? Number.NaN, 12);
          forth.forEach((other, place) => {
            if ((values[at] as number) > (values[place] as number))
              expect(p).toBeGreaterThanOrEqual(other - 1e-12);
          });
        });
      }),
    );
  });

  it('is the same in another currency', () => {
    const inEuros = probabilitiesOf([12, 11, 3], { scale: 100 });
    const inCents = probabilitiesOf([1_200, 1_100, 300], { scale: 10_000 });
    for (const [index, p] of inEuros.entries()) expect(p).toBeCloseTo(inCents[index] ?? Number.NaN, 12);
  });
});

describe('drawing', () => {
  it('takes each option as often as its probability says', () => {
    const probabilities = Float64Array.from([0.5, 0.125, 0.375]);
    const counts = [0, 0, 0];
    for (let step = 0; step < 800; step += 1) {
      const option = drawnFrom(probabilities, 3, (step + 0.5) / 800);
      counts[option] = (counts[option] ?? 0) + 1;
    }
    expect(counts).toEqual([400, 100, 300]);
  });

  it('takes the last one where rounding leaves a crumb', () => {
    expect(drawnFrom(Float64Array.from([0.1, 0.2]), 2, 1 - 2 ** -53)).toBe(1);
  });
});
