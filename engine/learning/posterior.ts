import { assert } from '../assert.ts';
import { factorise, inverseDiagonal, solve } from '../statistics/cholesky.ts';
import { type AdditiveSums, pairAt, unitsPerOne } from './additive-sums.ts';

/** The Gaussian prior of the weights: independent, and around nothing but for the intercept. */
export interface WeightPrior {
  readonly precision: number;
  readonly interceptPrecision: number;
  readonly interceptMean: number;
}

/** Mean and variance of each weight, by feature id; in four bytes each, as they are stored and served. */
export interface Posterior {
  readonly weights: Float32Array;
  readonly variances: Float32Array;
}

/**
 * Solves for what the sums say of the weights under a prior. Ids that never occurred are as the prior has them and take no
 * part, as the time grows with the cube of what does. One solver serves all models of a code, and keeps its room.
 */
export class PosteriorSolver {
  readonly #matrix: Float64Array;
  readonly #right: Float64Array;
  readonly #diagonal: Float64Array;
  readonly #room: Float64Array;

  constructor(dimension: number) {
    this.#matrix = new Float64Array(dimension * dimension);
    this.#right = new Float64Array(dimension);
    this.#diagonal = new Float64Array(dimension);
    this.#room = new Float64Array(4 * dimension + 16);
  }

  solve(sums: AdditiveSums, prior: WeightPrior): Posterior {
    const posterior = priorOnly(sums.dimension, prior);
    if (!sums.pairs) return posterior;
    const ids = occurring(sums.pairs, sums.dimension);
    const size = ids.length;
    this.#fill(sums, ids, prior);
    assert(factorise(this.#matrix, size), 'the precision of a model is not positive definite');
    solve(this.#matrix, size, this.#right);
    inverseDiagonal(this.#matrix, { size, diagonal: this.#diagonal, room: this.#room });
    for (let index = 0; index < size; index += 1) {
      posterior.weights[ids[index] as number] = this.#right[index] as number;
      posterior.variances[ids[index] as number] = this.#diagonal[index] as number;
    }
    return posterior;
  }

  /** The lower triangle of prior and sums, and the right side, for those ids alone. */
  #fill({ pairs, pulls, weight, pull }: AdditiveSums, ids: readonly number[], prior: WeightPrior): void {
    const size = ids.length;
    const matrix = this.#matrix;
    matrix[0] = prior.interceptPrecision + weight / unitsPerOne;
    this.#right[0] = prior.interceptPrecision * prior.interceptMean + pull / unitsPerOne;
    for (let row = 1; row < size; row += 1) {
      const id = ids[row] as number;
      const own = (pairs?.[pairAt(id, id)] as number) / unitsPerOne;
      matrix[row * size] = own;
      for (let column = 1; column < row; column += 1) {
        matrix[row * size + column] = (pairs?.[pairAt(id, ids[column] as number)] as number) / unitsPerOne;
      }
      matrix[row * size + row] = own + prior.precision;
      this.#right[row] = (pulls[id] as number) / unitsPerOne;
    }
  }
}

function priorOnly(dimension: number, prior: WeightPrior): Posterior {
  const weights = new Float32Array(dimension);
  const variances = new Float32Array(dimension).fill(1 / prior.precision);
  weights[0] = prior.interceptMean;
  variances[0] = 1 / prior.interceptPrecision;
  return { weights, variances };
}

/** The intercept, and the ids with outcomes. */
function occurring(pairs: Float64Array, dimension: number): readonly number[] {
  const ids = [0];
  for (let id = 1; id < dimension; id += 1) {
    if ((pairs[pairAt(id, id)] as number) > 0) ids.push(id);
  }
  return ids;
}
