import { afterAll, beforeAll } from 'vitest';
import { connectRedis } from '../../../adapters/redis/connect-redis.ts';
import { RedisBudgetLedger } from '../../../adapters/redis/redis-budget-ledger.ts';
import { defaultTenant, type Tenant } from '../../../engine/model/ids.ts';
import { emptyRedis, startRedis } from '../../support/redis-server.ts';
import type { TestServer } from '../../support/server-process.ts';
import { wallClock } from '../../support/wall-clock.ts';
import { type BudgetLedgerSubject, describeBudgetLedger } from './budget-ledger-suite.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

async function open(): Promise<BudgetLedgerSubject> {
  const connection = await connectRedis({ url: server.url });
  const ledgerOf = (tenant: Tenant) => new RedisBudgetLedger({ connection, tenant, clock: wallClock });
  return {
    ledger: ledgerOf(defaultTenant),
    other: ledgerOf('other' as Tenant),
    close: () => connection.close(),
    reopen: async () => {
      await connection.close();
      await server.kill();
      await server.restart();
      return open();
    },
  };
}

describeBudgetLedger('redis', async () => {
  await emptyRedis(server);
  return open();
});
