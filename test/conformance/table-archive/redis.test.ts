import { afterAll, beforeAll } from 'vitest';
import { connectRedis } from '../../../adapters/redis/connect-redis.ts';
import { RedisTableArchive } from '../../../adapters/redis/redis-table-archive.ts';
import { defaultTenant, type Tenant } from '../../../engine/index.ts';
import { emptyRedis, startRedis } from '../../support/redis-server.ts';
import type { TestServer } from '../../support/server-process.ts';
import { overServer } from '../over-server.ts';
import { describeTableArchive } from './table-archive-suite.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

/** Two connections, as two nodes have them. */
async function connect(url: string) {
  const [here, there] = await Promise.all([connectRedis({ url }), connectRedis({ url })]);
  return {
    archive: new RedisTableArchive({ connection: here, tenant: defaultTenant }),
    elsewhere: new RedisTableArchive({ connection: there, tenant: defaultTenant }),
    other: new RedisTableArchive({ connection: here, tenant: 'other' as Tenant }),
    close: async () => {
      await Promise.all([here.close(), there.close()]);
    },
  };
}

describeTableArchive('redis', async () => {
  await emptyRedis(server);
  return overServer(server, connect, ({ archive, elsewhere, other }) => ({ archive, elsewhere, other }));
});
