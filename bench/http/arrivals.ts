import { Random } from '../measure/random.ts';

export interface Arrivals {
  readonly perSecond: number;
  readonly seconds: number;
  /** With a seed they come by chance, as independent visitors do (a Poisson process); without one in even steps. */
  readonly seed?: number;
}

/** When requests are due, in ms from the beginning. */
export function arrivals({ perSecond, seconds, seed }: Arrivals): Float64Array {
  const stepMs = 1_000 / perSecond;
  const random = seed === undefined ? undefined : new Random(seed);
  const times: number[] = [];
  for (let at = 0; at < seconds * 1_000; at += random ? random.exponential(stepMs) : stepMs) times.push(at);
  return Float64Array.from(times);
}
