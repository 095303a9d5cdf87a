/**
 * HyperLogLog (Flajolet et al. 2007) over 256 registers of 32-bit hashes, read with the estimator of Ertl (2017), which
 * needs no correction for small or large numbers. The standard error is 1.04 / sqrt(256) = 6.5 %.
 */

export const registerCount = 256;
const rankBits = 24;
/** 1 / (2 ln 2) */
const alpha = 0.7213475204444817;

export function registerOf(hash: number): number {
  return hash >>> rankBits;
}

/** Zeros before the first one among the remaining bits, and one more: 1 to 25. */
export function rankOf(hash: number): number {
  return Math.clz32(hash & 0xff_ffff) - 8 + 1;
}

/** How many different hashes left these highest ranks; 0 stands for a register that saw none. */
export function estimateDistinct(registers: readonly number[]): number {
  const ranks = new Array<number>(rankBits + 2).fill(0);
  for (const rank of registers) ranks[rank] = (ranks[rank] as number) + 1;
  let z = registerCount * tau(1 - (ranks[rankBits + 1] as number) / registerCount);
  for (let rank = rankBits; rank >= 1; rank -= 1) z = 0.5 * (z + (ranks[rank] as number));
  z += registerCount * sigma((ranks[0] as number) / registerCount);
  return Math.round((alpha * registerCount * registerCount) / z);
}

/** x + sum of x^(2^k) 2^(k-1); infinite for 1, where nothing was seen. */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let y = 1;
  let z = share;
  let before: number;
  do {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  } while (z !== before);
  return z;
}

/** (1 - x - sum of (1 - x^(2^-k))^2 2^-k) / 3 */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - share;
  let before: number;
  do {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  } while (z !== before);
  return z / 3;
}
