import { type Interval, sequenceFactor } from '../statistics/confidence-sequence.ts';

export type { Interval } from '../statistics/confidence-sequence.ts';

export function intervalAround(value: number, halfWidth: number): Interval {
  return { low: value - halfWidth, high: value + halfWidth };
}

const alpha = 0.05;

/**
 * Half-width of the asymptotic 95 % confidence sequence (the normal mixture of Robbins), which holds however often one looks.
 *
 * @param tunedFor the number of groups at which it is narrowest, set before looking
 */
export function sequenceHalfWidth(given: {
  readonly standardError: number;
  readonly groups: number;
  readonly tunedFor: number;
}): number {
  const { standardError, groups, tunedFor } = given;
  return standardError * sequenceFactor(groups, { alpha, narrowestAt: tunedFor });
}
