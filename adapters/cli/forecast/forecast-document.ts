import type { ForecastReport, LeftOut } from '../../../engine/index.ts';

/** A forecast as `--json` writes it. Shapes change only by additions. */
export interface ForecastDocument extends ForecastReport {
  /** Epoch ms. */
  readonly since: number;
  readonly until: number;
  /** Of the first decision on record in the period; absent where there is none. */
  readonly decidedFrom?: number;
  /** Of all customers, those that were forecast: 0..1. */
  readonly share: number;
  /** Version of the new rulebook, and those that decided in the period. */
  readonly rulebook: string;
  readonly inForce: readonly string[];
  readonly currency: string;
  /** Decisions that could not be made again, by why. */
  readonly leftOut: LeftOut;
}
