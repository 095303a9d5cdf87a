import { mulberry32, pick, seedOf } from './random.ts';

/**
 * What the engine has to find out: how each shopper takes to each action. Who prefers the same category is one crowd, a
 * crowd likes or dislikes an action, some actions do better on one device, and a shopper differs a little from the crowd.
 * So what shoppers look at gives away most of what they will answer. Pure functions of the seed.
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

const firstNames = ['Ada', 'Ben', 'Chloe', 'Deniz', 'Emil', 'Fatou', 'Goran', 'Hana'] as const;
export const categories = ['tents', 'jackets', 'trousers', 'boots', 'bags'] as const;

/** Of those who clicked, so many convert. */
export const conversionOfClicks = 0.35;

export function shopperOf(seed: number, index: number): Shopper {
  const random = mulberry32(seedOf(seed, 'shopper', index));
  const firstName = pick(random, firstNames);
  const category = pick(random, categories);
  return {
    index,
    userId: `shopper-${seed}-${index}`,
    firstName,
    crowd: crowdOf(seed, category),
    category,
    grantsConsent: random() < 0.85,
  };
}

/** Where and how a shopper is met. */
export interface Moment {
  readonly device?: Device;
}

export type Device = 'phone' | 'desktop';

/** Probability with which this shopper clicks on this action at this moment, 0.01 .. 0.6. */
export function clickProbability(
  seed: number,
  shopper: Shopper,
  action: string,
  { device }: Moment = {},
): number {
  const appeal = mulberry32(seedOf(seed, 'appeal', action))();
  const liking = mulberry32(seedOf(seed, 'crowd', shopper.crowd, action))();
  const own = mulberry32(seedOf(seed, 'own', shopper.index, action))();
  const fit = device === undefined ? 0.5 : mulberry32(seedOf(seed, 'device', device, action))();
  const taste = 0.3 * appeal + 0.4 * liking + 0.15 * own + 0.15 * fit;
  return 0.01 + 0.59 * taste ** 2.5;
}

export function conversionProbability(
  seed: number,
  shopper: Shopper,
  action: string,
  moment: Moment = {},
): number {
  return clickProbability(seed, shopper, action, moment) * conversionOfClicks;
}

function crowdOf(seed: number, category: (typeof categories)[number]): number {
  const shift = Math.floor(mulberry32(seedOf(seed, 'crowds'))() * categories.length);
  return (categories.indexOf(category) + shift) % categories.length;
}
