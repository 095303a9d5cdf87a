import { parseArgs } from 'node:util';
import { startNats } from '../test/support/nats-server.ts';
import { startRedis } from '../test/support/redis-server.ts';
import { median } from './measure/statistics.ts';
import type { About, Figures, Measure } from './report/figures.ts';
import { ratioOf } from './report/ratio-of.ts';
import { commitSizes } from './stream/commit-sizes.ts';
import { acceptedToVisible, customersToAsk, eventToDecision } from './stream/latency.ts';
import { type Side, startConstant, startOurs, type Turn, workOff } from './stream/sides.ts';
import { eventsPerCustomer, partitions, triggeringShare } from './stream/workload.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const plan = values.quick
  ? { events: 4_000, pairs: 5, pairsMs: 20_000, latencyMs: 5_000 }
  : { events: 8_000, pairs: 9, pairsMs: 45_000, latencyMs: 10_000 };
const pairsMin = 5;
/** What the compiler of the runtime has not seen often enough yet takes two to three times as long. */
const warmUps = 5;
const toAsk = 40;
const visibleEveryMs = 60;

const about: About = {
  question:
    'How many events a second go the whole way, from the log on NATS through the state in Redis and the decisions of triggers to the decision stream on NATS, each applied once? How long does one take?',
  workload: `The built server with the sample rulebook and ${partitions} partitions. Turns of ${plan.events} events, ${eventsPerCustomer} of each of as many new customers as that takes; ${100 * triggeringShare} % open a complaint, and each of these is decided upon at once and published with its record and its receipt. The log is filled while the consumer is stopped; the time runs from when it goes on to the last commit and the last outbox emptied. Latencies at a tenth and at half of that rate, open loop, timed from when an event was due.`,
  baseline:
    'A process that reads the same partitions in order with the same reader and stores each batch by the same script: as many documents, records, waits and outbox entries, of the sizes that the rules lead to, always the same bytes. It reads no state, decodes and folds nothing, decides nothing, and sends nothing on.',
  notMeasured:
    'Networks, replicas, several servers, customers who come back after they left the memory of the server, the one pass over all customers that a change of the definitions of segments asks for. Server, Redis, NATS and this program share the cores of one machine, so a slower server leaves more of them to the others.',
};

async function main(): Promise<void> {
  const [redis, nats] = await Promise.all([startRedis(), startNats()]);
  const sides: Side[] = [];
  try {
    const sizes = await commitSizes(new URL('../rules', import.meta.url).pathname, 2_000);
    const ours = await startOurs({ redis, nats });
    sides.push(ours);
    const constant = await startConstant({ redis, nats }, sizes);
    sides.push(constant);
    const pairs = await takePairs(ours, constant);
    tell(pairs);
    const perSecond = Math.round(median(pairs.ours.map((turn) => turn.eventsPerSecond)) / 2);
    const latencies = await latenciesOf(ours, perSecond);
    const figures = figuresOf(pairs, latencies, { perSecond, ...sizes, outbox: undefined });
    if (!values.json) for (const one of figures.measures) process.stdout.write(`${lineOf(one)}\n`);
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  } finally {
    for (const side of sides) await side.stop();
    await Promise.all([redis.stop(), nats.stop()]);
  }
}

interface Pairs {
  readonly ours: readonly Turn[];
  readonly theirs: readonly Turn[];
}

async function takePairs(ours: Side, constant: Side): Promise<Pairs> {
  const found: { ours: Turn[]; theirs: Turn[] } = { ours: [], theirs: [] };
  const count = plan.events;
  for (let number = 0; number < warmUps; number += 1) {
    await workOff(constant, { turn: `warm${number}`, count, sendsOn: false });
    await workOff(ours, { turn: `warm${number}`, count, sendsOn: true });
  }
  const until = performance.now() + plan.pairsMs;
  for (let pair = 0; pair < plan.pairs; pair += 1) {
    if (pair >= pairsMin && performance.now() > until) break;
    found.theirs.push(await workOff(constant, { turn: `pair${pair}`, count, sendsOn: false }));
    found.ours.push(await workOff(ours, { turn: `pair${pair}`, count, sendsOn: true }));
  }
  return found;
}

