import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startServer, type TestServer } from './server-process.ts';

/** A Redis as nextbest wants it: an append-only file flushed every second, no snapshots, nothing evicted. */
export function startRedis(
  options: {
    readonly replicaOf?: TestServer;
    readonly isCluster?: boolean;
    readonly evicts?: boolean;
    /**
     * Every write is in the append-only file before it is told, so that a server that is killed and comes back in place
     * has it. Flushed once a second, it may lack the last two seconds where a disk is slow.
     */
    readonly flushesAlways?: boolean;
  } = {},
): Promise<TestServer> {
  const primary = options.replicaOf;
  return startServer({
    command: 'redis-server',
    scheme: 'redis',
    readyLine: 'Ready to accept connections',
    args: ({ port, secondPort, directory }) => [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', directory],
      ...[
        '--appendonly',
        'yes',
        '--appendfsync',
        options.flushesAlways ? 'always' : 'everysec',
        '--save',
        '',
      ],
      ...['--maxmemory-policy', options.evicts ? 'allkeys-lru' : 'noeviction', '--daemonize', 'no'],
      ...(options.isCluster ? ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'] : []),
      // Where the nodes talk to each other; by default a distance from the port that may lie beyond the last one.
      ...(options.isCluster ? ['--cluster-port', String(secondPort)] : []),
      ...(options.isCluster ? ['--cluster-node-timeout', '2000'] : []),
      ...(primary === undefined ? [] : ['--replicaof', '127.0.0.1', String(primary.port)]),
      ...['--repl-diskless-sync-delay', '0'],
    ],
  });
}

/** Deletes everything in it. */
export async function emptyRedis(server: TestServer): Promise<void> {
  const client = new Redis(server.port, '127.0.0.1');
  await client.flushall();
  client.disconnect();
}

/** A cluster of one node: it holds every slot, and refuses a script whose keys lie in different ones. */
export async function startRedisCluster(
  options: { readonly flushesAlways?: boolean } = {},
): Promise<TestServer> {
  const server = await startRedis({ ...options, isCluster: true });
  const client = new Redis(server.port, '127.0.0.1');
  await client.cluster('ADDSLOTSRANGE', 0, 16_383);
  // It takes a round of the server's own timer until it believes itself complete.
  while (!(await client.cluster('INFO')).includes('cluster_state:ok')) await pause(5);
  client.disconnect();
  return server;
}
