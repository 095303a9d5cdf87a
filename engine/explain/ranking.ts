import type { Frame } from '../decide/frame.ts';
import { type ScoredOption, score } from '../decide/score.ts';
import { classOf, guessedRateWithout, thresholdsFor } from '../learning/uplift.ts';
import type { DecidedTreatment, PlacementDecision } from '../model/decision.ts';
import type { Alteration, ComparedRanking, RankedFactors } from '../model/explanation.ts';
import type { ModelSnapshot } from '../model/model-snapshot.ts';
import type { Treatment } from '../model/rulebook.ts';

/** An action in a placement of a request. */
export interface Seat {
  readonly action: string;
  readonly placement: string;
}

/** The factors of an action and of the last that was shown; undefined where the action has no treatment to rank. */
export function compareRanking(
  frame: Frame,
  seat: Seat,
  { treatments }: PlacementDecision,
): ComparedRanking | undefined {
  const own = bestOf(frame, seat);
  const last = treatments[treatments.length - 1];
  const { model } = frame.input;
  return (
    own && {
      own: withClass(factorsOf(own), own, model),
      ...(last && { last: withClass(shownFactors(last), last, model) }),
    }
  );
}

/** What all treatments of an action get, in place of what they have. */
export type Gets = Partial<Pick<Treatment, 'value' | 'leverFactor'>>;

/** The treatment of an action that would rank highest in a placement. */
export function bestOf(
  frame: Frame,
  { action: name, placement: where }: Seat,
  gets?: Gets,
): ScoredOption | undefined {
  const placement = frame.input.rulebook.placements.get(where);
  const candidate = placement?.candidates.find(({ action }) => action.name === name);
  if (!placement || !candidate) return undefined;
  let best: ScoredOption | undefined;
  for (const written of candidate.treatments) {
    const treatment = gets ? { ...written, ...gets } : written;
    const scored = score(frame, { action: candidate.action, treatment, placement });
    if (!best || scored.priority > best.priority) best = scored;
  }
  return best;
}

/** What the customer is to the action, where it is known what happens without any. */
function withClass(
  factors: RankedFactors,
  { P, P0 }: Pick<ScoredOption, 'P' | 'P0'>,
  model: ModelSnapshot,
): RankedFactors {
  if (P0 === undefined) return factors;
  const thresholds = thresholdsFor(guessedRateWithout(model));
  return { ...factors, P0, class: classOf({ withAction: P, without: P0 }, thresholds) };
}

function factorsOf({ action, treatment, priority, P, V, C, L, cost }: ScoredOption): RankedFactors {
  return { action: action.name, treatment: treatment.name, priority, P, V, C, L, cost };
}

function shownFactors({
  action,
  treatment,
  priority,
  P,
  V,
  C,
  L,
  cost,
  probability,
}: DecidedTreatment): RankedFactors {
  return { action, treatment, priority, P, V, C, L, cost, probability };
}

/**
 * The value, else the lever, with which an action's priority would be above a bar: the smallest that was found, rounded up
 * to three digits. None in an empty list: no value and no lever lifts it so high.
 */
export function* priorityRemedies(
  frame: Frame,
  seat: Seat,
  { above, orEqual = false }: { readonly above: number; readonly orEqual?: boolean },
): Generator<readonly Alteration[]> {
  const now = bestOf(frame, seat);
  if (!now) return;
  const isEnough = (gets: Gets): boolean => {
    const best = bestOf(frame, seat, gets);
    return best !== undefined && (best.priority > above || (orEqual && best.priority === above));
  };
  const { action } = seat;
  const value = smallestAbove(now.V, (to) => isEnough({ value: to }));
  if (value !== undefined) yield [{ kind: 'value', action, from: now.V, to: value }];
  const lever = smallestAbove(now.L, (to) => isEnough({ leverFactor: to }));
  if (lever !== undefined) yield [{ kind: 'lever', action, from: now.L, to: lever }];
}

const doublingsMax = 40;
const halvings = 24;

/** Doubles until it is enough, then halves the distance. */
function smallestAbove(from: number, isEnough: (value: number) => boolean): number | undefined {
  let low = from;
  let high = from > 0 ? from * 2 : 0.01;
  for (let round = 0; !isEnough(high); round += 1) {
    if (round === doublingsMax) return undefined;
    low = high;
    high *= 2;
  }
  for (let round = 0; round < halvings; round += 1) {
    const middle = low / 2 + high / 2;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  const rounded = roundedUp(high);
  return isEnough(rounded) ? rounded : high;
}

/** To three digits, without logarithms, which are not the same everywhere. */
function roundedUp(value: number): number {
  let unit = 1;
  while (value / unit >= 1_000) unit *= 10;
  while (value / unit < 100 && unit > 1e-12) unit /= 10;
  // Whole units below one are counted in their inverse, which is exact where the unit is not.
  return unit >= 1 ? Math.ceil(value / unit) * unit : Math.ceil(value / unit) / Math.round(1 / unit);
}
