import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { jetstreamManager } from '@nats-io/jetstream';
import { Redis } from 'ioredis';
import { connect, type NatsConnection } from 'nats';
import { limits } from '../engine/index.ts';
import { startNats } from '../test/support/nats-server.ts';
import { startRedis } from '../test/support/redis-server.ts';
import type { TestServer } from '../test/support/server-process.ts';
import { type NextbestServer, startNextbest } from './capacity/nextbest-server.ts';
import { median } from './measure/statistics.ts';
import type { About, Figures, Measure } from './report/figures.ts';
import { whenThisProcessEnds } from './report/when-process-ends.ts';
import { loadWindow, Shop, saturation } from './soak/load.ts';
import { type Holding, holdingOf, residentBytes, restingHolding } from './soak/samples.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const windowSeconds = 10;
/** The compilers, the caches and the heap of the server come to rest before anything is compared. */
const findSeconds = Math.min(60, 10 * minutes);
const warmUpSeconds = Math.max(2 * windowSeconds, Math.min(300, 10 * minutes));
/** Customers after whom the server's memory of those it saw last is full; a short trial does not wait for that. */
const fill = 1.1 * limits.documentCacheMax;
const shareOfSaturation = 0.6;
const growthMost = 1.1;
/** Between the medians of two thirds of the windows; on a machine of one's own they differ by less. */
const driftMost = 1.25;
/** Latencies of a window say nothing of the server when the program that takes them had to wait for a processor so long. */
const heldUpMsMost = 25;

const about: About = {
  question: 'Does a server that is kept at work leave anything behind, or get slower?',
  workload: `The built server with the sample rulebook, Redis and NATS for ${minutes} minutes at 60 % of the requests that it answers at most (found in the first ${findSeconds} seconds; another rate with --rate), two decisions for three events over HTTP, open loop. 2,000 customers are about at any time; each does the same and leaves for good, so no state grows. A sample every ${windowSeconds} seconds. Memory and descriptors are compared without load, 10 seconds after it stopped and with the garbage collected.`,
  baseline: `The same process after a warm-up of at least ${findSeconds + warmUpSeconds} seconds${minutes >= 10 ? `, in which more than ${fill} customers came and left` : ''}, at rest as well; for latencies the first third of the windows, without those in which this program itself was kept from its work for more than ${heldUpMsMost} ms.`,
  notMeasured:
    'Networks, replicas, several servers. Redis and NATS keep records, receipts and the log of everybody who was there, so they are told and not judged. All processes share the cores of one machine.',
};

interface Sample extends Holding {
  readonly second: number;
  readonly p50: number;
  readonly p99: number;
  readonly refused: number;
  readonly heldUpMs: number;
  readonly redisBytes: number;
  readonly natsBytes: number;
  readonly streamBytes: number;
  /** Messages in the log that no partition has applied yet are not counted by NATS; those of its consumers are. */
  readonly natsPending: number;
}

interface Place {
  readonly redis: Redis;
  readonly nats: NatsConnection;
  readonly natsServer: TestServer;
  readonly server: NextbestServer;
}

async function main(): Promise<void> {
  const [redisServer, natsServer] = await Promise.all([startRedis(), startNats()]);
  const redis = new Redis(redisServer.port, '127.0.0.1');
  const nats = await connect({ servers: natsServer.url });
  try {
    const collector = fileURLToPath(new URL('../dist/bench/soak/collect-on-signal.js', import.meta.url));
    const server = await startNextbest({
      NEXTBEST_REDIS_URL: redisServer.url,
      NEXTBEST_NATS_URL: natsServer.url,
      NODE_OPTIONS: `--import=${collector}`,
    });
    const takeBack = whenThisProcessEnds(() => process.kill(server.pid, 'SIGKILL'));
    try {
      await soak({ redis, nats, natsServer, server });
    } finally {
      takeBack();
      await server.stop();
    }
  } finally {
    redis.disconnect();
    await nats.close();
    await Promise.all([redisServer.stop(), natsServer.stop()]);
  }
}

