import type { Random } from '../simulation/random.ts';
import { soon } from './pause.ts';
import type { Stage } from './stage.ts';
import type { Worker } from './workers.ts';

/** Longer than a lease: others have taken over when it wakes. */
const frozenMs = { least: 3_500, most: 7_000 };

export interface FaultCount {
  kills: number;
  readonly byKind: Map<string, number>;
}

/** Faults of workers and of servers, each one after the other, both at once, until the time is over. */
export async function wreak(
  stage: Stage,
  {
    random,
    forMs,
    tell,
  }: { readonly random: Random; readonly forMs: number; readonly tell: (what: string) => void },
): Promise<FaultCount> {
  const count: FaultCount = { kills: 0, byKind: new Map() };
  const end = performance.now() + forMs;
  const note = (kind: string) => {
    count.byKind.set(kind, (count.byKind.get(kind) ?? 0) + 1);
    tell(kind);
  };
  const repeat = async (pauseMs: readonly [number, number], fault: () => Promise<void>) => {
    for (;;) {
      await soon(Math.min(random.between(...pauseMs), Math.max(0, end - performance.now())));
      if (performance.now() >= end) return;
      await fault();
    }
  };
  await Promise.all([
    repeat([1_000, 3_000], () => harmWorker(random.pick(stage.workers), random, { note, count })),
    repeat([2_000, 5_000], async () => {
      const { kind, happen } = random.pick(stage.faults);
      note(kind);
      count.kills += 1;
      await happen(random);
    }),
  ]);
  return count;
}

async function harmWorker(
  worker: Worker,
  random: Random,
  { note, count }: { readonly note: (kind: string) => void; readonly count: FaultCount },
): Promise<void> {
  if (random.chance(0.35)) {
    note('worker frozen');
    worker.freeze();
    await soon(random.between(frozenMs.least, frozenMs.most));
    return worker.thaw();
  }
  note('worker killed');
  count.kills += 1;
  await worker.kill();
  await soon(random.below(1_000));
  worker.launch();
  await worker.isReady();
}
