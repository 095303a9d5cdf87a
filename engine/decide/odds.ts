import { noActionModel } from '../learning/uplift.ts';
import { limits } from '../limits.ts';
import type { PlacementOdds } from '../model/decision.ts';
import type { Pick } from './explore.ts';
import type { ScoredOption } from './score.ts';

/**
 * The odds of one placement, rank by rank, as its record tells them.
 *
 * OD1. Where one rank was weighed, every rank before and behind it is told as well, so that the product over the ranks is
 *      the probability of the slate; a rank without a choice gives what it shows 1.
 * OD2. What was told is bounded: with the rank that would go beyond the bound the telling ends.
 */
export function oddsOf(picks: readonly Pick[], most: number = limits.oddsMax): PlacementOdds | undefined {
  if (!picks.some(({ weighed }) => weighed)) return undefined;
  const places = new Map<string, number>();
  const P: number[] = [];
  const rows: Map<number, number>[] = [];
  for (const pick of picks) {
    const row = rowOf(pick);
    const added = row.filter(({ key }) => !places.has(key)).length;
    if ((places.size + added) * (rows.length + 1) > most) break;
    rows.push(new Map(row.map((share) => [placeOf(share, places, P), share.probability])));
  }
  if (rows.length === 0) return undefined;
  const ranks = rows.map((row) => P.map((_, place) => row.get(place) ?? 0));
  return { options: [...places.keys()], P, ranks };
}

interface Share {
  /** `action/treatment`. */
  readonly key: string;
  readonly P: number;
  readonly probability: number;
}

function rowOf({ option, probability, weighed }: Pick): readonly Share[] {
  if (!weighed) return option ? [shareOf(option, probability)] : [];
  const { options, probabilities } = weighed;
  const row = options.map((one, index) => shareOf(one, probabilities[index] as number));
  const nothing = probabilities[options.length];
  return nothing === undefined ? row : [...row, shareOfNothing(options, nothing)];
}

function shareOf({ treatment, P }: ScoredOption, probability: number): Share {
  return { key: treatment.key, P, probability };
}

/** While it is not known what happens without any action, it is told as 0. */
function shareOfNothing([first]: readonly ScoredOption[], probability: number): Share {
  return { key: noActionModel, P: first?.P0 ?? 0, probability };
}

function placeOf({ key, P: propensity }: Share, places: Map<string, number>, P: number[]): number {
  const known = places.get(key);
  if (known !== undefined) return known;
  const place = places.size;
  places.set(key, place);
  P.push(propensity);
  return place;
}
