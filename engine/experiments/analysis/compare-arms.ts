import {
  fixedFactor,
  type Interval,
  intervalAround,
  sequenceFactor,
} from '../../statistics/confidence-sequence.ts';
import { type Adjustment, type ArmPair, adjustedDifference, type Difference } from './adjust-difference.ts';
import { meanOf } from './arm-sums.ts';

export interface ComparisonOptions {
  /** How often the verdict may be wrong, over all looks together. */
  readonly alpha: number;
  /** Customers of both arms together at which the comparison was to end, or is to be sharpest. */
  readonly planned: number;
}

/** What one arm does in comparison with the control. */
export interface ArmComparison {
  readonly arm: string;
  readonly control: string;
  /** The mean by customer in the arm less that in the control. */
  readonly effect: number;
  /** The effect as a part of the control's mean; not where that is nothing. */
  readonly lift?: number;
  readonly standardError: number;
  /** Holds at all looks at once: it may be looked at, and acted upon, at any time. */
  readonly interval?: Interval;
  /** Holds at the one look that was planned; there alone it is shown. */
  readonly intervalAtPlannedEnd?: Interval;
  readonly adjustment?: Adjustment;
  readonly finding: 'above' | 'below' | 'open';
}

/** How far past its plan an experiment is still at its planned end. */
const plannedEndSlack = 1.02;

export function compareArms(pair: ArmPair, options: ComparisonOptions): ArmComparison {
  const difference = adjustedDifference(pair);
  const customers = pair.arm.customers + pair.control.customers;
  const standardError = Math.sqrt(difference.variance);
  const factor = sequenceFactor(customers, { alpha: options.alpha, narrowestAt: options.planned });
  const interval = intervalAround(difference.estimate, { standardError, factor });
  const base = meanOf(pair.control);
  return {
    arm: pair.arm.name,
    control: pair.control.name,
    effect: difference.estimate,
    ...(base !== 0 && !Number.isNaN(base) && { lift: difference.estimate / base }),
    standardError,
    ...(interval && { interval }),
    ...atPlannedEnd(difference, { customers, ...options }),
    ...(difference.adjustment && { adjustment: difference.adjustment }),
    finding: findingOf(interval),
  };
}

function findingOf(interval: Interval | undefined): ArmComparison['finding'] {
  if (!interval) return 'open';
  if (interval.low > 0) return 'above';
  return interval.high < 0 ? 'below' : 'open';
}

interface Now extends ComparisonOptions {
  readonly customers: number;
}

function atPlannedEnd(
  { estimate, variance }: Difference,
  { customers, planned, alpha }: Now,
): { intervalAtPlannedEnd?: Interval } {
  if (customers < planned || customers > planned * plannedEndSlack) return {};
  const standardError = Math.sqrt(variance);
  const interval = intervalAround(estimate, { standardError, factor: fixedFactor(alpha) });
  return interval ? { intervalAtPlannedEnd: interval } : {};
}
