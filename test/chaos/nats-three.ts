import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from 'nats';
import { freePort } from '../support/free-port.ts';
import { startServer, type TestServer } from '../support/server-process.ts';
import { soon } from './pause.ts';

const startMs = 30_000;

/** Three NATS servers that keep three copies of every stream. */
export class NatsThree {
  readonly #servers: readonly TestServer[];

  private constructor(servers: readonly TestServer[]) {
    this.#servers = servers;
  }

  static async start(): Promise<NatsThree> {
    const routes = await Promise.all([freePort(), freePort(), freePort()]);
    const servers = await Promise.all(routes.map((_, index) => startOne(routes, index)));
    const three = new NatsThree(servers);
    await three.#isWell();
    return three;
  }

  get url(): string {
    return this.#servers.map(({ url }) => url).join(',');
  }

  /** Kills the server that leads the log, and brings it back once the others have gone on without it. */
  async killLeader(stream: string): Promise<void> {
    const leader = await this.#leaderOf(stream);
    const victim = this.#servers.find((_, index) => nameOf(index) === leader) ?? this.#servers[0];
    await victim?.kill();
    await soon(3_000);
    await victim?.restart();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
  }

  async #leaderOf(stream: string): Promise<string | undefined> {
    const nats = await connect({ servers: this.#servers.map(({ url }) => url) });
    try {
      const manager = await jetstreamManager(nats);
      return (await manager.streams.info(stream)).cluster?.leader;
    } catch {
      // Between two leaders: whichever is killed then will do.
      return undefined;
    } finally {
      await nats.close();
    }
  }

  /** A stream can be made once the servers have found each other. */
  async #isWell(): Promise<void> {
    const end = performance.now() + startMs;
    for (;;) {
      const nats = await connect({ servers: this.#servers.map(({ url }) => url) });
      try {
        const manager = await jetstreamManager(nats);
        await manager.streams.add({ name: 'CHAOS_PROBE', subjects: ['chaos.probe'], num_replicas: 3 });
        await manager.streams.delete('CHAOS_PROBE');
        return;
      } catch (error) {
        if (performance.now() > end) throw error;
      } finally {
        await nats.close();
      }
      await soon(200);
    }
  }
}

function startOne(routes: readonly number[], index: number): Promise<TestServer> {
  return startServer({
    command: 'nats-server',
    scheme: 'nats',
    readyLine: 'Server is ready',
    args: ({ port, directory }) => [
      ...['--addr', '127.0.0.1', '--port', String(port), '--name', nameOf(index)],
      ...['--jetstream', '--store_dir', directory],
      ...['--cluster_name', 'chaos', '--cluster', `nats://127.0.0.1:${routes[index]}`],
      ...['--routes', routes.map((route) => `nats://127.0.0.1:${route}`).join(',')],
    ],
  });
}

function nameOf(index: number): string {
  return `chaos-${index}`;
}
