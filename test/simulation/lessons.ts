import type { Partition } from '../../engine/index.ts';
import { decodeLearnerRecord, learnerKey } from '../../engine/runtime/learner-record.ts';
import { decodePartitionDocument, partitionDocumentKey } from '../../engine/runtime/partition-document.ts';
import type { Fault } from './found-states.ts';
import type { World } from './world.ts';

/** Lessons of a partition: how many its log came to, and how many the learner learned. */
interface Lessons {
  readonly partition: number;
  readonly told: number;
  readonly learned: number;
}

async function lessonsOf(world: World): Promise<readonly Lessons[]> {
  const learner = await recordOf(world);
  const numbers = Array.from({ length: world.plan.partitions }, (_, number) => number);
  return Promise.all(
    numbers.map(async (partition) => {
      const { store } = world.store.of(partition as Partition);
      const [document] = await store.load(partition as Partition, [partitionDocumentKey]);
      const told = (document && decodePartitionDocument(document.value).lessons) ?? 0;
      return { partition, told, learned: learner?.learned[partition] ?? 0 };
    }),
  );
}

async function recordOf({ store }: World) {
  const [document] = await store.of(0 as Partition).store.load(0 as Partition, [learnerKey]);
  return document && decodeLearnerRecord(document.value);
}

/** Some lessons are not learned yet. */
export async function hasLessonsWaiting(world: World): Promise<boolean> {
  if (!world.plan.learns) return false;
  return (await lessonsOf(world)).some(({ told, learned }) => learned < told);
}

/** I11: every lesson is learned exactly once; here all of them are contexts, which the learner keeps one by one. */
export async function checkLessons(world: World, fault: Fault): Promise<void> {
  const { plan, log } = world;
  if (!plan.learns || log.dropped.size > 0) return;
  let told = 0;
  for (const lessons of await lessonsOf(world)) {
    told += lessons.told;
    if (lessons.learned !== lessons.told) {
      fault(
        `I11: partition ${lessons.partition} came to ${lessons.told} lessons, ${lessons.learned} are learned`,
      );
    }
  }
  const kept = (await recordOf(world))?.collecting?.rows.length ?? 0;
  if (kept !== told) fault(`I11: of ${told} contexts, ${kept} are kept`);
}
