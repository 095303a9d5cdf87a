import { limits, type Partition, type Tenant } from '../../engine/index.ts';
import type { PartitionLeases } from '../../engine/ports.ts';
import type { RedisConnection } from './redis-connection.ts';
import { RedisKeys } from './redis-keys.ts';
import { callScript, type RedisScript } from './redis-script.ts';
import { beatScript } from './scripts/beat-script.ts';
import { holdScript } from './scripts/hold-script.ts';
import { releaseScript } from './scripts/release-script.ts';

/** Leases as keys that expire. The server's clock alone decides when one has run out. */
export class RedisPartitionLeases implements PartitionLeases {
  readonly #redis: RedisConnection;
  readonly #keys: RedisKeys;
  readonly #node: string;
  /** What this node asked to hold and has not given up, so that leaving gives up all of it. */
  readonly #asked = new Set<Partition>();

  /** @param options.node Unique among the nodes of the deployment, new at every start. */
  constructor(options: {
    readonly connection: RedisConnection;
    readonly tenant: Tenant;
    readonly node: string;
  }) {
    this.#redis = options.connection;
    this.#keys = new RedisKeys(options.tenant);
    this.#node = options.node;
  }

  async beat(): Promise<{ readonly nodes: number }> {
    const nodes = await this.#run('count its nodes', beatScript, [this.#keys.nodes()], [limits.leaseMs]);
    return { nodes: Number(nodes) };
  }

  async hold(partitions: readonly Partition[]): Promise<readonly Partition[]> {
    if (partitions.length === 0) return [];
    // Remembered before the answer: a call whose answer is lost may hold what it asked for.
    for (const partition of partitions) this.#asked.add(partition);
    const reply = await this.#run('grant leases', holdScript, this.#leases(partitions), [limits.leaseMs]);
    const held = Array.isArray(reply) ? reply : [];
    return partitions.filter((_, index) => held[index] === 1);
  }

  async release(partitions: readonly Partition[]): Promise<void> {
    if (partitions.length === 0) return;
    await this.#run('release leases', releaseScript, this.#leases(partitions), []);
    for (const partition of partitions) this.#asked.delete(partition);
  }

  async leave(): Promise<void> {
    await this.release([...this.#asked]);
    await this.#redis.call('forget a node', (client) => client.zrem(this.#keys.nodes(), this.#node));
  }

  #leases(partitions: readonly Partition[]): readonly string[] {
    return partitions.map((partition) => this.#keys.lease(partition));
  }

  /** A lease needs no replica: losing one costs a moment, and the checkpoint guards what matters. */
  #run(
    what: string,
    script: RedisScript,
    keys: readonly string[],
    args: readonly number[],
  ): Promise<unknown> {
    return this.#redis.call(what, (client) => callScript(client, script, keys, [this.#node, ...args]));
  }
}
