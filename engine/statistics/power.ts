import { exp, expOfSum, ln2High } from './exponential.ts';
import { exponentOf, mantissaOf } from './logarithm.ts';

/**
 * x^y = e^(y ln x), the same bits in every JavaScript engine. What is beneath the last bit of ln x is multiplied by y, so
 * the logarithm and the product are carried as sums of two numbers (Dekker, 1971).
 */
const ln2Rest = 1.9082149292705877e-10;
const third = 1 / 3;
/** What 1/3 has beneath its last bit. */
const thirdRest = 1.850371707708594e-17;
/** Beyond this a power of e is infinite or nothing. */
const farthest = 800;

/** As `x ** y` is defined, to within a unit of the last place. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  if (x === 0 || Math.abs(x) === Infinity || Math.abs(y) === Infinity) return powerAtTheEnds(x, y);
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (y === -1) return 1 / x;
  if (y === 0.5) return Math.sqrt(x);
  if (x > 0) return positivePower(x, y);
  if (Math.floor(y) !== y) return NaN;
  return isOdd(y) ? -positivePower(-x, y) : positivePower(-x, y);
}

function powerAtTheEnds(x: number, y: number): number {
  const size = Math.abs(x);
  if (Math.abs(y) === Infinity) {
    if (size === 1) return NaN;
    return size > 1 === y > 0 ? Infinity : 0;
  }
  const power = (size === Infinity) === y > 0 ? Infinity : 0;
  const isNegative = (x < 0 || 1 / x < 0) && isOdd(y);
  return isNegative ? -power : power;
}

function isOdd(y: number): boolean {
  return Math.floor(y) === y && Math.floor(y / 2) * 2 !== y;
}

function positivePower(x: number, y: number): number {
  if (x === 1) return 1;
  const exponent = exponentOf(x);
  const f = mantissaOf(x, exponent) - 1;

  // s = f / (2 + f), and its square.
  const sum = 2 + f;
  const sumRest = f - (sum - 2);
  const s = f / sum;
  const back = s * sum;
  const sRest = (f - back - productRest(s, sum, back) - s * sumRest) / sum;
  const z = s * s;
  const zRest = productRest(s, s, z) + 2 * s * sRest;

  // artanh(s) / s - 1 = z (1/3 + z (1/5 + z/7 + ...)).
  const tail = z * seriesFromFifth(z);
  const inner = third + tail;
  const innerRest = tail - (inner - third) + thirdRest;
  const outer = z * inner;
  const outerRest = productRest(z, inner, outer) + z * innerRest + zRest * inner;

  // ln x = k ln 2 + 2s + 2s outer.
  const twice = 2 * s;
  const last = twice * outer;
  const lastRest = productRest(twice, outer, last) + twice * outerRest + 2 * sRest * outer;
  const near = twice + last;
  const nearRest = last - (near - twice) + lastRest + 2 * sRest;
  const far = exponent * ln2High;
  const whole = far + near;
  const lostHere = Math.abs(far) > Math.abs(near) ? near - (whole - far) : far - (whole - near);
  const wholeRest = lostHere + nearRest + exponent * ln2Rest;
  const ln = whole + wholeRest;
  const lnRest = wholeRest - (ln - whole);

  const product = y * ln;
  if (Math.abs(product) > farthest) return exp(product);
  return expOfSum(product, productRest(y, ln, product) + y * lnRest);
}

/** 1/5 + z/7 + z^2/9 + ... */
function seriesFromFifth(z: number): number {
  let sum = 0;
  for (let divisor = 25; divisor >= 5; divisor -= 2) sum = sum * z + 1 / divisor;
  return sum;
}

/** What a product of two numbers has beneath its last bit, exactly. */
function productRest(a: number, b: number, product: number): number {
  const aHigh = upperHalf(a);
  const bHigh = upperHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** The 26 upper bits of a number. */
function upperHalf(value: number): number {
  const spread = value * 134_217_729;
  return spread - (spread - value);
}
