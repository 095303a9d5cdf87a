import type { PlacementDecision, Reason } from '../model/decision.ts';
import type { Placement } from '../model/rulebook.ts';
import { fallbackOf } from './fallback.ts';
import { type Frame, markOf, takeBack } from './frame.ts';

type DecideOne = (frame: Frame, placement: Placement) => PlacementDecision;

/**
 * Fills the placements of a request in the order in which they were asked for. Those of one couple (`together`) are
 * filled one after another where the first of them stands, and stand or fall together: if one gets no treatment, what the
 * others got is taken back before anything else is decided, as if it had never been chosen.
 *
 * The probabilities of a couple multiply to that of all it shows: another answer of the couple is another product, and
 * who comes after it sees either all of it or nothing. What was taken back keeps its product, so that with those of all
 * other answers it comes to 1.
 */
export function decideInOrder(
  frame: Frame,
  asked: readonly Placement[],
  decideOne: DecideOne,
): readonly PlacementDecision[] {
  if (!asked.some(({ together }) => together !== undefined)) {
    return asked.map((placement) => decideOne(frame, placement));
  }
  const decided: PlacementDecision[] = [];
  for (const [index, { together }] of asked.entries()) {
    if (decided[index]) continue;
    const members = together === undefined ? [index] : placesOf(asked, together);
    const couple = members.map((member) => asked[member] as Placement);
    const answers = decideCouple(frame, couple, decideOne);
    members.forEach((member, place) => {
      decided[member] = answers[place] as PlacementDecision;
    });
  }
  return decided;
}

function placesOf(asked: readonly Placement[], together: string): readonly number[] {
  return asked.flatMap((placement, index) => (placement.together === together ? [index] : []));
}

function decideCouple(
  frame: Frame,
  couple: readonly Placement[],
  decideOne: DecideOne,
): readonly PlacementDecision[] {
  if (couple.length === 1) return couple.map((placement) => decideOne(frame, placement));
  const before = markOf(frame);
  const answers = couple.map((placement) => decideOne(frame, placement));
  if (answers.every(({ treatments }) => treatments.length > 0)) return answers;
  takeBack(frame, before);
  return answers.map((answer, place) => fallen(frame, couple[place] as Placement, answer));
}

/** Nothing of it was shown, so there are no odds of anything either; but it was chance that nothing was. */
function fallen(
  frame: Frame,
  placement: Placement,
  { odds: _odds, ...answer }: PlacementDecision,
): PlacementDecision {
  const fallback = answer.fallback ?? fallbackOf(frame, placement);
  const takenBack = answer.treatments.reduce((product, { probability }) => product * probability, 1);
  return {
    ...answer,
    treatments: [],
    ...(fallback && { fallback }),
    reasons: answer.reasons.map((reason) => (reason.code === 'chosen' ? coupled(reason, placement) : reason)),
    ...(takenBack < 1 && { takenBack }),
  };
}

function coupled({ action, treatment }: Reason, { together }: Placement): Reason {
  return {
    action,
    ...(treatment !== undefined && { treatment }),
    code: 'coupled',
    ...(together !== undefined && { by: together }),
  };
}
