import { afterAll, beforeAll, beforeEach } from 'vitest';
import { emptyNats, startNats } from '../../support/nats-server.ts';
import { emptyRedis, startRedis } from '../../support/redis-server.ts';
import type { TestServer } from '../../support/server-process.ts';
import type { Environment } from './program.ts';

export interface MessageServers {
  readonly redis: () => TestServer;
  readonly nats: () => TestServer;
  /** Settings that put a program on both of them. */
  readonly env: () => Environment;
}

/** One Redis and one NATS for all tests of a file, empty at the beginning of each. */
export function messageServers(): MessageServers {
  let servers: { readonly redis: TestServer; readonly nats: TestServer } | undefined;
  beforeAll(async () => {
    servers = { redis: await startRedis(), nats: await startNats() };
  });
  beforeEach(async () => {
    await Promise.all([emptyRedis(started().redis), emptyNats(started().nats)]);
  });
  afterAll(async () => {
    await Promise.all([servers?.redis.stop(), servers?.nats.stop()]);
  });
  const started = () => {
    if (servers === undefined) throw new Error('the servers are started before the first test, not before');
    return servers;
  };
  return {
    redis: () => started().redis,
    nats: () => started().nats,
    env: () => ({ NEXTBEST_REDIS_URL: started().redis.url, NEXTBEST_NATS_URL: started().nats.url }),
  };
}
