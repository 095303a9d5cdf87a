import type { LogEntry, Partition } from '../../engine/index.ts';
import type { LogReader } from '../../engine/ports.ts';
import type { Life } from './network.ts';
import type { World } from './world.ts';

/** What a durable consumer of one partition remembers on the server. */
interface Consumer {
  delivered: number;
  /** By sequence: when it is delivered again unless it is acknowledged. */
  readonly pending: Map<number, number>;
}

const ackWaitMs = 3_000;
const pollMs = 100;
const consumers = new WeakMap<World, Map<Partition, Consumer>>();

/**
 * A durable consumer with acknowledgements: new messages come first, those that nobody acknowledged come later. What is
 * not above the checkpoint is skipped, in the belief that it was applied.
 */
export function readWithAcks(
  world: World,
  life: Life,
  { partition, after }: { readonly partition: Partition; readonly after: number },
): LogReader {
  const { network, scheduler, log } = world;
  let highWater = after;
  let unacknowledged: readonly number[] = [];
  let isClosed = false;
  const take = (max: number): readonly LogEntry[] => {
    const consumer = consumerOf(world, partition);
    for (const sequence of unacknowledged) consumer.pending.delete(sequence);
    const fresh = log.after(partition, consumer.delivered, max);
    const again = [...consumer.pending]
      .filter(([, until]) => until <= scheduler.now)
      .flatMap(([sequence]) => log.after(partition, sequence - 1, 1));
    const entries = fresh.length > 0 ? fresh : again;
    for (const { sequence } of entries) {
      consumer.delivered = Math.max(consumer.delivered, sequence);
      consumer.pending.set(sequence, scheduler.now + ackWaitMs);
    }
    unacknowledged = entries.map(({ sequence }) => sequence);
    const unseen = entries.filter(({ sequence }) => sequence > highWater);
    highWater = unseen.at(-1)?.sequence ?? highWater;
    return unseen;
  };
  return {
    next: async ({ max, waitMs }) => {
      const end = scheduler.now + waitMs;
      while (!isClosed && scheduler.now < end) {
        const entries = await network.call(life, 'log', async () => take(max));
        if (entries.length > 0) return entries;
        await scheduler.sleep(pollMs);
      }
      return [];
    },
    close: async () => {
      isClosed = true;
    },
  };
}

function consumerOf(world: World, partition: Partition): Consumer {
  const known = consumers.get(world) ?? new Map<Partition, Consumer>();
  consumers.set(world, known);
  const consumer = known.get(partition) ?? { delivered: 0, pending: new Map() };
  known.set(partition, consumer);
  return consumer;
}
