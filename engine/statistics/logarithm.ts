import { ln2High, ln2Low } from './exponential.ts';

/**
 * Natural logarithms that are the same bits in every JavaScript engine, which `Math.log` need not be: made of + - * /
 * and exact bit operations alone.
 *
 * x = 2^k (1 + f) between the square roots of 1/2 and 2, and ln(1 + f) = 2 artanh(s) with s = f / (2 + f): a series in s^2,
 * which is at most .03.
 */
const rootOfTwo = Math.SQRT2;
const step = 0x8000_0000;
const inverseOfStep = 1 / 0x8000_0000;

export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  // `exponentOf` and `mantissaOf` in one, and without a branch that goes either way: this is on the path of decisions.
  let exponent = 31;
  let word = x;
  for (; word < 1; word *= step) exponent -= 31;
  for (; word >= step; word *= inverseOfStep) exponent += 31;
  const zeros = Math.clz32(word * rootOfTwo);
  exponent -= zeros;
  const f = word * powerOfTwo(zeros) * inverseOfStep - 1;
  const s = f / (2 + f);
  const half = 0.5 * f * f;
  const tail = s * (half + seriesOf(s * s));
  return exponent * ln2High - (half - (tail + exponent * ln2Low) - f);
}

/** ln(1 + x), also where x is close to nothing. */
export function log1p(x: number): number {
  const sum = 1 + x;
  if (!(sum > 0) || sum === Infinity || sum === 1) return sum === 1 ? x : log(sum);
  const lost = x >= 1 ? 1 - (sum - x) : x - (sum - 1);
  return log(sum) + lost / sum;
}

/** k of x = 2^k m with m between the square roots of 1/2 and 2; x is a positive number. */
export function exponentOf(x: number): number {
  let exponent = 31;
  let word = x;
  for (; word < 1; word *= step) exponent -= 31;
  for (; word >= step; word *= inverseOfStep) exponent += 31;
  return exponent - Math.clz32(word * rootOfTwo);
}

/** x / 2^exponent, exactly. */
export function mantissaOf(x: number, exponent: number): number {
  let left = exponent;
  let mantissa = x;
  for (; left > 31; left -= 31) mantissa *= inverseOfStep;
  for (; left < -31; left += 31) mantissa *= step;
  return left < 0 ? mantissa * powerOfTwo(-left) : mantissa / powerOfTwo(left);
}

/** For exponents from 0 to 31. */
function powerOfTwo(exponent: number): number {
  return (1 << exponent) >>> 0;
}

/** 2 (z/3 + z^2/5 + z^3/7 + ...), even and odd powers apart, so that the chain of operations is short. */
function seriesOf(z: number): number {
  const w = z * z;
  const odd = z * (2 / 3 + w * (2 / 7 + w * (2 / 11 + w * (2 / 15 + w * (2 / 19)))));
  const even = w * (2 / 5 + w * (2 / 9 + w * (2 / 13 + w * (2 / 17 + w * (2 / 21)))));
  return odd + even;
}
