import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { LmdbDatabase } from '../adapters/lmdb/lmdb-database.ts';
import { LmdbStateStore } from '../adapters/lmdb/lmdb-state-store.ts';
import { connectRedis } from '../adapters/redis/connect-redis.ts';
import { RedisStateStore } from '../adapters/redis/redis-state-store.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import { defaultTenant } from '../engine/index.ts';
import { startRedis } from '../test/support/redis-server.ts';
import type { Figures, Measure } from './report/figures.ts';
import { ratioOf } from './report/ratio-of.ts';
import { type Loaded, loadCustomers, sampleStates } from './state/load-customers.ts';

const about = {
  question: 'What does a customer take in Redis and in LMDB, and how fast are customers loaded?',
  workload:
    'seeded customers with 40 features and 20 contacts (`npm run bench -- state-size`), each under an id of its own, committed 200 at a time into 64 partitions; one customer in 500 has a history of its own, the others share theirs',
  baseline: 'the encoded bytes; the ratio is what is stored divided by them',
  notMeasured:
    'records of decisions, timers, the outbox, replicas, what Redis keeps beside its data while it saves',
};
const partitions = 64;

interface Measured extends Loaded {
  readonly storedBytes: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      customers: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const customers = Number(values.customers ?? (values.quick ? 20_000 : 100_000));
  if (!Number.isInteger(customers) || customers < 1) throw new Error('--customers takes a number from 1 on');
  const states = sampleStates(Math.max(20, Math.ceil(customers / 500)));
  const results = { redis: await measureRedis(), lmdb: await measureLmdb() };
  const stores = Object.entries(results);
  for (const [store, measured] of values.json ? [] : stores) print(store, measured);
  const lines = stores.map(([store, measured]) => [store, perCustomer(measured)] as const);
  const figures: Figures = {
    bench: 'memory',
    about,
    measures: lines.flatMap(([store, found]) => measuresOf(store === 'redis' ? 'Redis' : 'LMDB', found)),
    raw: { customers, ...Object.fromEntries(lines) },
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);

  async function measureRedis(): Promise<Measured> {
    const server = await startRedis();
    const client = new Redis(server.port, '127.0.0.1');
    const connection = await connectRedis({ url: server.url, deadlineMs: 60_000 });
    try {
      const before = await usedBytes(client);
      const store = new RedisStateStore({ connection, tenant: defaultTenant, clock: systemClock });
      const loaded = await loadCustomers(store, { customers, states, partitions });
      return { ...loaded, storedBytes: (await usedBytes(client)) - before };
    } finally {
      await connection.close();
      client.disconnect();
      await server.stop();
    }
  }

  async function measureLmdb(): Promise<Measured> {
    const directory = await mkdtemp(join(tmpdir(), 'nextbest-memory-'));
    const database = await LmdbDatabase.open({ directory, partitions });
    try {
      const store = new LmdbStateStore(database, { tenant: defaultTenant, clock: systemClock });
      const loaded = await loadCustomers(store, { customers, states, partitions });
      return { ...loaded, storedBytes: statSync(join(directory, 'nextbest.lmdb')).size };
    } finally {
      await database.close();
      await rm(directory, { recursive: true, force: true });
    }
  }
}

async function usedBytes(client: Redis): Promise<number> {
  const [, used] = /used_memory:(\d+)/.exec(await client.info('memory')) ?? [];
  return Number(used);
}

interface PerCustomer {
  readonly bytes_per_customer: number;
  readonly encoded_bytes: number;
  readonly customers_per_second: number;
}

function perCustomer({ customers, encodedBytes, storedBytes, ms }: Measured): PerCustomer {
  return {
    bytes_per_customer: Math.round(storedBytes / customers),
    encoded_bytes: Math.round(encodedBytes / customers),
    customers_per_second: Math.round(customers / (ms / 1_000)),
  };
}

/** Bytes are counted, not timed: one pair tells it. */
function measuresOf(store: string, found: PerCustomer): readonly Measure[] {
  const { bytes_per_customer: ours, encoded_bytes: theirs, customers_per_second: rate } = found;
  return [
    { name: `${store}: a customer`, unit: 'bytes', ours, theirs, ratio: ratioOf([ours], [theirs]) },
    { name: `${store}: customers loaded`, unit: '1/s', ours: rate },
  ];
}

function print(store: string, measured: Measured): void {
  const figures = perCustomer(measured);
  process.stdout.write(
    `${store.padEnd(6)} ${figures.bytes_per_customer} bytes a customer, ${figures.encoded_bytes} of them encoded; ` +
      `${figures.customers_per_second.toLocaleString('en')} customers/s\n`,
  );
}

await main();
