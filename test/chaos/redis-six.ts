import { Redis } from 'ioredis';
import { type RedisCluster, startRedisClusterOfSix } from '../support/redis-cluster.ts';
import type { TestServer } from '../support/server-process.ts';
import { soon } from './pause.ts';

/** Twice the time after which the others take a node for gone. */
const untilElectedMs = 4_000;

/** A Redis Cluster of three primaries with a replica each, which elects by itself. */
export class RedisSix {
  readonly #cluster: RedisCluster;

  private constructor(cluster: RedisCluster) {
    this.#cluster = cluster;
  }

  static async start(): Promise<RedisSix> {
    return new RedisSix(await startRedisClusterOfSix());
  }

  get #servers(): readonly TestServer[] {
    return this.#cluster.nodes;
  }

  get url(): string {
    const [first, second, third] = this.#servers;
    return [first, second, third].map((server) => `redis://127.0.0.1:${server?.port}`).join(',');
  }

  /** Kills a server that is primary now, waits until another has taken over, and brings it back as a replica. */
  async killPrimary(pick: (count: number) => number): Promise<void> {
    const primaries = await this.#primaries();
    const victim = primaries[pick(primaries.length)];
    if (!victim) return;
    await victim.kill();
    await soon(untilElectedMs);
    await victim.restart();
    await this.#isWell();
  }

  stop(): Promise<void> {
    return this.#cluster.stop();
  }

  /** Every slot is served, and every primary has a replica. */
  async #isWell(): Promise<void> {
    for (;;) {
      const reports = await Promise.all(this.#servers.map((server) => report(server)));
      const primaries = reports.filter(({ replication }) => replication.includes('role:master'));
      const isWell =
        primaries.length === 3 &&
        reports.every(({ cluster }) => cluster.includes('cluster_state:ok')) &&
        primaries.every(({ replication }) => /^slave\d+:.*state=online/m.test(replication));
      if (isWell) return;
      await soon(100);
    }
  }

  async #primaries(): Promise<readonly TestServer[]> {
    const reports = await Promise.all(this.#servers.map((server) => report(server)));
    return this.#servers.filter((_, index) => reports[index]?.replication.includes('role:master'));
  }
}

async function report(
  server: TestServer,
): Promise<{ readonly cluster: string; readonly replication: string }> {
  const client = new Redis(server.port, '127.0.0.1', { maxRetriesPerRequest: 1 });
  client.on('error', () => undefined);
  try {
    return { cluster: String(await client.cluster('INFO')), replication: await client.info('replication') };
  } catch {
    return { cluster: '', replication: '' };
  } finally {
    client.disconnect();
  }
}
