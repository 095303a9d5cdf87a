import { parseArgs } from 'node:util';
import { startNats } from '../test/support/nats-server.ts';
import { startRedis } from '../test/support/redis-server.ts';
import { median } from './measure/statistics.ts';
import type { About, Curve, Figures, Measure } from './report/figures.ts';
import { ratioOf } from './report/ratio-of.ts';
import { decideCurves } from './scale/decide-curves.ts';
import { type Deployment, type Rates, ratesOf, startDeployment } from './scale/processes.ts';
import { storeCurve } from './scale/store-curve.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const plan = values.quick
  ? {
      pairs: 5,
      warmUpMs: 1_000,
      turnMs: 400,
      curve: { customers: 5, actionsMost: 1_000, turns: 3, turnMs: 80 },
    }
  : {
      pairs: 7,
      warmUpMs: 1_500,
      turnMs: 1_000,
      curve: { customers: 12, actionsMost: 10_000, turns: 5, turnMs: 200 },
    };
const storeSizes = values.quick ? [1_000, 3_000, 10_000, 30_000] : [1_000, 10_000, 30_000, 100_000];

const about: About = {
  question:
    'What do two server processes do that one does not? How does the cost of one decision grow with actions, features, policies, and customers in the store?',
  workload:
    'Processes: the built server with the sample rulebook on a real Redis and a real NATS, decisions over HTTP and events in batches, 5,000 customers. Curves: decisions on a book of 300 actions, 200 features and 20 policies, one of these numbers at a time being another one; and on a book of 100 actions with the customer read from the embedded store. They are processor time, not time on the wall.',
  baseline:
    'Of two processes: one, on the same Redis and NATS, in turns. Of the curves: n log n, beside which nothing may grow faster.',
  notMeasured:
    'Several machines. The program that makes the load, Redis and NATS share the cores with the servers, so on two cores a second process finds little that the first one left. Of the store: files that are larger than memory.',
};

interface Pairs {
  readonly two: readonly Rates[];
  readonly one: readonly Rates[];
}

async function main(): Promise<void> {
  const pairs = await takePairs();
  const curves = [...(await decideCurves(plan.curve)), await storeCurve(storeSizes, plan.curve)];
  const figures = figuresOf(pairs, curves);
  if (!values.json) process.stdout.write(toText(figures));
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

async function takePairs(): Promise<Pairs> {
  const [redis, nats] = await Promise.all([startRedis(), startNats()]);
  const deployments: Deployment[] = [];
  try {
    for (const processes of [1, 2]) deployments.push(await startDeployment({ redis, nats }, processes));
    const [one, two] = deployments as [Deployment, Deployment];
    for (const deployment of deployments) await ratesOf(deployment, plan.warmUpMs, -1);
    const pairs: { one: Rates[]; two: Rates[] } = { one: [], two: [] };
    for (let turn = 0; turn < plan.pairs; turn += 1) {
      pairs.one.push(await ratesOf(one, plan.turnMs, turn));
      pairs.two.push(await ratesOf(two, plan.turnMs, turn));
    }
    return pairs;
  } finally {
    await Promise.all(deployments.map((deployment) => deployment.stop()));
    await Promise.all([redis.stop(), nats.stop()]);
  }
}

function figuresOf(pairs: Pairs, curves: readonly Curve[]): Figures {
  const decisions = compared(pairs, { name: 'decisions', of: (rates) => rates.decisions });
  const events = compared(pairs, { name: 'events', of: (rates) => rates.events });
  return {
    bench: 'scale',
    about,
    ...(decisions.ratio && { ratio: decisions.ratio.median }),
    measures: [decisions, events],
    curves: [...curves, processesCurve('a decision', decisions), processesCurve('an event', events)],
  };
}

/** The load is never less than what the processes can take, so what one of them takes is the rate turned over. */
function processesCurve(what: string, { ours, theirs = 0 }: Measure): Curve {
  return {
    name: `${what}, processes`,
    x: 'processes',
    y: `time for ${what} at saturation, us`,
    points: [
      { x: 1, y: 1e6 / theirs },
      { x: 2, y: 1e6 / ours },
    ],
  };
}

function compared(
  { one, two }: Pairs,
  { name, of }: { readonly name: string; readonly of: (rates: Rates) => number },
): Measure {
  const ours = two.map(of);
  const theirs = one.map(of);
  return {
    name: `${name} by two processes, times those of one`,
    unit: '1/s',
    ours: median(ours),
    theirs: median(theirs),
    ratio: ratioOf(ours, theirs),
  };
}

function toText({ measures, curves = [] }: Figures): string {
  const lines = measures.map(({ name, unit, ours, theirs = 0, ratio }) => {
    const range = ratio && `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)} .. ${ratio.high.toFixed(2)})`;
    return `${name}: ${range}; ${Math.round(ours)} ${unit} beside ${Math.round(theirs)} ${unit}`;
  });
  const drawn = curves.map(({ name, points }) => {
    const costs = points.map(({ x, y }) => `${x.toLocaleString('en')}: ${y.toPrecision(3)}`);
    return `${name}, us: ${costs.join(', ')}`;
  });
  return `${[...lines, ...drawn].join('\n')}\n`;
}

await main();
