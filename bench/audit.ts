import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { AuditReport } from '../engine/index.ts';
import { startNats } from '../test/support/nats-server.ts';
import { startRedis } from '../test/support/redis-server.ts';
import { askDecisions, sendEvents } from './capacity/load.ts';
import { startNextbest } from './capacity/nextbest-server.ts';
import type { Figures } from './report/figures.ts';

const about = {
  question:
    'Do decisions that were made under load, while the rules changed again and again, come out the same when they are made again, and how fast is that?',
  workload:
    'the built server with the sample rulebook on a real Redis and a real NATS, events and decisions side by side from 5,000 customers, the rules saved anew in between',
  baseline: 'none; the number that counts is that of the mismatches',
  notMeasured: 'networks, several servers',
};
const { values: options, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
/** Decisions: `npm run bench -- audit 100000`. */
const wanted = Number(positionals[0] ?? (options.quick ? 3_000 : 20_000));
const root = new URL('..', import.meta.url).pathname;
const sliceMs = options.quick ? 2_500 : 5_000;
/** Published rulebooks that are kept are 20, so no more than these are made. */
const reloadsMax = 15;

async function main(): Promise<void> {
  const redis = await startRedis();
  const nats = await startNats();
  const folder = await mkdtemp(join(tmpdir(), 'nextbest-audit-'));
  try {
    await cp(join(root, 'rules'), join(folder, 'rules'), { recursive: true });
    const env = {
      NEXTBEST_REDIS_URL: redis.url,
      NEXTBEST_NATS_URL: nats.url,
      NEXTBEST_RULES: join(folder, 'rules'),
    };
    const load = await live(env, join(folder, 'rules'));
    const begun = performance.now();
    const report = await audit(env);
    const seconds = (performance.now() - begun) / 1_000;
    const { decisions, mismatches, breaks, unknownBooks } = report;
    const text =
      `${decisions} decisions with ${load.reloads} changes of the rules in between: ${mismatches} mismatches, ` +
      `${breaks} breaks; audited at ${Math.round(decisions / seconds)} a second.\n`;
    if (!options.json) process.stdout.write(text);
    const figures = figuresOf({ ...load, decisions, mismatches, breaks, unknownBooks, seconds });
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    if (mismatches > 0 || breaks > 0) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
    await redis.stop();
    await nats.stop();
  }
}

interface Found {
  readonly asked: number;
  readonly reloads: number;
  readonly decisions: number;
  readonly mismatches: number;
  readonly breaks: number;
  readonly unknownBooks: number;
  readonly seconds: number;
}

function figuresOf(found: Found): Figures {
  const { decisions, mismatches, breaks, seconds } = found;
  return {
    bench: 'audit',
    about,
    measures: [
      { name: 'decisions that came out otherwise', unit: '', ours: mismatches, target: { most: 0 } },
      { name: 'breaks in the chains of receipts', unit: '', ours: breaks, target: { most: 0 } },
      { name: 'decisions made again', unit: '', ours: decisions },
      { name: 'made again, by one process', unit: '1/s', ours: Math.round(decisions / seconds) },
    ],
    raw: { ...found },
  };
}

async function live(env: Readonly<Record<string, string>>, rules: string) {
  const server = await startNextbest(env);
  let asked = 0;
  let reloads = 0;
  try {
    while (asked < wanted) {
      const [count] = await Promise.all([
        askDecisions(server.url, sliceMs),
        sendEvents(server.url, sliceMs, `slice-${asked}`),
        reloads < reloadsMax ? changeRules(rules, reloads) : undefined,
      ]);
      asked += count;
      if (reloads < reloadsMax) reloads += 1;
      if (!options.json) process.stderr.write(`${asked} of ${wanted} decisions\n`);
    }
  } finally {
    await server.stop();
  }
  return { asked, reloads };
}

/** A value that every decision is ranked by is another one from now on. */
async function changeRules(folder: string, round: number): Promise<void> {
  const file = join(folder, 'arbitration.yaml');
  const text = await readFile(file, 'utf8');
  const changed = text.replace(/uniform: [\d.]+/, `uniform: ${(0.02 + round / 100).toFixed(2)}`);
  if (changed === text) throw new Error(`${file} declares no uniform slice that could be changed`);
  await writeFile(file, `${changed.trimEnd()}\n# round ${round}\n`);
}

async function audit(env: Readonly<Record<string, string>>): Promise<AuditReport> {
  const program = join(root, 'dist/adapters/cli/nextbest.js');
  const child = spawn(process.execPath, [program, 'audit', '--since', '24h', '--json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(child, 'close');
  return JSON.parse(text) as AuditReport;
}

await main();
