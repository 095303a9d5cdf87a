import { unreachable } from '../assert.ts';
import { limits } from '../limits.ts';
import type { ModelSnapshot, Tally } from '../model/model-snapshot.ts';
import { tallyOf } from './propensity.ts';

/**
 * What an action adds, in place of what follows it: P(conversion with the action) less P(conversion without any), the latter
 * from a model of its own, learned where nothing was shown (hold-outs, and exploration that chose nothing).
 *
 * UP1. Customers who convert anyway, and customers whom an action drives away, come behind those whom it moves.
 * UP2. Without a model of "no action" there is no uplift, not an uplift of everything: `undefined`, and the caller says so.
 *      Less than `limits.noActionTrialsMin` trials are no model.
 * UP3. A trial of "no action" is a decision that showed a customer nothing by chance, though there was something to show: the
 *      customer is held out, or showing nothing was drawn with a known probability. Nothing for want of anything is no trial.
 *      Who is held out has one as often as contact policies would have let the customer have a contact.
 * UP4. It is at most one success: at the first event, inside the window of a conversion rule that asks for no decision and
 *      speaks of something which may stand in the placement. Of several trials the newest one takes it; and a contact that
 *      came since, and may take it, takes it from all of them, as the last touch does among contacts.
 * UP5. It is no contact. No policy, budget, outcome, report, feature or stream knows of it; it moves with its id, and goes
 *      with its learning window.
 */
export const noAction = 'none';

/** Under which the outcomes without any action are learned, like any other treatment. */
export const noActionModel = 'none/none';

/** What is known of a rate before anything is, and as how many trials that counts. */
const guess = { trials: 20, positives: 1 };

/** How often customers convert without any action; undefined while there are too few trials (UP2). */
export function rateWithout(model: ModelSnapshot): number | undefined {
  const tally = tallyOf(model, noActionModel);
  return tally[0] < limits.noActionTrialsMin ? undefined : drawnRate(tally);
}

/** The same, however little is known. */
export function guessedRateWithout(model: ModelSnapshot): number {
  return drawnRate(tallyOf(model, noActionModel));
}

function drawnRate([trials, positives]: Tally): number {
  return (positives + guess.positives) / (Math.max(trials, positives) + guess.trials);
}

/** What a placement ranks by in place of P: what the action adds, or P itself where that is not known. */
export function addedBy(P: number, P0: number | undefined): number {
  return upliftOf(P, P0) ?? P;
}

/** Conversions added by an action, per customer; negative where it does harm. */
export function upliftOf(withAction: number, without: number | undefined): number | undefined {
  return without === undefined ? undefined : withAction - without;
}

/** Four sorts of customers, by what they do with the action and without. */
export type CustomerClass = 'persuadable' | 'sure thing' | 'lost cause' | 'sleeping dog';

export const customerClasses: readonly CustomerClass[] = [
  'persuadable',
  'sure thing',
  'lost cause',
  'sleeping dog',
];

export interface UpliftThresholds {
  /** An uplift smaller than this, in either direction, moves nobody. */
  readonly leastUplift: number;
  /** Who converts with at least this probability without any action needs none. */
  readonly likely: number;
}

/** Thresholds that follow from how often customers convert without any action: a tenth of it counts, its mean parts them. */
export function thresholdsFor(rateWithout: number): UpliftThresholds {
  return { leastUplift: rateWithout / 10, likely: rateWithout };
}

export function classOf(
  { withAction, without }: { readonly withAction: number; readonly without: number },
  { leastUplift, likely }: UpliftThresholds,
): CustomerClass {
  const uplift = withAction - without;
  if (uplift >= leastUplift) return 'persuadable';
  if (uplift <= -leastUplift) return 'sleeping dog';
  return without >= likely ? 'sure thing' : 'lost cause';
}

/** What a class means, for whoever reads a report. */
export function describeClass(sort: CustomerClass): string {
  switch (sort) {
    case 'persuadable':
      return 'converts because of the action: this is what it is for';
    case 'sure thing':
      return 'converts anyway: the action costs and adds nothing';
    case 'lost cause':
      return 'does not convert either way: the action is lost on them';
    case 'sleeping dog':
      return 'converts less because of the action: better left alone';
    default:
      return unreachable(sort);
  }
}
