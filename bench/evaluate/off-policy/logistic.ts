import { factorise, solve } from '../../../engine/statistics/cholesky.ts';
import { sigmoid } from '../../../engine/statistics/elementary.ts';

/** Rows of features, one after the other; the first feature is 1 in every row. */
export interface Features {
  readonly values: Float64Array;
  readonly width: number;
}

const rounds = 25;

/**
 * Logistic regressions with a quadratic penalty, several on the same rows. Newton's method with one bound of the curvature for
 * all rounds and all of them (Böhning and Lindsay 1988), so that the matrix is factorised once; a fixed number of rounds.
 * The policies and the reward model of the protocol are made of it; what is judged are the estimators.
 */
export function fitLogistic(
  features: Features,
  given: {
    readonly rows: ArrayLike<number>;
    readonly penalty: number;
    readonly fits: number;
    /** 1 or 0 by fit and row. */
    readonly label: (fit: number, row: number) => number;
  },
): readonly Float64Array[] {
  const { rows, penalty } = given;
  const factor = boundedCurvature(features, rows, penalty);
  const labels = new Float64Array(rows.length);
  return Array.from({ length: given.fits }, (_, fit) => {
    for (let at = 0; at < rows.length; at += 1) labels[at] = given.label(fit, rows[at] as number);
    return descend(features, { rows, labels, penalty, factor });
  });
}

function descend(
  { values, width }: Features,
  given: { rows: ArrayLike<number>; labels: Float64Array; penalty: number; factor: Float64Array },
): Float64Array {
  const weights = new Float64Array(width);
  const step = new Float64Array(width);
  for (let round = 0; round < rounds; round += 1) {
    for (let k = 0; k < width; k += 1) step[k] = -given.penalty * (weights[k] as number);
    for (let at = 0; at < given.rows.length; at += 1) {
      const start = (given.rows[at] as number) * width;
      const residual = (given.labels[at] as number) - sigmoid(dot(values, start, weights));
      for (let k = 0; k < width; k += 1)
        step[k] = (step[k] as number) + residual * (values[start + k] as number);
    }
    solve(given.factor, width, step);
    for (let k = 0; k < width; k += 1) weights[k] = (weights[k] as number) + (step[k] as number);
  }
  return weights;
}

/** The sum of products of a row, from where it starts, and the weights. */
export function dot(values: Float64Array, start: number, weights: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k += 1) sum += (values[start + k] as number) * (weights[k] as number);
  return sum;
}

/** The factor of x x' / 4 over all rows, and the penalty. */
function boundedCurvature(
  { values, width }: Features,
  rows: ArrayLike<number>,
  penalty: number,
): Float64Array {
  const matrix = new Float64Array(width * width);
  for (let k = 0; k < width; k += 1) matrix[k * width + k] = penalty;
  for (let at = 0; at < rows.length; at += 1) {
    const start = (rows[at] as number) * width;
    for (let row = 0; row < width; row += 1) {
      const scaled = (values[start + row] as number) / 4;
      if (scaled === 0) continue;
      const line = row * width;
      for (let column = 0; column <= row; column += 1) {
        matrix[line + column] =
          (matrix[line + column] as number) + scaled * (values[start + column] as number);
      }
    }
  }
  if (!factorise(matrix, width)) throw new Error('the curvature is not positive definite');
  return matrix;
}
