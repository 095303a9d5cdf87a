import type { Interval } from '../../statistics/confidence-sequence.ts';
import type { ArmComparison } from './compare-arms.ts';
import type { SampleRatio } from './sample-ratio.ts';

export interface JudgedComparison extends ArmComparison {
  /** About how many further customers it takes, if the effect is what it seems to be; where it is open and within reach. */
  readonly customersMissing?: number;
}

/** When to stop, in words that say what to do. */
export function comparisonWords(comparison: JudgedComparison): string {
  const { arm, control, finding, interval } = comparison;
  if (!interval) return `${arm}: nothing can be said yet, too little has happened`;
  const effect = `${arm} against ${control}: ${amount(comparison.effect)} a customer (${range(interval)})`;
  if (finding === 'above') return `${effect}. The effect is above zero: you may stop and keep ${arm}`;
  if (finding === 'below') return `${effect}. The effect is below zero: you may stop and keep ${control}`;
  return `${effect}. Not decided yet: ${missingWords(comparison)}`;
}

/** For all arms together. */
export function verdictWords(sampleRatio: SampleRatio, comparisons: readonly JudgedComparison[]): string {
  if (!sampleRatio.isRight) return mismatchWords(sampleRatio);
  const [best, ...rest] = comparisons
    .filter(({ finding }) => finding === 'above')
    .sort((one, other) => other.effect - one.effect);
  if (best && rest.length === 0) return `the effect is above zero: you may stop and keep ${best.arm}`;
  if (best) {
    return `${rest.length + 1} arms are above ${best.control}: you may stop; ${best.arm} has the largest effect so far`;
  }
  const [first] = comparisons;
  if (!first) return 'there is no arm to compare with';
  if (comparisons.every(({ finding }) => finding === 'below')) {
    return `the effect is below zero: you may stop and keep ${first.control}`;
  }
  const open = comparisons.filter(({ finding }) => finding === 'open');
  const soonest = open.reduce((a, b) =>
    (b.customersMissing ?? Infinity) < (a.customersMissing ?? Infinity) ? b : a,
  );
  return `not decided yet: ${missingWords(soonest)}`;
}

function mismatchWords({ arms, p }: SampleRatio): string {
  const sizes = arms.map(
    ({ name, customers, expected }) =>
      `${name} has ${customers} customers and should have ${Math.round(expected)}`,
  );
  return (
    `stop: the arms do not have the sizes they were dealt (${sizes.join(', ')}; by chance that happens once in ` +
    `${onceIn(p)}). Customers get lost on one side, so what the arms show cannot be believed`
  );
}

function missingWords({ interval, customersMissing }: JudgedComparison): string {
  if (!interval) return 'too little has happened';
  return customersMissing === undefined
    ? 'the arms look alike, and no number of customers that is worth waiting for would part them'
    : `about ${customersMissing} more customers, if the effect is what it seems to be`;
}

function onceIn(p: number): string {
  return p > 1e-9 ? `${Math.round(1 / p)} experiments` : 'more than a billion experiments';
}

function range({ low, high }: Interval): string {
  return `between ${amount(low)} and ${amount(high)}, however often you look`;
}

function amount(value: number): string {
  return `${value < 0 ? '' : '+'}${Number(value.toPrecision(3))}`;
}
