import { exp, log } from '../../statistics/elementary.ts';

/**
 * A draw from Beta(alpha, beta), both above 0, made from uniform numbers in [0, 1): as the share of one of two Gamma draws
 * (Marsaglia and Tsang 2000). The same uniforms give the same bits everywhere.
 */
export function drawBeta(alpha: number, beta: number, uniform: () => number): number {
  if (alpha >= 1 && beta >= 1) {
    const left = drawGamma(alpha, uniform);
    return left / (left + drawGamma(beta, uniform));
  }
  // With small shapes both draws may be too small for a number; the ratio of their logarithms is not.
  const left = drawLogGamma(alpha, uniform);
  const right = drawLogGamma(beta, uniform);
  return left < right ? exp(left - right) / (1 + exp(left - right)) : 1 / (1 + exp(right - left));
}

/** More than 95 % of the tries are taken, so that a hundred in vain do not happen. */
const triesMax = 100;

/** A draw from Gamma(shape, 1), for a shape of at least 1. */
function drawGamma(shape: number, uniform: () => number): number {
  const d = shape - 1 / 3;
  const c = 1 / (3 * Math.sqrt(d));
  for (let attempt = 0; attempt < triesMax; attempt += 1) {
    const x = drawNormal(uniform);
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = 1 - uniform();
    // The first test is a cheap bound of the second and takes nearly all.
    if (u < 1 - 0.0331 * x * x * x * x) return d * v;
    if (log(u) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
  }
  return shape;
}

function drawLogGamma(shape: number, uniform: () => number): number {
  if (shape >= 1) return log(drawGamma(shape, uniform));
  return log(drawGamma(shape + 1, uniform)) + log(1 - uniform()) / shape;
}

/** A draw from the standard normal distribution, by the polar method: no sine, no cosine. */
function drawNormal(uniform: () => number): number {
  for (let attempt = 0; attempt < triesMax; attempt += 1) {
    const x = 2 * uniform() - 1;
    const y = 2 * uniform() - 1;
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * log(square)) / square);
  }
  return 0;
}
