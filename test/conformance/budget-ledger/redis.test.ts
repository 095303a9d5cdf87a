import { afterAll, beforeAll } from 'vitest';
import { connectRedis } from '../../../adapters/redis/connect-redis.ts';
import { RedisBudgetLedger } from '../../../adapters/redis/redis-budget-ledger.ts';
import { defaultTenant, type Tenant } from '../../../engine/index.ts';
import { emptyRedis, startRedis } from '../../support/redis-server.ts';
import type { TestServer } from '../../support/server-process.ts';
import { wallClock } from '../../support/wall-clock.ts';
import { overServer } from '../over-server.ts';
import { describeBudgetLedger } from './budget-ledger-suite.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

describeBudgetLedger('redis', async () => {
  await emptyRedis(server);
  const connect = (url: string) => connectRedis({ url });
  return overServer(server, connect, (connection) => {
    const ledgerOf = (tenant: Tenant) => new RedisBudgetLedger({ connection, tenant, clock: wallClock });
    return { ledger: ledgerOf(defaultTenant), other: ledgerOf('other' as Tenant) };
  });
});
