/**
 * What an arm of an experiment adds up to. One summand is one customer, with all that the customer did: several decisions of
 * one person are no independent witnesses, and sums over customers take that into account by themselves.
 */
export interface ArmSums {
  readonly name: string;
  /** The part of the customers that it was to be dealt; shares count in relation to each other. */
  readonly share: number;
  readonly customers: number;
  /** Of the outcome by customer: 1 and 0, a count, or an amount. */
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Of what was known of the customers before the experiment touched them. */
  readonly covariate?: CovariateSums;
}

export interface CovariateSums {
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Of the products with the outcome. */
  readonly sumOfProducts: number;
}

export function meanOf({ sum, customers }: ArmSums): number {
  return sum / customers;
}

export function varianceOf({ sum, sumOfSquares, customers }: ArmSums): number {
  return spread(sumOfSquares, sum * sum, customers);
}

export function covariateMeanOf({ covariate, customers }: ArmSums): number {
  return (covariate?.sum ?? Number.NaN) / customers;
}

export function covariateVarianceOf({ covariate, customers }: ArmSums): number {
  return covariate ? spread(covariate.sumOfSquares, covariate.sum * covariate.sum, customers) : Number.NaN;
}

export function covarianceOf({ covariate, sum, customers }: ArmSums): number {
  return covariate
    ? (covariate.sumOfProducts - (covariate.sum * sum) / customers) / (customers - 1)
    : Number.NaN;
}

/** Rounding may leave less than nothing of a spread that is none. */
function spread(squares: number, squareOfSum: number, customers: number): number {
  return Math.max(0, (squares - squareOfSum / customers) / (customers - 1));
}
