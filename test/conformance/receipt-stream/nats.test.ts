import { afterAll, beforeAll } from 'vitest';
import { NatsReceiptStream } from '../../../adapters/nats/nats-receipt-stream.ts';
import { defaultTenant } from '../../../engine/index.ts';
import { emptyNats, startNats } from '../../support/nats-server.ts';
import type { TestServer } from '../../support/server-process.ts';
import { connectWithStreams, otherTenant } from '../nats-streams.ts';
import { overServer } from '../over-server.ts';
import { describeReceiptStream } from './receipt-stream-suite.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.stop());

describeReceiptStream('nats', async () => {
  await emptyNats(server);
  return overServer(server, connectWithStreams, (connection) => ({
    stream: new NatsReceiptStream({ connection, tenant: defaultTenant }),
    other: new NatsReceiptStream({ connection, tenant: otherTenant }),
  }));
});
