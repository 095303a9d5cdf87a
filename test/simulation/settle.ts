import { hash48 } from '../../engine/chance/hash.ts';
import type { Partition } from '../../engine/index.ts';
import { escrowsOf, isIdle } from './escrows.ts';
import { hasLessonsWaiting } from './lessons.ts';
import type { World } from './world.ts';

/** How long a healed deployment may take until nothing is left to do: several leases, pauses and watchdogs. */
const settleMsMax = 60_000;
export const stepsMax = 60_000;
const lookEveryMs = 400;

/** Lets things happen until nothing is left to do, twice in a row; false when that takes too long. */
export async function settle(world: World, isBusy: () => boolean = () => false): Promise<boolean> {
  const { scheduler } = world;
  const until = scheduler.now + settleMsMax;
  let quiet = 0;
  while (quiet < 2 && scheduler.now < until && scheduler.steps < stepsMax) {
    await scheduler.run(scheduler.now + lookEveryMs, () => scheduler.steps > stepsMax);
    quiet = isBusy() || (await leftToDo(world)) !== undefined ? 0 : quiet + 1;
  }
  return quiet === 2;
}

/** What is left to do, undefined when nothing is. */
export async function leftToDo(world: World): Promise<string | undefined> {
  const { store, log, plan } = world;
  for (let number = 0; number < plan.partitions; number += 1) {
    const partition = number as Partition;
    const shard = store.of(partition).store;
    const { sequence, trail } = await shard.checkpoint(partition);
    const head = log.headOf(partition);
    // Ahead of a log that lost its end, it is still to be moved back.
    if (sequence !== head) return `partition ${number} is at ${sequence} of ${head}`;
    // It may have lost its end, and grown again to the same length.
    const newest = log.entries.find((entry) => entry.sequence === head);
    if (newest && trail[0]?.hash !== hash48(newest.id)) return `partition ${number} applied another end`;
    if ((await shard.outbox(partition, 1)).length > 0)
      return `the outbox of partition ${number} is not empty`;
    const waits = await shard.dueTimers(partition, { wall: Number.MAX_SAFE_INTEGER, stream: 0 }, 1);
    if (waits.length > 0) return `a wait of partition ${number} has not ended`;
  }
  if (await hasLessonsWaiting(world)) return 'some lessons are not learned';
  return (await escrowsOf(world)).some(isIdle) && plan.learns ? 'something lies idle in escrow' : undefined;
}
