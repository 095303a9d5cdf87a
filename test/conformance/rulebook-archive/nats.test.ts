import { afterAll, beforeAll } from 'vitest';
import { connectNats } from '../../../adapters/nats/connect-nats.ts';
import { NatsRulebookArchive } from '../../../adapters/nats/nats-rulebook-archive.ts';
import { RandomIds } from '../../../adapters/system/random-ids.ts';
import { defaultTenant, type Tenant } from '../../../engine/index.ts';
import { emptyNats, startNats } from '../../support/nats-server.ts';
import type { TestServer } from '../../support/server-process.ts';
import { wallClock } from '../../support/wall-clock.ts';
import { otherTenant } from '../nats-streams.ts';
import { overServer } from '../over-server.ts';
import { describeRulebookArchive } from './rulebook-archive-suite.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.stop());

/** Two connections, as two nodes have them. */
async function connect(url: string) {
  const [here, there] = await Promise.all([connectNats({ url }), connectNats({ url })]);
  const open = (connection: typeof here, tenant: Tenant) =>
    NatsRulebookArchive.open({ connection, tenant, clock: wallClock, ids: new RandomIds() });
  return {
    archive: await open(here, defaultTenant),
    elsewhere: await open(there, defaultTenant),
    other: await open(here, otherTenant),
    close: async () => {
      await Promise.all([here.close(), there.close()]);
    },
  };
}

describeRulebookArchive('nats', async () => {
  await emptyNats(server);
  return overServer(server, connect, ({ archive, elsewhere, other }) => ({ archive, elsewhere, other }));
});
