/**
 * Powers of e that are the same bits in every JavaScript engine, which `Math.exp` need not be: made of + - * / alone.
 *
 * x = k ln 2 + r with |r| <= ln 2 / 2, and e^r = 1 + 2r / (r coth(r/2) - r), whose even part is a series in r^2 with
 * Bernoulli numbers; seven terms of it are below the last bit.
 */
const inverseOfLn2 = Math.LOG2E;
/** ln 2 in two parts: the first has 32 bits, so that its product with an exponent is exact. */
export const ln2High = 0.6931471803691238;
export const ln2Low = 1.9082149292705877e-10;

/** Above the first a power of e is no number any more, below the second it is nothing. */
const overflowsAbove = 709.782712893384;
const vanishesBelow = -745.1332191019412;
/** From here on the 1 in e^x - 1 is beneath the last bit. */
const oneIsLost = 56;

export function exp(x: number): number {
  return expOfSum(x, 0);
}

/** e^(x + rest), the second being a correction of the first beneath its last bit. */
export function expOfSum(x: number, rest: number): number {
  if (x > overflowsAbove) return Infinity;
  if (x < vanishesBelow) return 0;
  const exponent = Math.floor(x * inverseOfLn2 + 0.5);
  const high = x - exponent * ln2High;
  const low = exponent * ln2Low - rest;
  return scaled(1 + lessOne(high, low), exponent);
}

/** e^x - 1, also where that is close to nothing. */
export function expm1(x: number): number {
  const exponent = Math.floor(x * inverseOfLn2 + 0.5);
  if (exponent === 0) return x === 0 ? x : lessOne(x, 0);
  if (exponent > oneIsLost) return exp(x);
  if (exponent < -oneIsLost) return -1;
  const reduced = lessOne(x - exponent * ln2High, exponent * ln2Low);
  return Number.isNaN(x) ? x : scaled(reduced, exponent) + (scaled(1, exponent) - 1);
}

/** e^(high - low) - 1 for a difference of at most ln 2 / 2. */
function lessOne(high: number, low: number): number {
  const r = high - low;
  const square = r * r;
  const fourth = square * square;
  // r coth(r/2) - 2, split by even and odd powers of the square, so that the chain of operations is short.
  const even = square * (1 / 6 + fourth * (1 / 15_120 + fourth * (1 / 23_950_080 + fourth / 37_362_124_800)));
  const odd = fourth * (1 / 360 + fourth * (1 / 604_800 + fourth * (691 / 653_837_184_000)));
  const tail = r - (even - odd);
  return high - (low - (r * tail) / (2 - tail));
}

const step = 0x4000_0000;

/** A number times 2^exponent, exactly unless the result is subnormal. */
function scaled(value: number, exponent: number): number {
  let left = exponent;
  let result = value;
  for (; left > 30; left -= 30) result *= step;
  for (; left < -30; left += 30) result /= step;
  return left < 0 ? result / (1 << -left) : result * (1 << left);
}
