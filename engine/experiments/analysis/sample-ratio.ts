import { chiSquareTail } from '../../statistics/gamma.ts';
import type { ArmSums } from './arm-sums.ts';

/** Whether the arms have the sizes that they were dealt. Where they have not, customers got lost on one side, and no effect can be believed. */
export interface SampleRatio {
  readonly chiSquare: number;
  /** How often arms that were dealt rightly differ as much. */
  readonly p: number;
  readonly isRight: boolean;
  readonly arms: readonly { readonly name: string; readonly customers: number; readonly expected: number }[];
}

/** Rare enough that it is no chance, although the check is made at every look. */
const mismatchBelow = 0.001;
/** In an arm that should have fewer customers the distribution is too skew for so small a chance to be told. */
const expectedToTell = 10;

export function checkSampleRatio(arms: readonly ArmSums[]): SampleRatio {
  const customers = arms.reduce((sum, arm) => sum + arm.customers, 0);
  const shares = arms.reduce((sum, arm) => sum + arm.share, 0);
  const checked = arms.map((arm) => ({
    name: arm.name,
    customers: arm.customers,
    expected: (customers * arm.share) / shares,
  }));
  const chiSquare = checked.reduce((sum, arm) => sum + deviationOf(arm), 0);
  const p = arms.length < 2 ? 1 : chiSquareTail(chiSquare, arms.length - 1);
  const isTold = checked.every(({ expected }) => expected === 0 || expected >= expectedToTell);
  const isStray = checked.some((arm) => arm.expected === 0 && arm.customers > 0);
  return { chiSquare, p, isRight: !(p < mismatchBelow && (isTold || isStray)), arms: checked };
}

function deviationOf({ customers, expected }: SampleRatio['arms'][number]): number {
  if (customers === expected) return 0;
  return ((customers - expected) * (customers - expected)) / expected;
}
