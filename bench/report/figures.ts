/** What a benchmark found, in one form for all: as the last line of its output, and for the report of all of them. */
export interface Figures {
  readonly bench: string;
  readonly about: About;
  /** The one ratio that sums it up, where there is one. */
  readonly ratio?: number;
  readonly measures: readonly Measure[];
  readonly curves?: readonly Curve[];
  /** Other raw figures, by names of the benchmark's own. */
  readonly raw?: Readonly<Record<string, unknown>>;
}

/** In words, a sentence or two each. */
export interface About {
  readonly question: string;
  readonly workload: string;
  readonly baseline: string;
  readonly notMeasured: string;
}

/** One thing that was measured, mostly beside its baseline. */
export interface Measure {
  readonly name: string;
  /** Of `ours` and `theirs`: us, ms, 1/s, bytes and so on. */
  readonly unit: string;
  readonly ours: number;
  /** What the baseline took or did. */
  readonly theirs?: number;
  /** In which direction is said by the name: "throughput, share of the empty route's". */
  readonly ratio?: Ratio;
  /** What the ratio is to be; where there is none, `ours`. */
  readonly target?: { readonly least: number } | { readonly most: number };
}

/** Of interleaved pairs (baseline, ours, baseline, ours ...): each pair gives one ratio. */
export interface Ratio {
  readonly median: number;
  /** The range of the middle 80 % of the pairs. */
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

/** What something costs as something else grows. */
export interface Curve {
  readonly name: string;
  /** What grows, and what is measured, with its unit. */
  readonly x: string;
  readonly y: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}
