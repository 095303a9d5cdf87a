import { exp, log, log1p } from './elementary.ts';
import { logGamma, stirlingRest } from './gamma.ts';

const inverseOfTwoPi = 0.15915494309189535;
const tiny = 1e-300;
const enough = 2e-16;
/** A bound, never met: the fraction takes a few times the square root of the larger parameter. */
const termsMax = 100_000;
const stepsMax = 200;

/** A beta distribution: of a rate of which a - 1 successes and b - 1 failures were seen. */
export interface Beta {
  readonly a: number;
  readonly b: number;
}

/** The share of the distribution that lies below x: the regularised incomplete beta function. */
export function betaCdf(x: number, { a, b }: Beta): number {
  if (!(a > 0) || !(b > 0) || Number.isNaN(x)) return Number.NaN;
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on the near side of the mean.
  const isNearSide = x <= (a + 1) / (a + b + 2);
  return isNearSide
    ? (densityTimes(x, 1 - x, { a, b }) * fractionOf(x, { a, b })) / a
    : 1 - (densityTimes(1 - x, x, { a: b, b: a }) * fractionOf(1 - x, { a: b, b: a })) / b;
}

/** The value below which a share of the distribution lies. */
export function betaQuantile(share: number, beta: Beta): number {
  if (!(beta.a > 0) || !(beta.b > 0) || !(share >= 0 && share <= 1)) return Number.NaN;
  if (share === 0 || share === 1) return share;
  let low = 0;
  let high = 1;
  let x = firstGuess(share, beta);
  for (let step = 0; step < stepsMax; step += 1) {
    const excess = betaCdf(x, beta) - share;
    if (excess === 0) return x;
    if (excess > 0) high = x;
    else low = x;
    const newton = x - (excess * x * (1 - x)) / densityTimes(x, 1 - x, beta);
    // Newton's step where it stays between the bounds, half of what is left where it does not.
    const next = newton > low && newton < high ? newton : middleOf(low, high);
    if (Math.abs(next - x) <= enough * next) return next;
    x = next;
  }
  return x;
}

/** By the head of the distribution for small shares, else the mean. */
function firstGuess(share: number, { a, b }: Beta): number {
  const logOfBeta = logGamma(a) + logGamma(b) - logGamma(a + b);
  const head = exp((log(share) + log(a) + logOfBeta) / a);
  const mean = a / (a + b);
  return head > 0 && head < mean ? head : mean;
}

/** Where nothing bounds it below, by orders of magnitude. */
function middleOf(low: number, high: number): number {
  return low === 0 ? high / 1024 : low + (high - low) / 2;
}

/** x^a y^b / B(a, b) for y = 1 - x, without the loss that the large parts of its logarithm would bring. */
function densityTimes(x: number, y: number, { a, b }: Beta): number {
  const n = a + b;
  const excess = b * x - a * y;
  const exponent = a * logOfRatio(excess / a, (x * n) / a) + b * logOfRatio(-excess / b, (y * n) / b);
  const rest = stirlingRest(n) - stirlingRest(a) - stirlingRest(b);
  return exp(exponent + rest) * Math.sqrt(a * (b / n) * inverseOfTwoPi);
}

/** ln of a ratio, of which also is known what it has above 1: the better of the two says it. */
function logOfRatio(excess: number, ratio: number): number {
  return Math.abs(excess) < 0.5 ? log1p(excess) : log(ratio);
}

/** The continued fraction of the incomplete beta function, by the method of Lentz. */
function fractionOf(x: number, { a, b }: Beta): number {
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let k = 1; k < termsMax; k += 1) {
    const twice = a + 2 * k;
    const even = (k * (b - k) * x) / ((twice - 1) * twice);
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + k) * (a + b + k) * x) / (twice * (twice + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < enough * 2) break;
  }
  return fraction;
}

function notZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
