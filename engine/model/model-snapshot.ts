/** How often a treatment was tried and how often it converted. Sums of integers: order-free, mergeable, retractable. */
export type Tally = readonly [trials: number, positives: number];

/** Tallies by `action/treatment`. */
export type Tallies = Readonly<Record<string, Tally>>;

/** The tallies of all partitions at one moment. */
export interface ModelSnapshot {
  /** Total trials and positives when it was taken; grows with the evidence, 0 for the empty model. */
  readonly version: number;
  readonly tallies: Tallies;
}

export const emptyModel: ModelSnapshot = { version: 0, tallies: {} };
