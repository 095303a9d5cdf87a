import { afterAll, beforeAll } from 'vitest';
import { NatsTouchpointLog } from '../../../adapters/nats/nats-touchpoint-log.ts';
import { defaultTenant } from '../../../engine/index.ts';
import { emptyNats, startNats } from '../../support/nats-server.ts';
import type { TestServer } from '../../support/server-process.ts';
import { connectWithStreams, otherTenant } from '../nats-streams.ts';
import { overServer } from '../over-server.ts';
import { describeTouchpointLog } from './touchpoint-log-suite.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.stop());

describeTouchpointLog('nats', async () => {
  await emptyNats(server);
  return overServer(server, connectWithStreams, (connection) => ({
    log: new NatsTouchpointLog({ connection, tenant: defaultTenant }),
    other: new NatsTouchpointLog({ connection, tenant: otherTenant }),
  }));
});
