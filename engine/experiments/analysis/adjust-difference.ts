import {
  type ArmSums,
  covarianceOf,
  covariateMeanOf,
  covariateVarianceOf,
  meanOf,
  varianceOf,
} from './arm-sums.ts';

/** The difference between two arms, and how sure it is. */
export interface Difference {
  readonly estimate: number;
  /** Of the estimate. */
  readonly variance: number;
  readonly adjustment?: Adjustment;
}

/** What was known of the customers before took chance out of the difference. */
export interface Adjustment {
  readonly theta: number;
  /** The part of the variance that it took away, 0..1. */
  readonly varianceCut: number;
}

export interface ArmPair {
  readonly arm: ArmSums;
  readonly control: ArmSums;
}

/** The difference of the means as it is. */
export function plainDifference({ arm, control }: ArmPair): Difference {
  return {
    estimate: meanOf(arm) - meanOf(control),
    variance: varianceOf(arm) / arm.customers + varianceOf(control) / control.customers,
  };
}

/**
 * The difference of the means less theta times the difference of the covariates, which chance alone has made (Deng, Xu,
 * Kohavi and Walker, 2013). Theta is the one that leaves the least variance, so what has nothing to say changes nothing;
 * where the one number that was fitted costs more than it brings, the plain difference stands.
 */
export function adjustedDifference(pair: ArmPair): Difference {
  const plain = plainDifference(pair);
  const { arm, control } = pair;
  const covariance = covarianceOf(arm) / arm.customers + covarianceOf(control) / control.customers;
  const covariateVariance =
    covariateVarianceOf(arm) / arm.customers + covariateVarianceOf(control) / control.customers;
  const theta = covariance / covariateVariance;
  const freedom = arm.customers + control.customers - 2;
  const variance = ((plain.variance - theta * covariance) * freedom) / (freedom - 1);
  if (!(variance > 0 && variance < plain.variance)) return plain;
  const estimate = plain.estimate - theta * (covariateMeanOf(arm) - covariateMeanOf(control));
  return { estimate, variance, adjustment: { theta, varianceCut: 1 - variance / plain.variance } };
}
