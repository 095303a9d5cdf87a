import type { Random } from '../../../../bench/measure/random.ts';
import type { ArmSums } from '../../../../engine/experiments/analysis/arm-sums.ts';

/** An arm of customers with these outcomes and what was known of them before. */
export function armOfValues(
  name: string,
  values: readonly { readonly outcome: number; readonly before: number }[],
): ArmSums {
  const add = (term: (value: (typeof values)[number]) => number) =>
    values.reduce((sum, value) => sum + term(value), 0);
  return {
    name,
    share: 1,
    customers: values.length,
    sum: add(({ outcome }) => outcome),
    sumOfSquares: add(({ outcome }) => outcome * outcome),
    covariate: {
      sum: add(({ before }) => before),
      sumOfSquares: add(({ before }) => before * before),
      sumOfProducts: add(({ outcome, before }) => outcome * before),
    },
  };
}

/** An arm in which so many of the customers converted. */
export function converted(name: string, customers: number, sum: number): ArmSums {
  return { name, share: 1, customers, sum, sumOfSquares: sum };
}

/** Customers whose outcome is what was known before, as far as `weight` goes, and chance. */
export function customersLike(
  random: Random,
  {
    count,
    weight,
    effect = 0,
  }: { readonly count: number; readonly weight: number; readonly effect?: number },
): readonly { readonly outcome: number; readonly before: number }[] {
  return Array.from({ length: count }, () => {
    const before = random.next();
    return { before, outcome: effect + weight * before + random.next() };
  });
}
