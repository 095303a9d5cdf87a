import { afterAll, beforeAll } from 'vitest';
import { connectRedis } from '../../../adapters/redis/connect-redis.ts';
import { RedisPartitionLeases } from '../../../adapters/redis/redis-partition-leases.ts';
import { defaultTenant } from '../../../engine/model/ids.ts';
import { emptyRedis, startRedis } from '../../support/redis-server.ts';
import type { TestServer } from '../../support/server-process.ts';
import { describePartitionLeases } from './partition-leases-suite.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

describePartitionLeases(
  'redis',
  async () => {
    await emptyRedis(server);
    const connections = await Promise.all([
      connectRedis({ url: server.url }),
      connectRedis({ url: server.url }),
    ]);
    const [mine, theirs] = connections.map(
      (connection, index) =>
        new RedisPartitionLeases({ connection, tenant: defaultTenant, node: `node-${index}` }),
    );
    if (mine === undefined || theirs === undefined) throw new Error('two nodes are needed');
    return {
      node: mine,
      rival: theirs,
      // A lease that has run out is a key that is gone.
      expireAll: () => emptyRedis(server),
      close: async () => {
        for (const connection of connections) await connection.close();
      },
    };
  },
  { exclusive: true },
);
