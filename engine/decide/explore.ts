import { draw } from '../chance/hash.ts';
import type { Frame } from './frame.ts';
import type { ScoredOption } from './score.ts';

/** The option that takes a rank, and the probability with which it did. */
export interface Pick {
  readonly option: ScoredOption;
  readonly probability: number;
}

/**
 * Fills one rank: with the exploration rate any option, each as likely as the other, else the best; ties at the top
 * are broken by the seed. The probability is exact and final: `options` are those left after every constraint, given
 * the ranks already filled. Between mandatory actions nothing is tried out.
 */
export function explore(frame: Frame, options: readonly ScoredOption[], label: string): Pick {
  const { seed, rulebook } = frame.input;
  const isOpen = options.length > 1 && options[0]?.action.mandatory === undefined;
  const rate = isOpen ? rulebook.arbitration.explorationRate : 0;
  const best = bestOf(options);
  const isRandom = draw(seed, `${label}/explore`) < rate;
  const pool = isRandom ? options : best;
  const option = pool[Math.floor(draw(seed, `${label}/pick`) * pool.length)] as ScoredOption;
  const greedy = best.includes(option) ? (1 - rate) / best.length : 0;
  return { option, probability: greedy + rate / options.length };
}

function bestOf(options: readonly ScoredOption[]): readonly ScoredOption[] {
  let top = Number.NEGATIVE_INFINITY;
  for (const option of options) top = Math.max(top, option.priority);
  return options.filter((option) => option.priority === top);
}
