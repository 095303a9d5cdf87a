import { limits, type Partition } from '../../engine/index.ts';
import type { PartitionLeases } from '../../engine/ports.ts';
import type { Life, Network } from './network.ts';

/** Who holds which partition, by the server's clock alone. */
export class SimulatedLeases {
  readonly #network: Network;
  readonly #beats = new Map<string, number>();
  readonly #held = new Map<Partition, { readonly by: string; readonly until: number }>();

  constructor(network: Network) {
    this.#network = network;
  }

  portFor(life: Life): PartitionLeases {
    const call = <Result>(execute: () => Result) => this.#network.call(life, 'store', async () => execute());
    return {
      beat: () => call(() => this.#beat(life.name)),
      hold: (partitions) => call(() => partitions.filter((partition) => this.#take(partition, life.name))),
      release: (partitions) => call(() => this.#release(partitions, life.name)),
      leave: () => call(() => void this.#beats.delete(life.name)),
    };
  }

  #beat(name: string): { readonly nodes: number } {
    const { now } = this.#network.scheduler;
    this.#beats.set(name, now + limits.leaseMs);
    return { nodes: [...this.#beats.values()].filter((until) => until > now).length };
  }

  #take(partition: Partition, by: string): boolean {
    const { now } = this.#network.scheduler;
    const lease = this.#held.get(partition);
    if (lease !== undefined && lease.by !== by && lease.until > now) return false;
    this.#held.set(partition, { by, until: now + limits.leaseMs });
    return true;
  }

  #release(partitions: readonly Partition[], by: string): void {
    for (const partition of partitions) {
      if (this.#held.get(partition)?.by === by) this.#held.delete(partition);
    }
  }
}
