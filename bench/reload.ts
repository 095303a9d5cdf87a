import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type NextbestServer, startNextbest } from './capacity/nextbest-server.ts';
import { median } from './measure/statistics.ts';
import { copySampleBook, type EditedFolder } from './reload/edited-folder.ts';
import { DecisionClient } from './reload/load.ts';
import { timeLoading } from './reload/time-loading.ts';
import { type Save, timeSaves } from './reload/time-saves.ts';
import type { About, Figures, Measure, Ratio } from './report/figures.ts';
import { ratioOf } from './report/ratio-of.ts';

const about: About = {
  question:
    'How soon does a saved rule file decide, and what do others feel of it while rules are saved ten times a second?',
  workload:
    'The built server with the embedded store and a copy of the sample rulebook. One rule file is saved, and decisions are asked for until the new rulebook makes one. Then decisions at a fixed rate, open loop, timed from when they were due, and as many as eight connections get, in turns with and without ten saves a second.',
  baseline: 'The same load on the same server while nobody saves, in turns.',
  notMeasured:
    'Network mounts, other servers that follow, rulebooks of other sizes. The times of finding, loading and going live are parts of different clocks: loading is timed in a process of its own.',
};

interface Effort {
  readonly saves: number;
  readonly pairs: number;
  readonly steadyMs: number;
  readonly fullMs: number;
}

const thorough: Effort = { saves: 40, pairs: 6, steadyMs: 2_500, fullMs: 1_200 };
const brief: Effort = { saves: 8, pairs: 5, steadyMs: 1_000, fullMs: 500 };

const perSecond = 100;
const lanes = 8;
const savesPerSecond = 10;

interface Turn {
  readonly p50: number;
  readonly p99: number;
  readonly throughput: number;
  readonly reloads: number;
  readonly ms: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, quick: { type: 'boolean' } } });
  const effort = values.quick ? brief : thorough;
  const folder = copySampleBook();
  try {
    const figures = await measure(folder, effort);
    if (!values.json) process.stdout.write(toText(figures));
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  } finally {
    folder.remove();
  }
}

async function measure(folder: EditedFolder, effort: Effort): Promise<Figures> {
  const env = { NEXTBEST_RULES: folder.rules, NEXTBEST_DATA: folder.data, NEXTBEST_STORE: 'lmdb' };
  const server = await startNextbest(env);
  const client = new DecisionClient(server.url);
  try {
    // The compilers of the server take their time; what they cost is not the reload's.
    await client.atMost(lanes, 3_000);
    const saves = await timeSaves({ server, client, folder, count: effort.saves });
    const loading = await timeLoadingAside(effort.saves);
    return figuresOf(saves, loading, await takeTurns({ server, client, folder }, effort));
  } finally {
    client.close();
    await server.stop();
  }
}

/** In another folder, which the server does not watch. */
async function timeLoadingAside(count: number): Promise<readonly number[]> {
  const folder = copySampleBook();
  try {
    return await timeLoading(folder, count);
  } finally {
    folder.remove();
  }
}

interface Place {
  readonly server: NextbestServer;
  readonly client: DecisionClient;
  readonly folder: EditedFolder;
}

interface Turns {
  readonly without: readonly Turn[];
  readonly during: readonly Turn[];
}

async function takeTurns(place: Place, { pairs, ...turn }: Effort): Promise<Turns> {
  const turns: { without: Turn[]; during: Turn[] } = { without: [], during: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    turns.without.push(await takeTurn(place, turn));
    turns.during.push(await whileSaving(place, () => takeTurn(place, turn)));
  }
  return turns;
}

async function takeTurn(
  { server, client }: Place,
  { steadyMs, fullMs }: Pick<Effort, 'steadyMs' | 'fullMs'>,
): Promise<Turn> {
  // A quarter of a second for what the turn before has left behind.
  await client.atRate(perSecond, 250);
  const reloadsBefore = await reloadsOf(server);
  const began = performance.now();
  const latencies = (await client.atRate(perSecond, steadyMs)).toSorted((one, other) => one - other);
  const throughput = await client.atMost(lanes, fullMs);
  const reloads = (await reloadsOf(server)) - reloadsBefore;
  const ms = performance.now() - began;
  return { p50: share(latencies, 0.5), p99: share(latencies, 0.99), throughput, reloads, ms };
}

/** From before the turn begins until it is over. */
async function whileSaving<Result>({ folder }: Place, work: () => Promise<Result>): Promise<Result> {
  const timer = setInterval(() => folder.save(), 1_000 / savesPerSecond);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    // The last save comes into force before the turn without saves begins.
    await pause(750);
  }
}

/** Rulebooks that came into force since the server started. */
async function reloadsOf({ url }: NextbestServer): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^nextbest_rulebook_changes_total\{[^}]*result="loaded"[^}]*\} (\S+)$/m.exec(text)?.[1] ?? 0);
}

function figuresOf(saves: readonly Save[], loading: readonly number[], { without, during }: Turns): Figures {
  const p99 = ratioOf(during.map(p99Of), without.map(p99Of));
  const throughput = ratioOf(during.map(throughputOf), without.map(throughputOf));
  const decided = saves.map(({ decidedMs }) => decidedMs).toSorted(ascending);
  const published = median(saves.map(({ publishedMs }) => publishedMs));
  return {
    bench: 'reload',
    about,
    ratio: p99.median,
    measures: [
      { name: 'save to first decision, p50', unit: 'ms', ours: share(decided, 0.5) },
      { name: 'save to first decision, p99', unit: 'ms', ours: share(decided, 0.99) },
      compared(
        'decide p99 while rules are saved, times that without',
        { unit: 'ms', ratio: p99, of: p99Of },
        { without, during },
      ),
      compared(
        'throughput while rules are saved, share of that without',
        { unit: '1/s', ratio: throughput, of: throughputOf },
        { without, during },
      ),
    ],
    raw: {
      saves: saves.length,
      finding_ms: published - median(loading),
      loading_ms: median(loading),
      going_live_ms: median(saves.map(({ decidedMs, publishedMs }) => decidedMs - publishedMs)),
      decide_p50_ms: median(during.map(({ p50 }) => p50)),
      decide_p50_without_ms: median(without.map(({ p50 }) => p50)),
      reloads_per_second: median(during.map(({ reloads, ms }) => (reloads * 1_000) / ms)),
      per_second: perSecond,
    },
  };
}

function compared(
  name: string,
  { unit, ratio, of }: { readonly unit: string; readonly ratio: Ratio; readonly of: (turn: Turn) => number },
  { without, during }: Turns,
): Measure {
  return { name, unit, ours: median(during.map(of)), theirs: median(without.map(of)), ratio };
}

function p99Of({ p99 }: Turn): number {
  return p99;
}

function throughputOf({ throughput }: Turn): number {
  return throughput;
}

function ascending(one: number, other: number): number {
  return one - other;
}

function share(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] as number;
}

function toText({ measures, raw }: Figures): string {
  const lines = measures.map(({ name, unit, ours, theirs, ratio }) => {
    const beside = theirs === undefined ? '' : `, without ${theirs.toPrecision(3)} ${unit}`;
    const range =
      ratio &&
      `, ${ratio.median.toPrecision(3)}x (${ratio.low.toPrecision(3)} .. ${ratio.high.toPrecision(3)})`;
    return `${name}: ${ours.toPrecision(3)} ${unit}${beside}${range ?? ''}`;
  });
  return `${[...lines, JSON.stringify(raw)].join('\n')}\n`;
}

await main();
