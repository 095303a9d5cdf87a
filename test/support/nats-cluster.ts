import { freePort } from './free-port.ts';
import { startServer, type TestServer } from './server-process.ts';

export interface NatsCluster {
  readonly servers: readonly TestServer[];
  /** Every address, as NEXTBEST_NATS_URL takes them. */
  readonly url: string;
  /** By the name that the cluster knows it by. */
  server(name: string): TestServer;
  stop(): Promise<void>;
}

/** Three servers of NATS that keep streams together. A stream can be made once they have chosen a leader. */
export async function startNatsCluster(): Promise<NatsCluster> {
  const routes = await Promise.all([freePort(), freePort(), freePort()]);
  const urls = routes.map((port) => `nats://127.0.0.1:${port}`).join(',');
  const servers = await Promise.all(
    routes.map((route, index) =>
      startServer({
        command: 'nats-server',
        scheme: 'nats',
        readyLine: 'Server is ready',
        args: ({ port, directory }) => [
          ...['--addr', '127.0.0.1', '--port', String(port), '--server_name', nameOf(index)],
          ...['--cluster_name', 'nextbest', '--cluster', `nats://127.0.0.1:${route}`, '--routes', urls],
          ...['--jetstream', '--store_dir', directory],
        ],
      }),
    ),
  );
  return {
    servers,
    url: servers.map(({ url }) => url).join(','),
    server: (name) => {
      const found = servers.find((_, index) => nameOf(index) === name);
      if (found === undefined) throw new Error(`no server of the cluster is called ${name}`);
      return found;
    },
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

function nameOf(index: number): string {
  return `node-${index}`;
}
