import { afterAll, beforeAll } from 'vitest';
import { connectNats } from '../../../adapters/nats/connect-nats.ts';
import { ensureStreams } from '../../../adapters/nats/ensure-streams.ts';
import { NatsTouchpointLog } from '../../../adapters/nats/nats-touchpoint-log.ts';
import { defaultTenant, type Tenant } from '../../../engine/model/ids.ts';
import { emptyNats, startNats } from '../../support/nats-server.ts';
import type { TestServer } from '../../support/server-process.ts';
import { describeTouchpointLog, type TouchpointLogSubject } from './touchpoint-log-suite.ts';

const other = 'other' as Tenant;
let server: TestServer;
beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.stop());

async function open(): Promise<TouchpointLogSubject> {
  const connection = await connectNats({ url: server.url });
  await ensureStreams(connection, { tenant: defaultTenant });
  await ensureStreams(connection, { tenant: other });
  return {
    log: new NatsTouchpointLog({ connection, tenant: defaultTenant }),
    other: new NatsTouchpointLog({ connection, tenant: other }),
    close: () => connection.close(),
    reopen: async () => {
      await connection.close();
      await server.kill();
      await server.restart();
      return open();
    },
  };
}

describeTouchpointLog('nats', async () => {
  await emptyNats(server);
  return open();
});
