import { exp, log } from '../statistics/elementary.ts';

export interface MixtureOptions {
  /** How strongly the shares follow the better expert. */
  readonly rate: number;
  /** What is dealt out evenly again after every outcome. */
  readonly share: number;
}

/**
 * Shares of experts by exponential weights with a fixed share (Herbster and Warmuth 1998): they follow whoever has been right
 * of late, and nobody falls so far behind that it could not come back.
 */
export class Mixture {
  /** They add up to 1. */
  readonly shares: Float64Array;
  readonly #options: MixtureOptions;

  /** What the shares are in proportion to at first: one an expert. */
  constructor(parts: readonly number[], options: MixtureOptions) {
    const sum = parts.reduce((total, part) => total + part, 0);
    this.shares = Float64Array.from(parts, (part) => part / sum);
    this.#options = options;
  }

  /** Takes in how likely each expert held what happened; `times` is how much the outcome counts. */
  judge(likelihoods: Float64Array, times: number): void {
    const { rate, share } = this.#options;
    const { shares } = this;
    let best = 0;
    for (const likelihood of likelihoods) best = Math.max(best, likelihood);
    let sum = 0;
    for (let index = 0; index < shares.length; index += 1) {
      const behind = log((likelihoods[index] as number) / best);
      shares[index] = (shares[index] as number) * exp(rate * times * behind);
      sum += shares[index] as number;
    }
    for (let index = 0; index < shares.length; index += 1) {
      shares[index] = ((1 - share) * (shares[index] as number)) / sum + share / shares.length;
    }
  }
}
