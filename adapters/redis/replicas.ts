import type { Redis } from 'ioredis';
import { slotOf } from './key-slot.ts';
import type { RedisClient } from './redis-script.ts';

/** The name of the only primary where there is no cluster. */
const single = 'single';

/**
 * Which primaries have a replica that keeps up. Each is asked for itself: where one shard of a cluster has lost its
 * replica, the others go on waiting for theirs.
 */
export class Replicas {
  #attached: ReadonlyMap<string, boolean> = new Map();

  /** Whether every primary has one. */
  get isComplete(): boolean {
    return this.#attached.size > 0 && ![...this.#attached.values()].includes(false);
  }

  /** Asks them all; rejects when none answers. What is known of one that does not answer stays. */
  async look(client: RedisClient): Promise<void> {
    const nodes = primariesOf(client);
    const reports = await Promise.allSettled(nodes.map((node) => node.info('replication')));
    const [first] = reports;
    if (first?.status === 'rejected' && reports.every(({ status }) => status === 'rejected'))
      throw first.reason;
    const attached = new Map<string, boolean>();
    for (const [index, node] of nodes.entries()) {
      const name = nameOf(client, node);
      const report = reports[index];
      const known = report?.status === 'fulfilled' ? isFollowed(report.value) : this.#attached.get(name);
      if (known !== undefined) attached.set(name, known);
    }
    this.#attached = attached;
  }

  /** Whether a write under a hash tag is to wait. A primary that was never asked, as after a fail-over, may have one. */
  expectsOne(client: RedisClient, tag: string): boolean {
    const name = 'slots' in client ? client.slots[slotOf(tag)]?.[0] : single;
    return name === undefined || (this.#attached.get(name) ?? true);
  }
}

/** The nodes that hold keys, as far as the client is connected to them. */
export function primariesOf(client: RedisClient): readonly Redis[] {
  return 'nodes' in client ? client.nodes('master') : [client];
}

/**
 * Every node that holds keys, as the cluster says now. A client leaves out a node to which it has lost its connection,
 * and one that it has not heard of yet, until a command for a key of that node was sent elsewhere and came back.
 */
export async function askForPrimaries(client: RedisClient): Promise<readonly Redis[]> {
  if ('nodes' in client) {
    await new Promise<void>((resolve, reject) => {
      client.refreshSlotsCache((error) => (error ? reject(error) : resolve()));
    });
  }
  return primariesOf(client);
}

function isFollowed(report: string): boolean {
  return /^slave\d+:.*state=online/m.test(report);
}

/** As the client's table of slots calls it. */
function nameOf(client: RedisClient, node: Redis): string {
  return 'slots' in client ? `${node.options.host}:${node.options.port}` : single;
}
