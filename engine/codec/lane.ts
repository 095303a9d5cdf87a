import { isTime, laneKinds, laneUnits } from './format.ts';
import { isAscending } from './number-lists.ts';

/** How the numbers of a lane are written. */
export interface Lane {
  readonly kind: number;
  readonly unitNumber: number;
  readonly unit: number;
  /** Bits of each number, in its unit. */
  readonly width: number;
}

/** The numbers of the lane that begins at `from`, one in each row of `step`. */
export function laneOf(values: readonly number[], from: number, step: number): Lane {
  if (isTime(values[from])) return { kind: laneKinds.times, unitNumber: 0, unit: 1, width: 0 };
  let greatest = 0;
  let isNegative = false;
  let unitNumber = laneUnits.length - 1;
  for (let at = from; at < values.length; at += step) {
    const value = values[at] as number;
    if (value < 0) isNegative = true;
    greatest = Math.max(greatest, Math.abs(value));
    while (value % (laneUnits[unitNumber] as number) !== 0) unitNumber -= 1;
  }
  if (!isNegative && from === 0 && step === 2 && isAscending(values, from, step)) {
    return { kind: laneKinds.ascending, unitNumber: 0, unit: 1, width: 0 };
  }
  const unit = laneUnits[unitNumber] as number;
  const width = bitsOf(greatest / unit);
  if (isNegative) return { kind: laneKinds.signed, unitNumber, unit, width: width + 1 };
  return { kind: laneKinds.numbers, unitNumber, unit, width };
}

/** Without logarithms, which not every JavaScript engine rounds alike. */
function bitsOf(value: number): number {
  return value < 2 ** 32 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / 2 ** 32);
}
