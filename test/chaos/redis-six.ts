import { Redis } from 'ioredis';
import { startRedis } from '../support/redis-server.ts';
import type { TestServer } from '../support/server-process.ts';
import { soon } from './pause.ts';

const slots = 16_384;
const nodeTimeoutMs = 2_000;

/** A Redis Cluster of three primaries with a replica each, which elects by itself. */
export class RedisSix {
  readonly #servers: readonly TestServer[];

  private constructor(servers: readonly TestServer[]) {
    this.#servers = servers;
  }

  static async start(): Promise<RedisSix> {
    const servers = await Promise.all(Array.from({ length: 6 }, () => startRedis({ isCluster: true })));
    const six = new RedisSix(servers);
    await six.#join();
    return six;
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
    await soon(2 * nodeTimeoutMs);
    await victim.restart();
    await this.#isWell();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
  }

  async #join(): Promise<void> {
    const clients = this.#servers.map((server) => new Redis(server.port, '127.0.0.1'));
    const [first] = this.#servers;
    try {
      for (const [index, client] of clients.entries()) {
        await client.config('SET', 'cluster-node-timeout', nodeTimeoutMs);
        if (index > 0) await client.cluster('MEET', '127.0.0.1', first?.port ?? 0);
        if (index >= 3) continue;
        const begin = Math.ceil((slots * index) / 3);
        await client.cluster('ADDSLOTSRANGE', begin, Math.ceil((slots * (index + 1)) / 3) - 1);
      }
      const ids = await Promise.all(clients.map(async (client) => String(await client.cluster('MYID'))));
      for (const [index, client] of clients.entries()) {
        if (index < 3) continue;
        const primary = ids[index - 3] ?? '';
        while (!String(await client.cluster('NODES')).includes(primary)) await soon(50);
        await client.cluster('REPLICATE', primary);
      }
    } finally {
      for (const client of clients) client.disconnect();
    }
    await this.#isWell();
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
