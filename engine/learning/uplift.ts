import { unreachable } from '../assert.ts';

/**
 * What an action adds, in place of what follows it: P(conversion with the action) less P(conversion without any), the latter
 * from a model of its own, learned where nothing was shown (hold-outs, and exploration that chose nothing).
 *
 * UP1. Customers who convert anyway, and customers whom an action drives away, come behind those whom it moves.
 * UP2. Without a model of "no action" there is no uplift, not an uplift of everything: `undefined`, and the caller says so.
 */
export const noAction = 'none';

/** Under which the outcomes without any action are learned, like any other treatment. */
export const noActionModel = 'none/none';

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
