import type { Curve } from './figures.ts';

type Point = Curve['points'][number];

/** How a cost grows in the upper half of its curve, beside n log n. */
export interface Growth {
  /** By what the cost multiplies when what grows doubles, and by what n log n does over the same points. */
  readonly perDoubling: number;
  readonly reference: number;
  readonly isFaster: boolean;
}

/** A cost may multiply by so much more than n log n at each doubling: busy machines and full caches do that. */
export const toleranceAtDoubling = 1.15;

/** One more than n, so that it has a value above zero at one. */
export function nLogN(n: number): number {
  return n * Math.log(n + 1);
}

/** Undefined where there are fewer than two points to judge by. */
export function growthOf({ points }: Pick<Curve, 'points'>): Growth | undefined {
  const upper = upperHalf(drawable(points));
  if (new Set(upper.map(({ x }) => x)).size < 2) return undefined;
  const perDoubling = 2 ** slopeOf(upper);
  const reference = 2 ** slopeOf(upper.map(({ x }) => ({ x, y: nLogN(x) })));
  return { perDoubling, reference, isFaster: perDoubling > reference * toleranceAtDoubling };
}

/** Points that have a place on logarithmic scales, from left to right. */
export function drawable(points: readonly Point[]): readonly Point[] {
  return points.filter(({ x, y }) => x > 0 && y > 0).sort((one, other) => one.x - other.x);
}

/** From the middle point on: what is fixed hides how a cost grows where little is there yet. */
function upperHalf(points: readonly Point[]): readonly Point[] {
  return points.slice(Math.floor((points.length - 1) / 2));
}

/** The exponent of the power that comes nearest: least squares on logarithmic scales, so that no single point decides. */
function slopeOf(points: readonly Point[]): number {
  const xs = points.map(({ x }) => Math.log(x));
  const ys = points.map(({ y }) => Math.log(y));
  const xMean = mean(xs);
  const yMean = mean(ys);
  const covariance = mean(xs.map((x, index) => (x - xMean) * ((ys[index] as number) - yMean)));
  return covariance / mean(xs.map((x) => (x - xMean) ** 2));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
