import { afterAll, beforeAll } from 'vitest';
import { NatsDecisionStream } from '../../../adapters/nats/nats-decision-stream.ts';
import { defaultTenant } from '../../../engine/index.ts';
import { emptyNats, startNats } from '../../support/nats-server.ts';
import type { TestServer } from '../../support/server-process.ts';
import { connectWithStreams, otherTenant } from '../nats-streams.ts';
import { overServer } from '../over-server.ts';
import { describeDecisionStream } from './decision-stream-suite.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.stop());

describeDecisionStream('nats', async () => {
  await emptyNats(server);
  return overServer(server, connectWithStreams, (connection) => ({
    stream: new NatsDecisionStream({ connection, tenant: defaultTenant }),
    other: new NatsDecisionStream({ connection, tenant: otherTenant }),
  }));
});
