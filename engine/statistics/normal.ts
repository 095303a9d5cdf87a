import { exp, log } from './elementary.ts';
import { gammaTail } from './gamma.ts';

const inverseRootOfTwoPi = 0.3989422804014327;

/** The share of a standard normal distribution that lies below x; relatively exact in the lower tail. */
export function normalCdf(x: number): number {
  const tail = gammaTail(0.5, (x * x) / 2) / 2;
  return x < 0 ? tail : 1 - tail;
}

function normalDensity(x: number): number {
  return inverseRootOfTwoPi * exp((-x * x) / 2);
}

/** The value below which a share of a standard normal distribution lies. */
export function normalQuantile(share: number): number {
  if (!(share >= 0 && share <= 1)) return Number.NaN;
  if (share > 0.5) return -normalQuantile(1 - share);
  if (share === 0) return -Infinity;
  if (share === 0.5) return 0;
  // Three of Halley's steps make the four digits of the guess all there are.
  let x = guessOf(share);
  for (let step = 0; step < 3; step += 1) {
    const newton = (normalCdf(x) - share) / normalDensity(x);
    x -= newton / (1 + (newton * x) / 2);
  }
  return x;
}

/** Hastings (1955), to .00045; the share is at most a half. */
function guessOf(share: number): number {
  const t = Math.sqrt(-2 * log(share));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  return above / below - t;
}
