import { afterAll, beforeAll } from 'vitest';
import { connectNats } from '../../../adapters/nats/connect-nats.ts';
import { ensureStreams } from '../../../adapters/nats/ensure-streams.ts';
import { NatsDecisionStream } from '../../../adapters/nats/nats-decision-stream.ts';
import { defaultTenant, type Tenant } from '../../../engine/model/ids.ts';
import { emptyNats, startNats } from '../../support/nats-server.ts';
import type { TestServer } from '../../support/server-process.ts';
import { type DecisionStreamSubject, describeDecisionStream } from './decision-stream-suite.ts';

const other = 'other' as Tenant;
let server: TestServer;
beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.stop());

async function open(): Promise<DecisionStreamSubject> {
  const connection = await connectNats({ url: server.url });
  await ensureStreams(connection, { tenant: defaultTenant });
  await ensureStreams(connection, { tenant: other });
  return {
    stream: new NatsDecisionStream({ connection, tenant: defaultTenant }),
    other: new NatsDecisionStream({ connection, tenant: other }),
    close: () => connection.close(),
    reopen: async () => {
      await connection.close();
      await server.kill();
      await server.restart();
      return open();
    },
  };
}

describeDecisionStream('nats', async () => {
  await emptyNats(server);
  return open();
});
