import type { DecidedTreatment, PlacementOdds, Reason } from '../model/decision.ts';
import type { Action, Placement } from '../model/rulebook.ts';
import { stillDiverse } from './diversity.ts';
import { explore, type Pick } from './explore.ts';
import { contentScope, type Frame } from './frame.ts';
import { leftAlone, noteNothing } from './nothing.ts';
import { oddsOf } from './odds.ts';
import { commitOption, forbidden } from './permission.ts';
import type { PlacementReasons } from './placement-reasons.ts';
import { renderContent } from './render-content.ts';
import type { ScoredOption } from './score.ts';

/** The treatments of one action that are still in, best first. */
export interface Contender {
  readonly action: Action;
  readonly options: readonly ScoredOption[];
}

export interface Arbitration {
  readonly treatments: readonly DecidedTreatment[];
  readonly odds?: PlacementOdds | undefined;
}

/**
 * Ranks: one treatment per action, the best left takes the next rank (or chance does), and after each rank the
 * policies and budgets are asked again, because what was just chosen counts. Mandatory actions take the first ranks.
 */
export function arbitrate(
  frame: Frame,
  placement: Placement,
  {
    contenders,
    limit,
    reasons: told,
  }: {
    readonly contenders: readonly Contender[];
    readonly limit: number;
    readonly reasons: PlacementReasons;
  },
): Arbitration {
  const treatments: DecidedTreatment[] = [];
  const picks: Pick[] = [];
  const reasons = told.ranked;
  const chosen: Action[] = [];
  let left = contenders;
  const { hasMandatory } = placement;
  while (left.length > 0 && treatments.length < limit) {
    const pick = explore(
      frame,
      hasMandatory ? foremost(left) : left,
      `${placement.name}/${treatments.length + 1}`,
    );
    const { option } = pick;
    picks.push(pick);
    if (!option) {
      if (treatments.length === 0) noteNothing(frame, placement);
      reasons.push(...leftAlone(left));
      left = [];
      break;
    }
    const isTighter = commitOption(frame, option);
    chosen.push(option.action);
    treatments.push(describe(frame, option, { probability: pick.probability, rank: treatments.length + 1 }));
    reasons.push({ action: option.action.name, treatment: option.treatment.name, code: 'chosen' });
    left = left.filter(({ action }) => action !== option.action);
    // What is kept out of no rank was outranked, whatever would speak against it by now.
    if (treatments.length === limit) break;
    if (isTighter) left = stillPermitted(frame, left, reasons);
    if (placement.diversity) left = stillDiverse(placement.diversity, left, chosen, reasons);
  }
  told.outrank(left);
  return { treatments, odds: oddsOf(picks, frame.input.tellsOdds && Number.POSITIVE_INFINITY) };
}

/** As long as a mandatory action is left, the rank is between those. */
function foremost(contenders: readonly Contender[]): readonly Contender[] {
  const mandatory = contenders.filter(isMandatory);
  return mandatory.length > 0 ? mandatory : contenders;
}

function isMandatory({ action }: Contender): boolean {
  return action.mandatory !== undefined;
}

function stillPermitted(
  frame: Frame,
  contenders: readonly Contender[],
  reasons: Reason[],
): readonly Contender[] {
  return contenders.flatMap((contender) => {
    const options = contender.options.filter((option) => !forbidden(frame, option));
    if (options.length > 0) return [{ ...contender, options }];
    const reason = forbidden(frame, bestOption(contender));
    if (reason) reasons.push(reason);
    return [];
  });
}

function bestOption(contender: Contender): ScoredOption {
  return contender.options[0] as ScoredOption;
}

function describe(
  frame: Frame,
  option: ScoredOption,
  { probability, rank }: { readonly probability: number; readonly rank: number },
): DecidedTreatment {
  const { action, treatment, priority, P, P0, V, C, L, cost } = option;
  return {
    action: action.name,
    group: action.group,
    treatment: treatment.name,
    ...renderContent(treatment.content, contentScope(frame, action)),
    rank,
    priority,
    P,
    ...(P0 !== undefined && { P0 }),
    V,
    C,
    L,
    cost,
    probability,
  };
}
