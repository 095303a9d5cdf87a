import { runSeed } from './run-seed.ts';
import type { Variant } from './variants.ts';

export interface Failure {
  readonly seed: number;
  readonly violations: readonly string[];
}

/**
 * The seeds of a range that fail. What is printed of them is all that is needed to see one again:
 * `npx tsx test/simulation/run.ts --from <seed> --seeds 1`.
 */
export async function failuresOf(variant: Variant, from: number, seeds: number): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (let seed = from; seed < from + seeds; seed += 1) {
    const { violations } = await quietly(() => runSeed(seed, variant));
    if (violations.length > 0) failures.push({ seed, violations });
  }
  return failures;
}

/** The first seed up to a last one that fails. */
export async function firstFailure(variant: Variant, last: number): Promise<Failure | undefined> {
  for (let seed = 1; seed <= last; seed += 1) {
    const [failure] = await failuresOf(variant, seed, 1);
    if (failure) return failure;
  }
  return undefined;
}

/** Thousands of errors are part of every run, and nobody looks at where they were made. */
export async function quietly<Result>(work: () => Promise<Result>): Promise<Result> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
