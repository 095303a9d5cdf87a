import { setImmediate as whenOthersHadTheirTurn } from 'node:timers/promises';
import type { Steps } from '../../engine/index.ts';

/** A request that comes meanwhile waits for the rest of a slice, or of one step where that takes longer. */
const sliceMs = 2;

/** Carries work out a little at a time; in between, the process does whatever else there is to do. */
export async function inSlices<Result>(steps: Steps<Result>): Promise<Result> {
  let began = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - began < sliceMs) continue;
    await whenOthersHadTheirTurn();
    began = performance.now();
  }
}
