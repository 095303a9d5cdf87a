import { mulberry32, pick, seedOf } from './random.ts';

/**
 * What the engine has to find out: how each shopper takes to each action. A shopper belongs to a crowd, a crowd likes
 * or dislikes an action, and a shopper differs a little from the crowd. Pure functions of the seed.
 */

export interface Shopper {
  readonly index: number;
  readonly userId: string;
  readonly firstName: string;
  readonly crowd: number;
  /** Preferred category. */
  readonly category: string;
  readonly grantsConsent: boolean;
}

const crowds = 4;
const firstNames = ['Ada', 'Ben', 'Chloe', 'Deniz', 'Emil', 'Fatou', 'Goran', 'Hana'] as const;
export const categories = ['tents', 'jackets', 'trousers', 'boots', 'bags'] as const;

/** Of those who clicked, so many convert. */
export const conversionOfClicks = 0.35;

export function shopperOf(seed: number, index: number): Shopper {
  const random = mulberry32(seedOf(seed, 'shopper', index));
  return {
    index,
    userId: `shopper-${seed}-${index}`,
    firstName: pick(random, firstNames),
    crowd: Math.floor(random() * crowds),
    category: pick(random, categories),
    grantsConsent: random() < 0.85,
  };
}

/** Probability with which this shopper clicks on this action, 0.01 .. 0.6. */
export function clickProbability(seed: number, shopper: Shopper, action: string): number {
  const appeal = mulberry32(seedOf(seed, 'appeal', action))();
  const liking = mulberry32(seedOf(seed, 'crowd', shopper.crowd, action))();
  const own = mulberry32(seedOf(seed, 'own', shopper.index, action))();
  const taste = 0.4 * appeal + 0.45 * liking + 0.15 * own;
  return 0.01 + 0.59 * taste ** 2.5;
}

export function conversionProbability(seed: number, shopper: Shopper, action: string): number {
  return clickProbability(seed, shopper, action) * conversionOfClicks;
}
