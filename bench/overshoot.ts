import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startNats } from '../test/support/nats-server.ts';
import { startRedis } from '../test/support/redis-server.ts';
import { type NextbestServer, startNextbest } from './capacity/nextbest-server.ts';
import { askInParallel, type Shown } from './overshoot/ask-in-parallel.ts';
import type { Figures, Measure } from './report/figures.ts';

const about = {
  question:
    'How far are caps and budgets exceeded when several servers decide for the same customers at once?',
  workload:
    'four server processes on one Redis, 64 connections, 24 requests at a time for one customer after the other under a cap of five contacts a day, and a budget of 500 vouchers; what the answers told is counted',
  baseline: 'the same server that checks first and stores then (`overshoot/careless-server.ts`)',
  notMeasured: 'speed; the budget of the baseline is checked in escrow as well',
};
const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const processes = 4;
const connections = 64;
const perCustomer = 24;
const cap = 5;
const budget = 500;
const phaseMs = options.quick ? 4_000 : 30_000;

const book = `currency: EUR
channels: { web: { direction: pull } }
placements: { hero: { channel: web, limit: 1, fallback: { title: Hello } } }
budgets: { few: { unit: contacts, total: ${budget}, period: total } }
policies: { five-a-day: { scope: customer, limit: ${cap}, within: 24h, counts: decided } }
---
action: voucher
group: sales/vouchers
value: 100
budgets: [few]
treatments: { card: { channel: web, content: { title: Voucher } } }
---
action: guide
group: service/advice
value: 5
treatments: { card: { channel: web, content: { title: Guide } } }
`;

interface Overshoot {
  readonly asked: number;
  readonly shown: number;
  readonly customers: number;
  /** Contacts beyond the cap, of all customers. */
  readonly beyondCap: number;
  readonly customersBeyond: number;
  readonly beyondBudget: number;
}

async function main(): Promise<void> {
  const ours = await measure({});
  const checkThenSet = await measure({ script: 'bench/overshoot/careless-server.ts' });
  if (!options.json) {
    report('compare-and-set', ours);
    report('check, then set', checkThenSet);
  }
  process.stdout.write(`${JSON.stringify(figuresOf(ours, checkThenSet))}\n`);
  if (ours.beyondCap > 0 || ours.beyondBudget > 0) process.exitCode = 1;
}

async function measure(program: { readonly script?: string }): Promise<Overshoot> {
  const [redis, nats] = await Promise.all([startRedis(), startNats()]);
  const rules = await mkdtemp(join(tmpdir(), 'nextbest-overshoot-'));
  const servers: NextbestServer[] = [];
  try {
    await writeFile(join(rules, 'book.yaml'), book);
    const env = { NEXTBEST_REDIS_URL: redis.url, NEXTBEST_NATS_URL: nats.url, NEXTBEST_RULES: rules };
    // The first one makes the streams.
    servers.push(await startNextbest(env, program));
    const others = Array.from({ length: processes - 1 }, () => startNextbest(env, program));
    servers.push(...(await allStarted(others)));
    const urls = servers.map(({ url }) => url);
    return overshootOf(await askInParallel({ urls, connections, perCustomer, ms: phaseMs }));
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await Promise.all([redis.stop(), nats.stop()]);
    await rm(rules, { recursive: true, force: true });
  }
}

/** Where one of them fails, the others are stopped. */
async function allStarted(starting: readonly Promise<NextbestServer>[]): Promise<readonly NextbestServer[]> {
  const ended = await Promise.allSettled(starting);
  const started = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed === undefined) return started;
  await Promise.all(started.map((server) => server.stop()));
  throw failed.reason;
}

/** By what the channels were told: an answer that is lost shows nothing. */
function overshootOf({ asked, answers }: Shown): Overshoot {
  const contactsOf = new Map<string, number>();
  let vouchers = 0;
  for (const { customer, action } of answers) {
    contactsOf.set(customer, (contactsOf.get(customer) ?? 0) + 1);
    if (action === 'voucher') vouchers += 1;
  }
  const beyond = [...contactsOf.values()].map((contacts) => Math.max(0, contacts - cap));
  return {
    asked,
    shown: answers.length,
    customers: contactsOf.size,
    beyondCap: beyond.reduce((sum, contacts) => sum + contacts, 0),
    customersBeyond: beyond.filter((contacts) => contacts > 0).length,
    beyondBudget: Math.max(0, vouchers - budget),
  };
}

function figuresOf(ours: Overshoot, theirs: Overshoot): Figures {
  const both = (part: keyof Overshoot) => ({ unit: '', ours: ours[part], theirs: theirs[part] });
  const none = { target: { most: 0 } };
  const measures: readonly Measure[] = [
    { name: 'contacts beyond the cap', ...both('beyondCap'), ...none },
    { name: 'customers with contacts beyond the cap', ...both('customersBeyond'), ...none },
    { name: 'vouchers beyond the budget', ...both('beyondBudget'), ...none },
    { name: 'customers who were asked for', ...both('customers') },
    { name: 'requests', ...both('asked') },
  ];
  return { bench: 'overshoot', about, measures, raw: { ours, check_then_set: theirs } };
}

function report(name: string, found: Overshoot): void {
  const { asked, shown, customers, beyondCap, customersBeyond, beyondBudget } = found;
  process.stdout.write(
    `${name}: ${asked} requests, ${shown} contacts told; ${beyondCap} beyond the cap of ${customersBeyond} ` +
      `of ${customers} customers, ${beyondBudget} beyond the budget\n`,
  );
}

await main();
