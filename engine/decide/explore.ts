import { draw } from '../chance/hash.ts';
import { drawnFrom } from '../learning/squarecb.ts';
import type { Contender } from './arbitrate.ts';
import type { Frame } from './frame.ts';
import { offersNothing } from './nothing.ts';
import type { ScoredOption } from './score.ts';
import { type WeighedExploration, weigh } from './weigh.ts';

/** The option that takes a rank, and the probability with which it did. */
export interface Pick {
  /** undefined: nothing is shown there, nor at any rank behind it. */
  readonly option: ScoredOption | undefined;
  readonly probability: number;
  /** Where options were weighed: all of them, and how likely each was. */
  readonly weighed?: WeighedRank;
}

export interface WeighedRank {
  readonly options: readonly ScoredOption[];
  /** In the order of the options; one more is that of showing nothing. */
  readonly probabilities: Float64Array;
}

/**
 * Fills one rank: the best, or what chance gives. The probability is exact and final: `contenders` are those left after
 * every constraint, given the ranks already filled. Between mandatory actions nothing is tried out. In the control of the
 * ranking every option is as likely as the other, to show nothing among them where that is one.
 */
export function explore(frame: Frame, contenders: readonly Contender[], label: string): Pick {
  const { exploration } = frame.input.rulebook.arbitration;
  const isMandatory = contenders[0]?.action.mandatory !== undefined;
  if (!isMandatory && ranksByChance(frame)) return drawWeighed(frame, contenders, { rules: 'alike', label });
  if (exploration.kind === 'weighed' && !isMandatory) {
    return drawWeighed(frame, contenders, { rules: exploration, label });
  }
  const best = contenders.map(({ options }) => options[0] as ScoredOption);
  const isOpen = best.length > 1 && !isMandatory && exploration.kind === 'share';
  return drawBest(frame, best, { rate: isOpen ? exploration.rate : 0, label });
}

function ranksByChance({ armRules }: Frame): boolean {
  return armRules?.ranksByChance === true;
}

/**
 * With a rate any action's best treatment, each as likely as the other, else the best; the seed breaks ties at the top.
 * Beside ranks that are weighed, the odds of a tie belong to those of the slate.
 */
function drawBest(
  frame: Frame,
  options: readonly ScoredOption[],
  { rate, label }: { readonly rate: number; readonly label: string },
): Pick {
  const { seed } = frame.input;
  const best = bestOf(options);
  const isRandom = draw(seed, `${label}/explore`) < rate;
  const pool = isRandom ? options : best;
  const option = pool[Math.floor(draw(seed, `${label}/pick`) * pool.length)] as ScoredOption;
  const probabilityOf = (one: ScoredOption) =>
    (best.includes(one) ? (1 - rate) / best.length : 0) + rate / options.length;
  const pick = { option, probability: probabilityOf(option) };
  const isAmongWeighed =
    frame.input.rulebook.arbitration.exploration.kind === 'weighed' || ranksByChance(frame);
  if (!frame.input.tellsOdds && !(isAmongWeighed && best.length > 1)) return pick;
  return { ...pick, weighed: { options, probabilities: Float64Array.from(options, probabilityOf) } };
}

function drawWeighed(
  frame: Frame,
  contenders: readonly Contender[],
  { rules, label }: { readonly rules: WeighedExploration | 'alike'; readonly label: string },
): Pick {
  const options = contenders.flatMap((contender) => contender.options);
  const [first] = options;
  const nothing = first !== undefined && offersNothing(frame, first.placement);
  if (options.length === 1 && !nothing) return { option: first, probability: 1 };
  const probabilities =
    rules === 'alike'
      ? alike(options.length + (nothing ? 1 : 0))
      : weigh(frame, options, { ...rules, nothing });
  const index = drawnFrom(probabilities, probabilities.length, draw(frame.input.seed, `${label}/pick`));
  const option = options[index];
  return { option, probability: probabilities[index] as number, weighed: { options, probabilities } };
}

function alike(count: number): Float64Array {
  return new Float64Array(count).fill(1 / count);
}

function bestOf(options: readonly ScoredOption[]): readonly ScoredOption[] {
  let top = Number.NEGATIVE_INFINITY;
  for (const option of options) top = Math.max(top, option.priority);
  return options.filter((option) => option.priority === top);
}
