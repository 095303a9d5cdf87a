import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../bench/measure/random.ts';
import { factorise, inverseDiagonal, solve } from '../../../engine/statistics/cholesky.ts';

/** The precision that one-hot predictors leave: a sum of products of vectors, and a ridge. */
function randomPrecision(size: number, random: Random): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) matrix[i * size + i] = 0.5 + random.next();
  for (let observation = 0; observation < 2 * size; observation += 1) {
    const x = Array.from({ length: size }, () => (random.chance(0.3) ? random.next() : 0));
    for (let i = 0; i < size; i += 1) {
      for (let j = 0; j < size; j += 1) {
        matrix[i * size + j] = (matrix[i * size + j] ?? 0) + (x[i] ?? 0) * (x[j] ?? 0);
      }
    }
  }
  return matrix;
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  return vector.map((_, row) =>
    vector.reduce((sum, value, column) => sum + value * (matrix[row * vector.length + column] ?? 0), 0),
  );
}

const sizes = fc.integer({ min: 1, max: 23 });
const seeds = fc.integer();

describe('Cholesky', () => {
  it('has the factor of a textbook', () => {
    const matrix = Float64Array.from([4, 0, 0, 12, 37, 0, -16, -43, 98]);
    expect(factorise(matrix, 3)).toBe(true);
    expect([...matrix]).toEqual([2, 0, 0, 6, 1, 0, -8, 5, 3]);
  });

  it('solves what it has factorised, and reads the lower triangle alone', () => {
    fc.assert(
      fc.property(sizes, seeds, (size, seed) => {
        const random = new Random(seed);
        const matrix = randomPrecision(size, random);
        const right = Float64Array.from({ length: size }, () => random.next() - 0.5);
        const factor = matrix.map((value, index) => (index % size > Math.floor(index / size) ? NaN : value));
        const vector = right.slice();
        expect(factorise(factor, size)).toBe(true);
        solve(factor, size, vector);
        for (const [row, value] of times(matrix, vector).entries())
          expect(value).toBeCloseTo(right[row] ?? 0, 9);
      }),
    );
  });

  it('has the diagonal of the inverse', () => {
    fc.assert(
      fc.property(sizes, seeds, (size, seed) => {
        const factor = randomPrecision(size, new Random(seed));
        expect(factorise(factor, size)).toBe(true);
        const diagonal = new Float64Array(size);
        // What was in the room before makes no difference.
        inverseDiagonal(factor, { size, diagonal, room: new Float64Array(4 * size).fill(NaN) });
        for (const [index, value] of diagonal.entries()) {
          const unit = new Float64Array(size);
          unit[index] = 1;
          solve(factor, size, unit);
          expect(value).toBeCloseTo(unit[index] ?? 0, 10);
        }
      }),
    );
  });

  it.each([
    ['a negative direction', [1, 0, 2, 1]],
    ['a direction without a size', [1, 0, 1, 1]],
    ['what is no number', [NaN, 0, 0, 1]],
    ['what is infinite', [Infinity, 0, 0, 1]],
  ])('refuses a matrix with %s', (_, values) => {
    expect(factorise(Float64Array.from(values), 2)).toBe(false);
  });
});
