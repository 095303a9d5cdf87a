import { median } from '../measure/statistics.ts';

/** Something that is done again and again, and for how much of what it is measured. */
export interface Grown {
  readonly size: number;
  /** Does it once. */
  readonly once: () => void | Promise<void>;
}

export interface Effort {
  readonly turns: number;
  readonly turnMs: number;
}

/**
 * Processor microseconds of one call, by size: of this process with all of its threads, garbage collection included. What
 * else the machine does takes processor time of its own and counts little here. The sizes take turns.
 */
export async function processorCosts(
  sides: readonly Grown[],
  { turns, turnMs }: Effort,
): Promise<readonly { readonly x: number; readonly y: number }[]> {
  const found = sides.map((side) => ({ side, micros: [] as number[] }));
  // The first turn is for the compilers.
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const { side, micros } of found) {
      const cost = await costOf(side, turnMs);
      if (turn > 0) micros.push(cost);
    }
  }
  return found.map(({ side, micros }) => ({ x: side.size, y: median(micros) }));
}

async function costOf({ once }: Grown, turnMs: number): Promise<number> {
  const began = process.cpuUsage();
  let calls = 0;
  for (;;) {
    const more = Math.max(1, calls);
    for (let call = 0; call < more; call += 1) {
      const waiting = once();
      // A wait for what is not waited for would cost more than a small call itself.
      if (waiting !== undefined) await waiting;
    }
    calls += more;
    const { user, system } = process.cpuUsage(began);
    if (user + system >= turnMs * 500) return (user + system) / calls;
  }
}
