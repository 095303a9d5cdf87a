import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from 'nats';
import { startServer, type TestServer } from './server-process.ts';

/** A nats-server with JetStream on disk. */
export function startNats(options: { readonly jetStream?: boolean } = {}): Promise<TestServer> {
  return startServer({
    command: 'nats-server',
    scheme: 'nats',
    readyLine: 'Server is ready',
    args: ({ port, directory }) => [
      ...['--addr', '127.0.0.1', '--port', String(port)],
      ...(options.jetStream === false ? [] : ['--jetstream', '--store_dir', directory]),
    ],
  });
}

/** Deletes every stream in it. */
export async function emptyNats(server: TestServer): Promise<void> {
  const nats = await connect({ servers: server.url });
  const manager = await jetstreamManager(nats);
  for await (const name of manager.streams.names()) await manager.streams.delete(name);
  await nats.close();
}