interface Latencies {
  readonly decisionP50: number;
  readonly decisionP99: number;
  readonly decisions: number;
  readonly triggering: number;
  readonly calmP50: number;
  readonly calmP99: number;
  readonly visibleP50: number;
  readonly visibleP99: number;
  readonly visible: number;
}

async function latenciesOf(ours: Side & { readonly url: string }, perSecond: number): Promise<Latencies> {
  const customers = await customersToAsk(ours.url, toAsk);
  const { latencyMs: ms } = plan;
  await eventToDecision(ours, { perSecond, ms: ms / 5, turn: 'before' });
  const calm = await eventToDecision(ours, { perSecond: perSecond / 5, ms: ms / 2, turn: 'calm' });
  const decided = await eventToDecision(ours, { perSecond, ms, turn: 'decided' });
  const [visible] = await Promise.all([
    acceptedToVisible(ours.url, { customers, everyMs: visibleEveryMs, ms }),
    eventToDecision(ours, { perSecond, ms, turn: 'visible' }),
  ]);
  return {
    decisionP50: decided.latencies.quantile(0.5),
    decisionP99: decided.latencies.quantile(0.99),
    decisions: decided.latencies.count,
    triggering: decided.triggering,
    calmP50: calm.latencies.quantile(0.5),
    calmP99: calm.latencies.quantile(0.99),
    visibleP50: visible.quantile(0.5),
    visibleP99: visible.quantile(0.99),
    visible: visible.count,
  };
}

function figuresOf({ ours, theirs }: Pairs, latencies: Latencies, raw: object): Figures {
  const rates = (turns: readonly Turn[]) => turns.map((turn) => turn.eventsPerSecond);
  const micros = (turns: readonly Turn[]) => turns.map((turn) => turn.microsPerEvent);
  const both = (of: (turns: readonly Turn[]) => readonly number[]) => ({
    ours: median(of(ours)),
    theirs: median(of(theirs)),
    ratio: ratioOf(of(ours), of(theirs)),
  });
  const throughput: Measure = {
    ...{ name: "events a second, share of the baseline's", unit: '1/s' },
    ...both(rates),
    target: { least: 0.6 },
  };
  const half = 'at half of saturation';
  const measures: readonly Measure[] = [
    throughput,
    {
      name: "processor time of the consumer for an event, times the baseline's",
      unit: 'us',
      ...both(micros),
    },
    { name: 'event to decision at a tenth of saturation, p50', unit: 'ms', ours: latencies.calmP50 },
    { name: 'event to decision at a tenth of saturation, p99', unit: 'ms', ours: latencies.calmP99 },
    { name: `event to decision ${half}, p50`, unit: 'ms', ours: latencies.decisionP50 },
    { name: `event to decision ${half}, p99`, unit: 'ms', ours: latencies.decisionP99 },
    { name: `event accepted to visible in a decision ${half}, p50`, unit: 'ms', ours: latencies.visibleP50 },
    { name: `event accepted to visible in a decision ${half}, p99`, unit: 'ms', ours: latencies.visibleP99 },
  ];
  const ratio = throughput.ratio?.median;
  return {
    bench: 'stream',
    about,
    ...(ratio !== undefined && { ratio }),
    measures,
    raw: { ...raw, ...latencies, turns: { ours, theirs } },
  };
}

function tell({ ours, theirs }: Pairs): void {
  if (values.json) return;
  for (const [pair, turn] of ours.entries()) {
    const other = theirs[pair] as Turn;
    process.stdout.write(
      `pair ${pair + 1}: ${Math.round(turn.eventsPerSecond)} events/s, baseline ${Math.round(other.eventsPerSecond)}: ` +
        `${(turn.eventsPerSecond / other.eventsPerSecond).toFixed(3)}\n`,
    );
  }
}

function lineOf({ name, unit, ours, theirs, ratio }: Measure): string {
  const beside = theirs === undefined ? '' : `, baseline ${theirs.toFixed(1)} ${unit}`;
  const share = ratio
    ? `, ${ratio.median.toFixed(3)} (${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)})`
    : '';
  return `${name}: ${ours.toFixed(1)} ${unit}${beside}${share}`;
}

await main();
