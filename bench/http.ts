import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startNats } from '../test/support/nats-server.ts';
import { startRedis } from '../test/support/redis-server.ts';
import { type NextbestServer, startNextbest } from './capacity/nextbest-server.ts';
import { capturedCommits } from './http/captured-commits.ts';
import { type Compared, compareServers, type Effort } from './http/compare-servers.ts';
import { measuresOf, rawOf, toText } from './http/report.ts';
import { loadStallingServer } from './http/stall.ts';
import { type Customers, loadLmdb, loadRedis, sampleCustomers } from './http/stores.ts';
import { Visits } from './http/visits.ts';
import type { Figures } from './report/figures.ts';

const about = {
  question:
    'How much of what the HTTP framework can do is left once every request is a decision that is stored?',
  workload:
    '`POST /v1/decide` on the built server with the sample rulebook, customers with a history of 60 events and 20 contacts (100,000; 2,000 with `--quick`), 500 visits at a time of eight requests each; on the embedded store, and on Redis and NATS. At saturation over 64 connections, and with requests that come by chance at 60 % of it, latency counted from when each was due',
  baseline:
    'embedded: a Fastify route with the same body, schemas and answer that does nothing; Redis: the same route making the commit of such a decision, by the same script and of the same sizes, and nothing else. Both are processes of their own, by turns with ours',
  notMeasured:
    'networks, TLS, several processes. What a decision leaves to be done (its messages, receipts, and the fold) is done by the same process, and counts in the throughput',
};
const thorough: Effort = { warmMs: 12_000, pairs: 5, saturatedMs: 1_500, steadySeconds: 1 };
const brief: Effort = { warmMs: 800, pairs: 5, saturatedMs: 200, steadySeconds: 0.2 };
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    stall: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  if (options.stall) return proveStall();
  const effort = options.quick ? brief : thorough;
  const customers = await sampleCustomers(options.quick ? 2_000 : 100_000);
  const embedded = await measureEmbedded(customers, effort);
  progress('the embedded store is measured');
  const redis = await measureRedis(customers, effort);
  const found = { embedded, redis };
  if (!options.json) process.stdout.write(toText(found));
  const figures: Figures & { readonly ratio_embedded: number; readonly ratio_redis: number } = {
    bench: 'http',
    about,
    ratio_embedded: embedded.share.median,
    ratio_redis: redis.share.median,
    measures: measuresOf(found),
    raw: rawOf(found, customers.customers),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

async function measureEmbedded(customers: Customers, effort: Effort): Promise<Compared> {
  const directory = await mkdtemp(join(tmpdir(), 'nextbest-http-'));
  const opened: Opened[] = [{ stop: () => rm(directory, { recursive: true, force: true }) }];
  try {
    await loadLmdb(directory, customers);
    const ours = opening(opened, await startNextbest({ NEXTBEST_DATA: directory }));
    const env = { BENCH_ANSWER: await answerOf(ours) };
    const theirs = opening(opened, await startNextbest(env, { script: 'bench/http/plain-route.ts' }));
    return await compareServers({ ours, theirs, visits: new Visits(customers.customers, 1) }, effort);
  } finally {
    await closeAll(opened);
  }
}

async function measureRedis(customers: Customers, effort: Effort): Promise<Compared> {
  const directory = await mkdtemp(join(tmpdir(), 'nextbest-http-'));
  const opened: Opened[] = [{ stop: () => rm(directory, { recursive: true, force: true }) }];
  try {
    const redis = opening(opened, await startRedis());
    const nats = opening(opened, await startNats());
    await loadRedis(redis.url, customers);
    const commits = join(directory, 'commits.json');
    await writeFile(commits, await capturedCommits(customers));
    const stores = { NEXTBEST_REDIS_URL: redis.url, NEXTBEST_NATS_URL: nats.url };
    const ours = opening(opened, await startNextbest(stores));
    const env = { BENCH_ANSWER: await answerOf(ours), BENCH_COMMITS: commits, BENCH_REDIS_URL: redis.url };
    const theirs = opening(opened, await startNextbest(env, { script: 'bench/http/commit-route.ts' }));
    return await compareServers({ ours, theirs, visits: new Visits(customers.customers, 2) }, effort);
  } finally {
    await closeAll(opened);
  }
}

interface Opened {
  stop(): Promise<unknown>;
}

function opening<Part extends Opened>(opened: Opened[], part: Part): Part {
  opened.push(part);
  return part;
}

/** The last one opened goes first; one that does not stop keeps no other from it. */
async function closeAll(opened: readonly Opened[]): Promise<void> {
  for (const part of [...opened].reverse()) {
    await part.stop().catch((error: unknown) => progress(`not stopped: ${String(error)}`));
  }
}

/** What the server answers a visitor: the baseline gives the same. */
async function answerOf({ url }: NextbestServer): Promise<string> {
  const body = JSON.stringify({
    ...{ customer: { userId: 'customer-100001' }, placements: ['home-hero'], context: { page: 'home' } },
  });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/v1/decide`, { method: 'POST', headers, body });
  if (response.status !== 200) throw new Error(`the server answered ${response.status}`);
  return response.text();
}

/** That the generator sees what a stall does to those who come meanwhile. */
async function proveStall(): Promise<void> {
  const stall = { perSecond: 1_000, seconds: 5, stallMs: 500, connections: 8 };
  const { corrected, naive, late } = await loadStallingServer(stall);
  const figures = (share: number) => ({ corrected: corrected.quantile(share), naive: naive.quantile(share) });
  const found = { p50: figures(0.5), p99: figures(0.99), late_p99: late.quantile(0.99) };
  if (!options.json) {
    process.stdout.write(
      `${stall.perSecond} requests a second for ${stall.seconds} s, and a server that stands still for ${stall.stallMs} ms:\n` +
        `p99 ${found.p99.corrected.toFixed(1)} ms from when each was due, ${found.p99.naive.toFixed(1)} ms from when it left\n`,
    );
  }
  process.stdout.write(`${JSON.stringify({ bench: 'http', stall, ...found })}\n`);
}

function progress(text: string): void {
  if (!options.json) process.stderr.write(`${text}\n`);
}

await main();
