import { propensity } from '../learning/propensity.ts';
import { addedBy, rateWithout } from '../learning/uplift.ts';
import type { Amount, ContextWeight, Factors, FactValues } from '../model/rulebook.ts';
import type { Frame, Option } from './frame.ts';

/**
 * An option with its factors and what they come to.
 *
 * A4. A factor that the placement leaves out is 1, and a cost 0, in a formula as well.
 * A5. Levers are percentage points that add up over issue, group, action and treatment; so are the context weights that
 *     apply. Each sum makes one factor, 1 + sum / 100, which is never below 0.
 * A6. A priority is a finite number, whatever the facts: where there is no number, there is 0.
 * A7. Actions of one priority are told apart by the seed, treatments of one action by their names; the order of the
 *     files has no say.
 */
export interface ScoredOption extends Option, Factors {
  /** P x V x C x L - cost, unless the placement has a formula; where it ranks by uplift, with P - P0 in place of P. */
  readonly priority: number;
  /** P without any action; only where the placement ranks by uplift, and it is known. */
  readonly P0?: number;
  /** As high as P may well be; at least P. */
  readonly upper: number;
}

export function score(frame: Frame, { action, treatment, placement }: Option): ScoredOption {
  const { without } = placement;
  const { facts, input, models } = frame;
  const leavesOut = without.size === 0 ? leavesOutNone : (factor: keyof Factors) => without.has(factor);
  const estimate = leavesOut('P') ? undefined : models?.estimate(action, treatment);
  const P = leavesOut('P') ? 1 : (estimate?.P ?? propensity(input.model, action, treatment));
  const V = leavesOut('V') ? 1 : amountIn(treatment.value, facts);
  const C = leavesOut('C') ? 1 : contextFactor(frame, treatment.weights);
  const L = leavesOut('L') ? 1 : treatment.leverFactor;
  const cost = leavesOut('cost') ? 0 : amountIn(treatment.cost, facts);
  const P0 = placement.ranksByUplift && withoutAction(frame);
  const priority = priorityAt(frame, { placement, V, C, L, cost }, addedBy(P, P0));
  const upper = estimate?.upper ?? P;
  const scored = { action, treatment, placement, P, V, C, L, cost, priority, upper };
  return P0 === undefined ? scored : { ...scored, P0 };
}

function leavesOutNone(): boolean {
  return false;
}

/** P of a conversion without any action; undefined while it is not known. */
export function withoutAction({ models, input }: Frame): number | undefined {
  return models ? models.withoutAction() : rateWithout(input.model);
}

/** What the factors come to with another propensity. */
export function priorityAt(
  { facts }: Frame,
  { placement, V, C, L, cost }: Omit<Factors, 'P'> & Pick<Option, 'placement'>,
  P: number,
): number {
  const { formula } = placement;
  return formula ? formula.of(facts, { P, V, C, L, cost }) : finiteOr0(P * V * C * L - cost);
}

/** An amount for one customer. */
export function amountIn(amount: Amount, facts: FactValues): number {
  return typeof amount === 'number' ? amount : amount.of(facts);
}

/** Every condition is asked at most once a decision, however many treatments it weighs. */
export function contextFactor(
  { facts, weighed }: Pick<Frame, 'facts' | 'weighed'>,
  weights: readonly ContextWeight[],
): number {
  if (weights.length === 0) return 1;
  let points = 0;
  for (const { index, when, weight } of weights) {
    weighed[index] ??= when.holds(facts);
    if (weighed[index]) points += weight;
  }
  return Math.max(0, 1 + points / 100);
}

function finiteOr0(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
