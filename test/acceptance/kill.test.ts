import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from 'nats';
import { expect, onTestFinished, test } from 'vitest';
import { mulberry32 } from '../../adapters/cli/simulate/random.ts';
import { get } from './support/api.ts';
import { coffeeHistory } from './support/coffee-history.ts';
import { type FoldProgress, lmdbProgress, redisProgress } from './support/fold-progress.ts';
import { messageServers } from './support/message-servers.ts';
import { edit, openPlace, type Place, projectFolder, whileRunning } from './support/place.ts';
import type { Environment, Program } from './support/program.ts';
import { type ReplaySummary, replayArguments, summaryOf, undisturbed } from './support/replay-command.ts';

const servers = messageServers();
const partitions = 8;
const settings = { NEXTBEST_PARTITIONS: String(partitions) };
const rules = `${projectFolder}/bench/rulebooks/starbucks`;
const start = Date.UTC(2018, 6, 1);
const length = 30 * 86_400_000;

/** A failing seed is put here for good. */
const seed = 7;
const random = mulberry32(seed);
const history = coffeeHistory({ seed, rows: 3_000 });

/** One moment in each half of the history, and none near its end, where a replay might be faster than the kill. */
function drawMoments(): readonly number[] {
  return [0, 1].map((half) => start + ((half + random() * 0.5) / 2) * length);
}

let run: Promise<ReplaySummary> | undefined;

/** What the file comes to without any interruption; the same for all storages. */
function wholeRun(place: Place, args: readonly string[]): Promise<ReplaySummary> {
  run ??= undisturbed(place, args, settings);
  return run;
}

interface Interrupted {
  readonly args: readonly string[];
  readonly env: Environment;
  readonly progress: FoldProgress;
}

test(`a replay into LMDB that is killed again and again ends in the same state (seed ${seed})`, async () => {
  const place = await openPlace();
  const args = replayArguments(await place.write('history.jsonl', history.text), rules);
  const whole = await wholeRun(place, args);
  const progress = lmdbProgress(join(place.folder, 'data'));
  expectSame(await replayThroughKills(place, { args, env: settings, progress }), whole);
});

test(`a replay on Redis and NATS that is killed again and again ends in the same state (seed ${seed})`, async () => {
  const place = await openPlace();
  const args = replayArguments(await place.write('history.jsonl', history.text), rules);
  const whole = await wholeRun(place, args);
  const { progress, close } = await redisProgress(servers.redis().url, partitions);
  onTestFinished(close);
  const env = { ...settings, ...servers.env() };
  expectSame(await replayThroughKills(place, { args, env, progress }), whole);
  expect(await publishedDecisions()).toBe(messagesOf(whole));
});

test('a replay ends in the same state when a server that worked off partitions of it is killed', async () => {
  const place = await openPlace();
  // A server learns while it works, and a replay alone does not: so nothing here may hang on what was learned.
  const own = await place.copy('bench/rulebooks/starbucks', 'rules');
  await edit(`${own}/settings.yaml`, 'channel: push, limit: 1 }', 'channel: push, limit: 1, without: [P] }');
  await edit(`${own}/settings.yaml`, 'exploration: 0.05', 'exploration: 0');
  const args = replayArguments(await place.write('history.jsonl', history.text), own);
  const whole = await undisturbed(place, args, settings);
  const { progress, close } = await redisProgress(servers.redis().url, partitions);
  onTestFinished(close);

  const env = { ...settings, ...servers.env() };
  const server = await place.serve(env);
  const replaying = place.start(args, env);
  await reach(replaying, progress, start + 0.3 * length);
  const { body: metrics } = await get(server.url, '/metrics');
  expect(
    Number(/^nextbest_messages_applied_total(?:\{.*\})? (\d+)$/m.exec(String(metrics))?.[1]),
  ).toBeGreaterThan(0);
  expect((await server.end('SIGKILL')).signal).toBe('SIGKILL');
  expectSame(summaryOf(await replaying.ended), whole);
  expect(await publishedDecisions()).toBe(messagesOf(whole));
});

/** The first kill hits the reading of the file, the others the folding; after each the same command goes on. */
async function replayThroughKills(
  place: Place,
  { args, env, progress }: Interrupted,
): Promise<ReplaySummary> {
  const reading = place.start(args, env);
  await whileRunning(reading, () => expect(reading.stderr()).toContain('%'));
  await kill(reading);
  for (const moment of drawMoments()) {
    const replaying = place.start(args, env);
    await reach(replaying, progress, moment);
    await kill(replaying);
  }
  return summaryOf(await place.run(args, env));
}

async function reach(program: Program, progress: FoldProgress, moment: number): Promise<void> {
  await whileRunning(program, async () => expect(await progress()).toBeGreaterThanOrEqual(moment));
}

async function kill(program: Program): Promise<void> {
  expect((await program.end('SIGKILL')).signal).toBe('SIGKILL');
}

async function publishedDecisions(): Promise<number> {
  const nats = await connect({ servers: servers.nats().url });
  const manager = await jetstreamManager(nats);
  const { state } = await manager.streams.info('NEXTBEST_DECISIONS');
  await nats.close();
  return state.messages;
}

/** Each trigger asks for one treatment, and a decision without any sends nothing. */
function messagesOf({ decisionsByAction: { '(none)': _nothing, ...sent } }: ReplaySummary): number {
  return Object.values(sent).reduce((sum, count) => sum + count, 0);
}

function expectSame(actual: ReplaySummary, expected: ReplaySummary): void {
  const { complete, rows, events, rejected, digest, customers } = expected;
  expect(actual).toMatchObject({ complete, rows, events, rejected, digest, customers });
}
