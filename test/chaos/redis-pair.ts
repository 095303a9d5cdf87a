import { Redis } from 'ioredis';
import { startRedis } from '../support/redis-server.ts';
import type { TestServer } from '../support/server-process.ts';
import { soon } from './pause.ts';
import { Switchboard } from './switchboard.ts';

/** A primary and its replica behind one door, which leads to whoever is primary. */
export class RedisPair {
  readonly #door: Switchboard;
  /** Between the replica and the primary. */
  readonly #link: Switchboard;
  #primary: TestServer;
  #replica: TestServer;

  private constructor(
    servers: { readonly primary: TestServer; readonly replica: TestServer },
    ways: { readonly door: Switchboard; readonly link: Switchboard },
  ) {
    this.#primary = servers.primary;
    this.#replica = servers.replica;
    this.#door = ways.door;
    this.#link = ways.link;
  }

  static async start(): Promise<RedisPair> {
    const [primary, replica] = await Promise.all([startRedis(), startRedis()]);
    const [door, link] = await Promise.all([Switchboard.open(primary.port), Switchboard.open(primary.port)]);
    const pair = new RedisPair({ primary, replica }, { door, link });
    await pair.#follow();
    return pair;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#door.port}`;
  }

  /** The process dies and comes back with what is in its append-only file. */
  async kill(): Promise<void> {
    await this.#primary.kill();
    await this.#primary.restart();
    await this.#replicates();
  }

  /** What the primary takes in the last moments of its life never reaches the replica, which takes its place. */
  async failOver(tailMs: number): Promise<void> {
    this.#link.hold();
    await soon(tailMs);
    await this.#primary.kill();
    await command(this.#replica, ['REPLICAOF', 'NO', 'ONE']);
    [this.#primary, this.#replica] = [this.#replica, this.#primary];
    this.#door.lead(this.#primary.port);
    this.#link.lead(this.#primary.port);
    await this.#replica.restart();
    await this.#follow();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#door.close(), this.#link.close()]);
    await Promise.all([this.#primary.stop(), this.#replica.stop()]);
  }

  async #follow(): Promise<void> {
    await command(this.#replica, ['REPLICAOF', '127.0.0.1', String(this.#link.port)]);
    await this.#replicates();
  }

  async #replicates(): Promise<void> {
    for (;;) {
      const report = String(await command(this.#primary, ['INFO', 'replication']).catch(() => ''));
      if (/^slave\d+:.*state=online/m.test(report)) return;
      await soon(50);
    }
  }
}

async function command(server: TestServer, [name = '', ...args]: readonly string[]): Promise<unknown> {
  const client = new Redis(server.port, '127.0.0.1', { maxRetriesPerRequest: 3 });
  try {
    return await client.call(name, ...args);
  } finally {
    client.disconnect();
  }
}
