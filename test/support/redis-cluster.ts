import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startRedis } from './redis-server.ts';
import type { TestServer } from './server-process.ts';

/** A Redis Cluster of real processes: three primaries that share the slots, and a replica of each. */
export interface RedisCluster {
  readonly url: string;
  readonly nodes: readonly TestServer[];
  /** The node that is the primary of a key at the moment. */
  primaryOf(key: string): Promise<TestServer>;
  /** Resolves once every slot is served and every primary has a replica that keeps up. */
  untilWhole(): Promise<void>;
  /** Deletes everything in it. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

const primaries = 3;
const slots = 16_384;

export async function startRedisClusterOfSix(): Promise<RedisCluster> {
  const servers = await Promise.all(
    Array.from({ length: 2 * primaries }, () => startRedis({ isCluster: true })),
  );
  try {
    await form(servers);
    await untilWhole(servers);
  } catch (error) {
    await Promise.all(servers.map((server) => server.stop()));
    throw error;
  }
  return {
    url: `redis+cluster://127.0.0.1:${servers[0]?.port}`,
    nodes: servers,
    primaryOf: (key) => primaryOf(servers, key),
    untilWhole: () => untilWhole(servers),
    empty: () => empty(servers),
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

async function form(servers: readonly TestServer[]): Promise<void> {
  const clients = servers.map(clientOf);
  try {
    const share = Math.ceil(slots / primaries);
    for (const [index, client] of clients.slice(0, primaries).entries()) {
      await client.cluster('SET-CONFIG-EPOCH', index + 1);
      await client.cluster('ADDSLOTSRANGE', index * share, Math.min(slots, (index + 1) * share) - 1);
    }
    const ids = await Promise.all(clients.map((client) => client.call('CLUSTER', 'MYID')));
    await introduce(clients);
    for (const [index, client] of clients.slice(primaries).entries()) {
      await client.call('CLUSTER', 'REPLICATE', String(ids[index]));
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
}

/** Who does not get its turn for two seconds has forgotten whom it was to meet, so it is told again. */
async function introduce(clients: readonly Redis[]): Promise<void> {
  const [first, ...others] = clients;
  const addresses = await Promise.all(others.map(addressOf));
  const meetAll = async () => {
    for (const { port, busPort } of addresses) {
      await first?.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
    }
  };
  await meetAll();
  let looks = 0;
  await until(async () => {
    const seen = await Promise.all(clients.map(nodesAsSeenBy));
    if (seen.every(knowsAll)) return true;
    looks += 1;
    if (looks % looksPerMeeting === 0) await meetAll();
    return false;
  });
}

const looksPerMeeting = 150;

/** Of a node that has met nobody so far: `<id> 127.0.0.1:<port>@<bus port> myself,master ...`. */
async function addressOf(client: Redis) {
  const [self = ''] = await nodesAsSeenBy(client);
  const [, port = '', busPort = ''] = /:(\d+)@(\d+)/.exec(self) ?? [];
  return { port, busPort };
}

function knowsAll(seen: readonly string[]): boolean {
  return seen.length === 2 * primaries && seen.every((line) => !line.includes('handshake'));
}

async function untilWhole(servers: readonly TestServer[]): Promise<void> {
  for (const server of servers) {
    const client = clientOf(server);
    try {
      await until(async () => {
        const info = await client.cluster('INFO');
        const seen = await nodesAsSeenBy(client);
        const isHealthy = info.includes('cluster_state:ok') && info.includes(`cluster_slots_ok:${slots}`);
        const isPaired = seen.filter((line) => / (myself,)?slave /.test(line)).length === primaries;
        const isFailing = seen.some((line) => /fail|handshake|disconnected/.test(line));
        const replication = await client.info('replication');
        return (
          isHealthy &&
          isPaired &&
          !isFailing &&
          /master_link_status:up|slave0:.*state=online/.test(replication)
        );
      });
    } finally {
      client.disconnect();
    }
  }
}

async function empty(servers: readonly TestServer[]): Promise<void> {
  for (const server of servers) {
    const client = clientOf(server);
    const [role] = (await client.role()) as [string];
    if (role === 'master') await client.flushall();
    client.disconnect();
  }
}

async function primaryOf(servers: readonly TestServer[], key: string): Promise<TestServer> {
  for (const server of servers) {
    const client = clientOf(server);
    try {
      const [role] = (await client.role()) as [string];
      if (role !== 'master') continue;
      // A primary answers for its own slots, and names the right one for others.
      await client.exists(key);
      return server;
    } catch (error) {
      if (!String(error).includes('MOVED') && !String(error).includes('closed')) throw error;
    } finally {
      client.disconnect();
    }
  }
  throw new Error(`no node answers for ${key}`);
}

async function nodesAsSeenBy(client: Redis): Promise<readonly string[]> {
  return String(await client.cluster('NODES'))
    .trim()
    .split('\n');
}

/** The servers' own timers decide when. Whoever asks without a pause takes the processor from six servers at work. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(20);
}

function clientOf(server: TestServer): Redis {
  const client = new Redis(server.port, '127.0.0.1', { maxRetriesPerRequest: 0, retryStrategy: () => null });
  // Whoever asks a dead node is told by the call.
  client.on('error', () => undefined);
  return client;
}
