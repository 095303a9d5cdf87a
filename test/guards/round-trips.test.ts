import { resolve } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openServer, type Server } from '../../adapters/main.ts';
import { readConfig } from '../../adapters/system/config.ts';
import { startNats } from '../support/nats-server.ts';
import { startRedis } from '../support/redis-server.ts';
import type { TestServer } from '../support/server-process.ts';
import { type NatsWatch, type Published, watchNats } from './support/watch-nats.ts';
import { type RedisWatch, watchRedis } from './support/watch-redis.ts';

/**
 * What a decision and an event cost between the processes, counted by the servers that are asked: Redis tells every
 * command, and a subscriber of NATS sees every message.
 *
 * The common case of a decision is a customer whose document this server has in memory, in its newest version, with or
 * without a request id, whom no overlay is asked about: one round trip, the commit, and no read. A customer whom it does
 * not know takes one read more, one without any document another one, for the marks of those who were erased.
 */
const patience = { timeout: 90_000, interval: 20 };
const customers = Array.from({ length: 20 }, (_, number) => `customer-${number}`);

let redis: TestServer;
let nats: TestServer;
let server: Server;
let commands: RedisWatch;
let messages: NatsWatch;
let marks = 0;

beforeAll(async () => {
  [redis, nats] = await Promise.all([startRedis(), startNats()]);
  const env = {
    NEXTBEST_PORT: '0',
    NEXTBEST_RULES: resolve(import.meta.dirname, '../../rules'),
    NEXTBEST_REDIS_URL: redis.url,
    NEXTBEST_NATS_URL: nats.url,
    NEXTBEST_PARTITIONS: '1',
  };
  [commands, messages] = await Promise.all([watchRedis(redis), watchNats(nats)]);
  server = await openServer(readConfig(env), () => undefined);
  // Scripts are sent once, when they are used for the first time.
  await isShownAction('the first customer of all');
  await settled();
});

afterAll(async () => {
  commands.close();
  await messages.close();
  await server.close();
  await Promise.all([redis.stop(), nats.stop()]);
});

test('an unknown customer takes two reads and one commit, one in memory the commit alone', async () => {
  const unknown = await commandsFor(customers);
  expect(unknown.commits).toBe(customers.length);
  expect(unknown.reads).toBeLessThanOrEqual(2 * customers.length);
  await settled();
  // Who was shown nothing, as those who are held out, has no document yet and is looked for again.
  expect(unknown.shown.length).toBeGreaterThan(customers.length / 2);
  const known = await commandsFor(unknown.shown);
  expect(known).toMatchObject({ commits: unknown.shown.length, reads: 0 });
});

test('an event over HTTP that no rule reads is one message on NATS, a decision that shows something three', async () => {
  await settled();
  const batch = customers.map((userId) => ({ type: 'track', event: 'Nothing That Rules Read', userId }));
  const before = (await messages.seen()).length;
  await post('/v1/batch', { batch });
  expect(kindsOf((await messages.seen()).slice(before))).toEqual({ 'log e': batch.length });
  await settled();
  const between = (await messages.seen()).length;
  let shown = 0;
  for (const userId of customers) if (await isShownAction(userId)) shown += 1;
  // What the fold is to know, what was decided, and its receipt: they are sent on after the answer.
  const all = { 'log d': shown, decisions: customers.length, receipts: customers.length };
  const kinds = async () => kindsOf((await messages.seen()).slice(between));
  await expect.poll(kinds, patience).toMatchObject(all);
  // Receipts are chained when the outbox is sent on, as many at a time as there are.
  expect((await kinds()).chain).toBeLessThanOrEqual(customers.length);
});

interface Asked {
  readonly commits: number;
  readonly reads: number;
  /** Customers who were shown an action. */
  readonly shown: readonly string[];
}

async function commandsFor(asked: readonly string[]): Promise<Asked> {
  const before = (await commands.seen()).length;
  const shown: string[] = [];
  for (const userId of asked) if (await isShownAction(userId)) shown.push(userId);
  const own = (await commands.seen()).slice(before).filter(isOfRequest);
  const commits = own.filter((command) => command.startsWith('"evalsha"')).length;
  return { commits, reads: own.length - commits, shown };
}

/** A worker's commit checks its checkpoint, stores no record of a request, and reads no documents of customers it has in memory. */
function isOfRequest(command: string): boolean {
  const isCommit = command.startsWith('"evalsha"');
  return isCommit ? command.includes(':record:') : /:doc:u:customer-|:record:/.test(command);
}

/**
 * No document changes any more: what was in the outbox was sent on and folded, and what followed from that as well. The
 * log of a partition is in order, so when a mark behind it is applied, all before it is.
 */
async function settled(): Promise<void> {
  const client = new Redis(redis.port, '127.0.0.1');
  for (let round = 0; round < 2; round += 1) {
    await vi.waitFor(async () => expect(await client.xlen('nb:{default.p0}:outbox')).toBe(0), patience);
    marks += 1;
    const mark = `mark ${marks}`;
    await post('/v1/batch', { batch: [{ type: 'identify', userId: 'the marks', traits: { mark } }] });
    const view = async () => (await fetch(`${server.address}/v1/customers/the%20marks`)).text();
    await vi.waitFor(async () => expect(await view()).toContain(mark), patience);
  }
  client.disconnect();
}

/** `nextbest.log.0` is of the kind `log`, with what the message is: `e` an event, `d` a decision. */
function kindsOf(published: readonly Published[]): Readonly<Record<string, number>> {
  const kinds: Record<string, number> = {};
  for (const { subject, id } of published) {
    const [, stream = subject, , last] = subject.split('.');
    const kind = stream === 'log' ? `log ${id.split(':')[1]}` : last === 'chain' ? 'chain' : stream;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return kinds;
}

async function isShownAction(userId: string): Promise<boolean> {
  const answer = await post('/v1/decide', { customer: { userId }, placements: ['home-hero'] });
  const { placements } = answer as { placements: Record<string, readonly { readonly action?: string }[]> };
  return Object.values(placements).some((shown) => shown.some(({ action }) => action !== undefined));
}

async function post(path: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(server.address + path, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.status).toBeLessThan(300);
  return answer.json();
}
