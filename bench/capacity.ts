import { parseArgs } from 'node:util';
import { jetstreamManager } from '@nats-io/jetstream';
import { Redis } from 'ioredis';
import { connect } from 'nats';
import { type CapacityFigures, measuredFigures } from '../adapters/cli/plan/measured.ts';
import { startNats } from '../test/support/nats-server.ts';
import { startRedis } from '../test/support/redis-server.ts';
import type { TestServer } from '../test/support/server-process.ts';
import { askDecisions, sendEvents } from './capacity/load.ts';
import { measuresOf } from './capacity/measures.ts';
import { type NextbestServer, startNextbest } from './capacity/nextbest-server.ts';
import { processorMicros } from './capacity/processor-time.ts';
import type { Figures } from './report/figures.ts';

const about = {
  question:
    'What do one event, one decision and one customer cost in processor time, memory and disk? `nextbest plan` counts with the answers.',
  workload:
    'the built server with the sample rulebook on a real Redis and a real NATS, events in batches and decisions over HTTP, 5,000 customers',
  baseline:
    'none, these are absolute figures: processor time of each process, which other programs on the machine disturb little',
  notMeasured: 'networks, TLS, replicas',
};
const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const phaseMs = options.quick ? 5_000 : 15_000;

interface Place {
  readonly redis: TestServer;
  readonly nats: TestServer;
  readonly server: NextbestServer;
}

async function main(): Promise<void> {
  const redis = await startRedis();
  const nats = await startNats();
  try {
    const figures = {
      ...(await costs(redis, nats)),
      partitionEventsPerSecond: await onePartition(redis, nats),
    };
    report(figures);
  } finally {
    await redis.stop();
    await nats.stop();
  }
}

async function costs(
  redis: TestServer,
  nats: TestServer,
): Promise<Omit<CapacityFigures, 'partitionEventsPerSecond'>> {
  const server = await startNextbest({ NEXTBEST_REDIS_URL: redis.url, NEXTBEST_NATS_URL: nats.url });
  const place = { redis, nats, server };
  try {
    // The compilers of the server take their time; what they cost is not the load's.
    await sendEvents(server.url, phaseMs / 2, 'warm');
    await askDecisions(server.url, phaseMs / 2);
    await settled(place);
    const events = await costOf(place, () => sendEvents(server.url, phaseMs, 'measured'));
    const decisions = await costOf(place, () => askDecisions(server.url, phaseMs));
    return { ...perEvent(events), ...perDecision(decisions), ...(await sizes(redis, nats)) };
  } finally {
    await server.stop();
  }
}

interface Cost {
  readonly node: number;
  readonly redis: number;
  readonly nats: number;
}

function perEvent({ node, redis, nats }: Cost) {
  return { nodeMicrosPerEvent: node, redisMicrosPerEvent: redis, natsMicrosPerEvent: nats };
}

function perDecision({ node, redis, nats }: Cost) {
  return { nodeMicrosPerDecision: node, redisMicrosPerDecision: redis, natsMicrosPerDecision: nats };
}

/** Processor microseconds of each process for one of what `load` did, everything that follows from it included. */
async function costOf(place: Place, load: () => Promise<number>): Promise<Cost> {
  const used = () => ({
    node: processorMicros(place.server.pid),
    redis: processorMicros(place.redis.pid),
    nats: processorMicros(place.nats.pid),
  });
  const before = used();
  const done = await load();
  await settled(place);
  const after = used();
  const share = (part: keyof Cost) => Math.round((after[part] - before[part]) / done);
  return { node: share('node'), redis: share('redis'), nats: share('nats') };
}

/** Resolves once the server has applied what it has taken in: two looks in a row find the same number of messages. */
async function settled({ server }: Place): Promise<void> {
  let before = Number.NaN;
  for (;;) {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const applied = Number(/^nextbest_messages_applied_total\S* (\S+)$/m.exec(text)?.[1]);
    if (applied === before) return;
    before = applied;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Events a second of a log that is one partition, worked off from its beginning. */
async function onePartition(redis: TestServer, nats: TestServer): Promise<number> {
  const env = {
    NEXTBEST_REDIS_URL: redis.url,
    NEXTBEST_NATS_URL: nats.url,
    NEXTBEST_TENANT: 'one',
    NEXTBEST_PARTITIONS: '1',
  };
  const server = await startNextbest(env);
  try {
    const started = performance.now();
    const sent = await sendEvents(server.url, phaseMs, 'one');
    await settled({ redis, nats, server });
    return Math.round(sent / ((performance.now() - started - 500) / 1_000));
  } finally {
    await server.stop();
  }
}

type Sizes = Pick<
  CapacityFigures,
  'redisBytesPerCustomer' | 'redisBytesPerRecord' | 'logBytesPerEvent' | 'streamBytesPerDecision'
>;

async function sizes(redis: TestServer, nats: TestServer): Promise<Sizes> {
  const client = new Redis(redis.port, '127.0.0.1');
  const documents = await sampled(client, 'nb:{default.p*}:doc:[uai]:*');
  const records = await sampled(client, 'nb:{default.p*}:record:*');
  client.disconnect();
  const streams = await streamBytes(nats);
  return {
    redisBytesPerCustomer: Math.round(documents.memory - documents.value),
    redisBytesPerRecord: Math.round(records.memory),
    ...streams,
  };
}

/** Mean memory and mean length of some keys. */
async function sampled(
  client: Redis,
  pattern: string,
): Promise<{ readonly memory: number; readonly value: number }> {
  let cursor = '0';
  const keys: string[] = [];
  do {
    const [next, found] = await client.scan(cursor, 'MATCH', pattern, 'COUNT', 1_000);
    cursor = next;
    keys.push(...found);
  } while (cursor !== '0' && keys.length < 1_000);
  let memory = 0;
  let value = 0;
  for (const key of keys) {
    memory += (await client.memory('USAGE', key, 'SAMPLES', 0)) ?? 0;
    value += await client.strlen(key);
  }
  return { memory: memory / keys.length, value: value / keys.length };
}

async function streamBytes(nats: TestServer) {
  const connection = await connect({ servers: nats.url });
  const manager = await jetstreamManager(connection);
  const bytesOf = async (name: string) => {
    const { state } = await manager.streams.info(name);
    return Math.round(state.bytes / Math.max(1, state.messages));
  };
  const figures = {
    logBytesPerEvent: await bytesOf('NEXTBEST_LOG'),
    streamBytesPerDecision: await bytesOf('NEXTBEST_DECISIONS'),
  };
  await connection.close();
  return figures;
}

function report(found: CapacityFigures): void {
  const names = Object.keys(found) as (keyof CapacityFigures)[];
  for (const name of options.json ? [] : names) {
    process.stdout.write(
      `${name.padEnd(26)} ${String(found[name]).padStart(8)}   nextbest plan counts with ${measuredFigures[name]}\n`,
    );
  }
  const measures = measuresOf(found);
  const figures: Figures = { bench: 'capacity', about, measures, raw: { ...found } };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

await main();
