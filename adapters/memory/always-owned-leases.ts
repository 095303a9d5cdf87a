import type { Partition } from '../../engine/index.ts';
import type { PartitionLeases } from '../../engine/ports.ts';

/**
 * The leases of a deployment of one node: whatever it asks for is free. Truthful for the memory of a process and for
 * a data directory, which one process alone can open.
 */
export class AlwaysOwnedLeases implements PartitionLeases {
  async beat(): Promise<{ readonly nodes: number }> {
    return { nodes: 1 };
  }

  async hold(partitions: readonly Partition[]): Promise<readonly Partition[]> {
    return partitions;
  }

  /** Nobody else could take them. */
  async release(): Promise<void> {}

  /** Nobody else is there to be told. */
  async leave(): Promise<void> {}
}
