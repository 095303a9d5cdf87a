import { limits } from '../limits.ts';
import type { Partition } from '../model/ids.ts';
import type { PartitionLeases, Timing } from '../ports.ts';

/**
 * Keeps this node's fair share of the partitions: takes free ones, gives back what is beyond its share, and notices
 * what it lost. A node that dies is replaced within the lease time.
 */
export interface OwnershipOptions {
  readonly leases: PartitionLeases;
  readonly timing: Timing;
  readonly partitions: number;
  readonly gained: (partition: Partition) => void;
  /** Resolves once nothing works on the partition any more. */
  readonly lost: (partition: Partition) => Promise<void>;
  readonly troubled: (error: unknown) => void;
}

export async function keepPartitions(options: OwnershipOptions, signal: AbortSignal): Promise<void> {
  const held = new Set<Partition>();
  while (!signal.aborted) {
    try {
      await balance(options, held);
    } catch (error) {
      options.troubled(error);
    }
    await options.timing.sleep(limits.leaseMs / 3, signal);
  }
  const last = [...held];
  await Promise.all(last.map(options.lost));
  await options.leases.release(last).catch(options.troubled);
  await options.leases.leave().catch(options.troubled);
}

async function balance(options: OwnershipOptions, held: Set<Partition>): Promise<void> {
  const { leases, partitions } = options;
  const { nodes } = await leases.beat();
  const share = Math.ceil(partitions / Math.max(1, nodes));
  const surplus = [...held].slice(share);
  for (const partition of surplus) await drop(options, held, partition);
  if (surplus.length > 0) await leases.release(surplus);

  const kept = new Set(await leases.hold([...held]));
  for (const partition of [...held]) {
    if (!kept.has(partition)) await drop(options, held, partition);
  }
  await takeFree(options, held, share);
}

async function takeFree(options: OwnershipOptions, held: Set<Partition>, share: number): Promise<void> {
  const { leases, partitions } = options;
  for (let number = 0; number < partitions && held.size < share; number += 1) {
    const partition = number as Partition;
    if (held.has(partition)) continue;
    const [taken] = await leases.hold([partition]);
    if (taken === undefined) continue;
    held.add(taken);
    options.gained(taken);
  }
}

async function drop(options: OwnershipOptions, held: Set<Partition>, partition: Partition): Promise<void> {
  held.delete(partition);
  await options.lost(partition);
}
