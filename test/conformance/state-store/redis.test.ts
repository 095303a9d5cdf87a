import { afterAll, beforeAll } from 'vitest';
import { connectRedis } from '../../../adapters/redis/connect-redis.ts';
import type { RedisConnection } from '../../../adapters/redis/redis-connection.ts';
import { RedisStateStore } from '../../../adapters/redis/redis-state-store.ts';
import { defaultTenant, type Tenant } from '../../../engine/model/ids.ts';
import { emptyRedis, startRedis, startRedisCluster } from '../../support/redis-server.ts';
import type { TestServer } from '../../support/server-process.ts';
import { wallClock } from '../../support/wall-clock.ts';
import { describeStateStore, type StateStoreSubject } from './state-store-suite.ts';

let server: TestServer;
let cluster: TestServer;
beforeAll(async () => {
  const options = { flushesAlways: true };
  [server, cluster] = await Promise.all([startRedis(options), startRedisCluster(options)]);
});
afterAll(() => Promise.all([server.stop(), cluster.stop()]));

async function open(backing: TestServer, url: string): Promise<StateStoreSubject> {
  const subject = subjectOn(await connectRedis({ url }));
  return {
    ...subject,
    reopen: async () => {
      await subject.close();
      await backing.kill();
      await backing.restart();
      return open(backing, url);
    },
  };
}

function subjectOn(connection: RedisConnection): StateStoreSubject {
  const storeOf = (tenant: Tenant) => new RedisStateStore({ connection, tenant, clock: wallClock });
  return {
    store: storeOf(defaultTenant),
    other: storeOf('other' as Tenant),
    close: () => connection.close(),
  };
}

describeStateStore('redis', async () => {
  await emptyRedis(server);
  return open(server, server.url);
});

describeStateStore('redis cluster', async () => {
  await emptyRedis(cluster);
  return open(cluster, `redis+cluster://127.0.0.1:${cluster.port}`);
});
