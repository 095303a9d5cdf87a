import { exp, log, log1p } from './elementary.ts';

/** ln(2 pi) / 2. */
const halfLogOfTwoPi = 0.9189385332046727;
/** From here on eight terms of Stirling's series are exact to the last bit. */
const stirlingFrom = 10;
const tiny = 1e-300;
const enough = 1e-16;
/** A bound, never met: the slowest case takes a few times the square root of the shape. */
const termsMax = 100_000;

/** What Stirling's formula lacks: ln gamma(x) - ((x - 1/2) ln x - x + ln(2 pi) / 2). */
function stirlingRest(x: number): number {
  if (x >= stirlingFrom) return seriesOf(x);
  return shiftedLogGamma(x) - ((x - 0.5) * log(x) - x + halfLogOfTwoPi);
}

/** ln gamma(x) by the recursion gamma(x + 1) = x gamma(x), up to where the series holds. */
function shiftedLogGamma(x: number): number {
  let product = 1;
  let shifted = x;
  for (; shifted < stirlingFrom; shifted += 1) product *= shifted;
  return (shifted - 0.5) * log(shifted) - shifted + halfLogOfTwoPi + seriesOf(shifted) - log(product);
}

/** The sum of B(2k) / (2k (2k - 1) x^(2k - 1)). */
function seriesOf(x: number): number {
  const z = 1 / (x * x);
  const later = z * (1 / 1188 - z * (691 / 360_360 - z * (1 / 156 - z * (3617 / 122_400))));
  return (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - later)))) / x;
}

/** The share of a gamma distribution of this shape that lies above x: Q(shape, x). */
export function gammaTail(shape: number, x: number): number {
  if (!(shape > 0) || !(x >= 0)) return Number.NaN;
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  return x < shape + 1 ? 1 - lowerSeries(shape, x) : upperFraction(shape, x);
}

/** The share of a chi-square distribution that lies above a value: the p-value of a test of fit. */
export function chiSquareTail(value: number, degreesOfFreedom: number): number {
  return gammaTail(degreesOfFreedom / 2, value / 2);
}

function lowerSeries(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let divisor = shape + 1; divisor < shape + termsMax; divisor += 1) {
    term *= x / divisor;
    sum += term;
    if (term < sum * enough) break;
  }
  return sum * densityTimes(shape, x);
}

/** Legendre's continued fraction, by the method of Lentz. */
function upperFraction(shape: number, x: number): number {
  let b = x + 1 - shape;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1; k < termsMax; k += 1) {
    const a = -k * (k - shape);
    b += 2;
    d = 1 / notZero(a * d + b);
    c = notZero(b + a / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < enough * 2) break;
  }
  return fraction * densityTimes(shape, x);
}

function notZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** x^shape e^-x / gamma(shape), without the loss that the large parts of its logarithm would bring. */
function densityTimes(shape: number, x: number): number {
  const excess = (x - shape) / shape;
  const logOfRatio = Math.abs(excess) < 0.5 ? log1p(excess) : log(x / shape);
  const exponent = shape * (logOfRatio - excess) - stirlingRest(shape) - halfLogOfTwoPi;
  return exp(exponent) * Math.sqrt(shape);
}
