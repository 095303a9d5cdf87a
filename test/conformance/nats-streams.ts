import { connectNats, type JetStreamConnection } from '../../adapters/nats/connect-nats.ts';
import { ensureStreams } from '../../adapters/nats/ensure-streams.ts';
import { defaultTenant, type Tenant } from '../../engine/index.ts';

export const otherTenant = 'other' as Tenant;

/** A connection to a server that holds the streams of both tenants of the suites. */
export async function connectWithStreams(url: string): Promise<JetStreamConnection> {
  const connection = await connectNats({ url });
  await ensureStreams(connection, { tenant: defaultTenant });
  await ensureStreams(connection, { tenant: otherTenant });
  return connection;
}
