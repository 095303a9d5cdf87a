import { assert, unreachable } from '../assert.ts';
import { powerOfTwo } from '../features/half-lives.ts';
import { shareOut } from './largest-remainder.ts';
import { isInReach, isViewedBy, type OutcomeReach, type Touch } from './touch.ts';

/**
 * Reporting credit: who gets how much of one outcome. Learning goes by other rules (`customer/outcomes.ts`), because there
 * an outcome is one success of one contact.
 *
 * RA1. The credits of one model sum to the outcome exactly, in its own whole units; where no touch has a claim, all of it is
 *      left over, and nobody gets a part.
 * RA2. A claim have the touches within the window and, where views are asked for, only those that were viewed by then.
 * RA3. Credits depend on times alone, never on the order in which touches are handed in; touches of one moment stand in
 *      that order.
 * RA4. Models stand side by side, each summing to the outcome for itself; sums over several models mean nothing.
 */
export type AttributionModel =
  | { readonly kind: 'last-touch' }
  | { readonly kind: 'first-touch' }
  /** All alike. */
  | { readonly kind: 'linear' }
  /** Half as much for every half-life that a touch lies before the last one. */
  | { readonly kind: 'time-decay'; readonly halfLifeMs: number }
  /** Per cent for the first and the last touch; those between share the rest. Of two, each gets its part of both. */
  | { readonly kind: 'position-based'; readonly first: number; readonly last: number };

/** What is to be put down to somebody. */
export interface AttributedOutcome extends OutcomeReach {
  /** In whole units: cents, millionths, or 1 for the outcome itself. */
  readonly value: number;
  /** Only touches that were viewed have a claim. */
  readonly viewsOnly?: boolean;
}

export interface Attribution {
  /** By touch, in the order in which they were handed in. */
  readonly credits: readonly number[];
  /** What is put down to nobody: all of the outcome, or nothing of it. */
  readonly unattributed: number;
}

/** The usual set. */
export const attributionModels = {
  lastTouch: { kind: 'last-touch' },
  firstTouch: { kind: 'first-touch' },
  linear: { kind: 'linear' },
  timeDecay: { kind: 'time-decay', halfLifeMs: 7 * 24 * 60 * 60 * 1_000 },
  positionBased: { kind: 'position-based', first: 40, last: 40 },
} as const satisfies Readonly<Record<string, AttributionModel>>;

/** The credits of one outcome by one model. */
export function attribute(
  touches: readonly Touch[],
  outcome: AttributedOutcome,
  model: AttributionModel,
): Attribution {
  checkModel(model);
  const places = claims(touches, outcome);
  const credits = touches.map(() => 0);
  if (places.length === 0) return { credits, unattributed: outcome.value };
  const times = places.map((place) => (touches[place] as Touch).at);
  const shares = shareOut(outcome.value, weightsOf(times, model));
  for (const [index, place] of places.entries()) credits[place] = shares[index] as number;
  return { credits, unattributed: 0 };
}

/** For every outcome alike: a model that cannot share out must not wait for the one that shows it. */
function checkModel(model: AttributionModel): void {
  if (model.kind === 'time-decay') assert(model.halfLifeMs > 0, 'a half-life is above 0');
  if (model.kind !== 'position-based') return;
  const parts = [model.first, model.last, 100 - model.first - model.last];
  assert(
    parts.every((part) => Number.isInteger(part) && part >= 0),
    'parts by position are whole, and 100 per cent at most',
  );
}

/** Several models side by side (RA4). */
export function attributeByAll<Name extends string>(
  touches: readonly Touch[],
  outcome: AttributedOutcome,
  models: Readonly<Record<Name, AttributionModel>>,
): Readonly<Record<Name, Attribution>> {
  const all = Object.entries<AttributionModel>(models).map(
    ([name, model]) => [name, attribute(touches, outcome, model)] as const,
  );
  return Object.fromEntries(all) as Record<Name, Attribution>;
}

/** Places of the touches that have a claim, oldest first. */
function claims(touches: readonly Touch[], outcome: AttributedOutcome): readonly number[] {
  const places = touches.flatMap((touch, place) => (hasClaim(touch, outcome) ? [place] : []));
  return places.sort(
    (one, other) => (touches[one] as Touch).at - (touches[other] as Touch).at || one - other,
  );
}

function hasClaim(touch: Touch, outcome: AttributedOutcome): boolean {
  return isInReach(touch, outcome) && (!outcome.viewsOnly || isViewedBy(touch, outcome.at));
}

/** Whole weights of touches at these times, ascending; at least one is above 0. */
function weightsOf(times: readonly number[], model: AttributionModel): readonly number[] {
  const last = times.length - 1;
  switch (model.kind) {
    case 'last-touch':
      return times.map((_, index) => (index === last ? 1 : 0));
    case 'first-touch':
      return times.map((_, index) => (index === 0 ? 1 : 0));
    case 'linear':
      return times.map(() => 1);
    case 'time-decay':
      return times.map((at) => fadedBy(((times[last] as number) - at) / model.halfLifeMs));
    case 'position-based':
      return positionWeights(times.length, model);
    default:
      return unreachable(model);
  }
}

/** Weights of what fades are told in 2^-32, as whole numbers; the last touch has the full one. */
const fullWeight = 2 ** 32;

function fadedBy(halfLives: number): number {
  return Math.round(fullWeight * powerOfTwo(-halfLives));
}

function positionWeights(
  count: number,
  { first, last }: { readonly first: number; readonly last: number },
): readonly number[] {
  if (count === 1) return [1];
  const between = count - 2;
  // Both of no weight would leave two touches without any.
  if (between === 0) return first + last === 0 ? [1, 1] : [first, last];
  const rest = 100 - first - last;
  return [first * between, ...Array.from({ length: between }, () => rest), last * between];
}
