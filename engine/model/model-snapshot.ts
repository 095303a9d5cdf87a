/** How often a treatment was tried and how often it converted. Sums of integers: order-free, mergeable, retractable. */
export type Tally = readonly [trials: number, positives: number];

/** Tallies by `action/treatment`. */
export type Tallies = Readonly<Record<string, Tally>>;

/** The tallies of all partitions at one moment. */
export interface ModelSnapshot {
  /** Total trials and positives when it was taken; grows with the evidence, 0 for the empty model. */
  readonly version: number;
  readonly tallies: Tallies;
  /** Takes down the tallies that are asked for; only while a decision is made of which a receipt is kept. */
  readonly asked?: Map<string, Tally>;
}

export const emptyModel: ModelSnapshot = { version: 0, tallies: {} };
