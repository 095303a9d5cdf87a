import { tallyKey } from '../learning/propensity.ts';
import type { DecidedTreatment, Decision, PlacementDecision, Reason } from '../model/decision.ts';

/** One rank of one placement: what stood there, and what might have. */
export interface Slot {
  readonly chosen?: DecidedTreatment;
  /** Everything that could have stood there, with its probability given the ranks before; they sum to 1. */
  readonly options: readonly SlotOption[];
  /** Not all of `options` are known: too much was weighed to be put on record, or a couple happened to fall. */
  readonly isPartial: boolean;
}

export interface SlotOption {
  /** `action/treatment`. */
  readonly key: string;
  readonly probability: number;
  /** The propensity it was ranked by. */
  readonly P: number;
}

export const emptySlot: Slot = { options: [], isPartial: false };

/** With another draw the couple might have stood. */
const takenBackSlot: Slot = { options: [], isPartial: true };

/** The rank of a placement in a decision; empty where the decision has no such placement, or put nothing there. */
export function slotOf(placement: PlacementDecision | undefined, rank: number): Slot {
  if (placement?.takenBack !== undefined) return takenBackSlot;
  const chosen = placement?.treatments[rank - 1];
  const told = placement?.odds?.ranks[rank - 1];
  if (!placement?.odds || !told) {
    if (!chosen) return emptySlot;
    const { probability, P } = chosen;
    return { chosen, options: [{ key: keyOf(chosen), probability, P }], isPartial: probability < 1 };
  }
  const { options: keys, P } = placement.odds;
  const options = keys.flatMap((key, index) => {
    const probability = told[index] ?? 0;
    return probability > 0 ? [{ key, probability, P: P[index] ?? 0 }] : [];
  });
  // Showing nothing was one of them, and was drawn.
  if (!chosen) return { options, isPartial: false };
  return { chosen, options, isPartial: false };
}

/** Both books chose the same, out of the same with the same probabilities. */
export function isSameSlot(one: Slot, other: Slot): boolean {
  return (
    (one.chosen && keyOf(one.chosen)) === (other.chosen && keyOf(other.chosen)) &&
    one.isPartial === other.isPartial &&
    one.options.length === other.options.length &&
    one.options.every(({ key, probability }, at) => {
      const same = other.options[at];
      return same?.key === key && same.probability === probability;
    })
  );
}

export function keyOf({ action, treatment }: Pick<DecidedTreatment, 'action' | 'treatment'>): string {
  return tallyKey(action, treatment);
}

export function placementIn(decision: Decision | undefined, name: string): PlacementDecision | undefined {
  return decision?.placements.find(({ placement }) => placement === name);
}

/** The reason with which the action of an option left a placement; undefined where it was no candidate. */
export function reasonFor(placement: PlacementDecision | undefined, key: string): Reason | undefined {
  const action = key.slice(0, key.indexOf('/'));
  return placement?.reasons.find((reason) => reason.action === action);
}