async function soak(place: Place): Promise<void> {
  const { server } = place;
  const shop = new Shop();
  const found = await saturation(server.url, shop, findSeconds * 1_000);
  const perSecond = Math.max(1, Math.round(Number(values.rate ?? shareOfSaturation * found)));
  tell(`${Math.round(found)} requests a second at most; ${perSecond} a second from here on`);
  for (
    let second = 0;
    second < warmUpSeconds || (minutes >= 10 && shop.left < fill);
    second += windowSeconds
  ) {
    await loadWindow(server.url, shop, { perSecond, seconds: windowSeconds, seed: -1 - second });
  }
  const before = await restingHolding(server);
  const samples: Sample[] = [];
  const begun = performance.now();
  for (let window = 0; performance.now() - begun < minutes * 60_000; window += 1) {
    const load = { perSecond, seconds: windowSeconds, seed: window };
    const { latencies, refused, heldUpMs } = await loadWindow(server.url, shop, load);
    const [p50, p99] = [latencies.quantile(0.5), latencies.quantile(0.99)];
    const second = Math.round((performance.now() - begun) / 1_000);
    const timed = { second, p50, p99, refused, heldUpMs };
    const sample = { ...timed, ...(await holdingOf(server)), ...(await storedIn(place)) };
    samples.push(sample);
    tell(lineOf(sample));
  }
  const after = await restingHolding(server);
  report({ before, after, samples, perSecond, found });
}

async function storedIn({ redis, nats, natsServer }: Place) {
  const memory = await redis.info('memory');
  const manager = await jetstreamManager(nats);
  let [streamBytes, natsPending] = [0, 0];
  for await (const { config, state } of manager.streams.list()) {
    streamBytes += state.bytes;
    for await (const consumer of manager.consumers.list(config.name)) natsPending += consumer.num_pending;
  }
  return {
    redisBytes: Number(/^used_memory:(\d+)/m.exec(memory)?.[1]),
    natsBytes: residentBytes(natsServer.pid),
    streamBytes,
    natsPending,
  };
}

interface Soaked {
  readonly before: Holding;
  readonly after: Holding;
  readonly samples: readonly Sample[];
  readonly perSecond: number;
  readonly found: number;
}

function report({ before, after, samples, ...load }: Soaked): void {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const p99Of = (part: readonly Sample[]) => median(undisturbed(part).map(({ p99 }) => p99));
  const [first, last] = [p99Of(samples.slice(0, third)), p99Of(samples.slice(-third))];
  const held = (name: string, unit: string, of: keyof Holding, scale = 1): Measure => ({
    name: `${name} at rest, times what it was`,
    unit,
    ours: after[of] / scale,
    theirs: before[of] / scale,
    ratio: once(after[of] / before[of]),
    target: { most: growthMost },
  });
  const measures: readonly Measure[] = [
    held('resident memory', 'MiB', 'rss', 2 ** 20),
    held('heap in use', 'MiB', 'heapUsed', 2 ** 20),
    held('open file descriptors', '', 'descriptors'),
    {
      name: 'p99 in the last third, times that in the first',
      unit: 'ms',
      ours: last,
      theirs: first,
      ratio: once(last / first),
      target: { most: driftMost },
    },
  ];
  const hasHeld = measures.every(({ ratio, target }) => {
    return ratio === undefined || target === undefined || !('most' in target) || ratio.median <= target.most;
  });
  for (const { name, unit, ours, theirs = 0, ratio } of measures) {
    tell(`${name}: ${ours.toFixed(1)} ${unit} after ${theirs.toFixed(1)}, ${ratio?.median.toFixed(3)}`);
  }
  const figures: Figures = {
    bench: 'soak',
    about,
    measures,
    raw: { ...load, minutes, disturbed: samples.length - calm(samples).length, before, after, samples },
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  if (!hasHeld) process.exitCode = 1;
}

/** Windows in which the machine left this process its time. */
function calm(part: readonly Sample[]): readonly Sample[] {
  return part.filter(({ heldUpMs }) => heldUpMs <= heldUpMsMost);
}

/** Where the machine hardly ever was calm, nothing is left out. */
function undisturbed(part: readonly Sample[]): readonly Sample[] {
  const chosen = calm(part);
  return chosen.length < part.length / 4 ? part : chosen;
}

/** One run is one pair. */
function once(ratio: number) {
  return { median: ratio, low: ratio, high: ratio, pairs: 1 };
}

function lineOf(sample: Sample): string {
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  const { second, p50, p99, refused, heldUpMs } = sample;
  const { rss, heapUsed, descriptors, redisBytes, natsBytes, natsPending } = sample;
  return (
    `${String(second).padStart(5)} s  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  ${refused} refused  held up ${heldUpMs.toFixed(0)} ms  ` +
    `rss ${mebibytes(rss)}  heap ${mebibytes(heapUsed)}  ${descriptors} descriptors  ` +
    `redis ${mebibytes(redisBytes)}  nats ${mebibytes(natsBytes)}, ${natsPending} pending`
  );
}

function tell(line: string): void {
  if (!values.json) process.stdout.write(`${line}\n`);
}

await main();
