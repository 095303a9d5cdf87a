import { jetstream } from '@nats-io/jetstream';
import { connect } from 'nats';
import { expect, test } from 'vitest';
import { customer, get, post } from './support/api.ts';
import { openLeaseHolders } from './support/lease-holders.ts';
import { messageServers } from './support/message-servers.ts';
import { openPlace, type Place, patience, type RunningServer } from './support/place.ts';
import {
  decideBody,
  type Journal,
  placement,
  type RepeatableAnswer,
  SteadyLoad,
  type Told,
} from './support/steady-load.ts';

/**
 * A server that is told to stop in the middle of load ends by itself, and nobody notices: what it took in counts once,
 * what it answered stands, and what it did not answer it did not do.
 */

const servers = messageServers();
const partitions = 8;
const settings = { NEXTBEST_PARTITIONS: String(partitions) };
/** Answers before the stop, and after it. */
const answersMin = 250;
const readsAtOnce = 16;

test('SIGTERM under load hands everything over to the other server', async () => {
  const place = await openShop();
  // Long enough for it to be seen on its way out.
  const env = { ...settings, ...servers.env(), NEXTBEST_SHUTDOWN_GRACE_MS: '2500' };
  const leases = openLeaseHolders(servers.redis().url, partitions);
  const leaving = await place.serve(env);
  await expect.poll(leases.nodes, patience).toHaveLength(1);
  const [leavingNode] = await leases.nodes();
  const staying = await place.serve(env);
  await expect.poll(() => leases.heldBy(leavingNode), patience).toBe(partitions / 2);
  await expect.poll(() => leases.heldBy(undefined), patience).toBe(0);
  const stayingNode = (await leases.nodes()).find((node) => node !== leavingNode);

  const load = new SteadyLoad([leaving.url, staying.url]);
  await untilAnswered(load, [leaving, staying]);
  const ended = leaving.end('SIGTERM');
  await expect.poll(async () => (await get(leaving.url, '/readyz')).status, patience).toBe(503);
  expect(await ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  // It gave back what it held: a lease that is left to run out is still there now.
  expect(await leases.heldBy(leavingNode)).toBe(0);
  expect(await leases.nodes()).not.toContain(leavingNode);
  await expect.poll(() => leases.heldBy(stayingNode), patience).toBe(partitions);

  await untilAnswered(load, [staying]);
  const journal = await load.stop();
  expect(journal.told.filter(({ url }) => url === leaving.url)).not.toEqual([]);
  await expectNothingNoticed(journal, staying);
  await expect.poll(async () => (await published()).sort(), patience).toEqual(publishedOf(journal).sort());
});

test('SIGTERM under load loses nothing and doubles nothing on the embedded store', async () => {
  const place = await openShop();
  const before = await place.serve(settings);
  const addresses = [before.url];
  const load = new SteadyLoad(addresses);
  await untilAnswered(load, [before]);
  expect(await before.end('SIGTERM')).toMatchObject({ code: 0, signal: null, stderr: '' });

  const after = await place.serve(settings);
  addresses[0] = after.url;
  await untilAnswered(load, [after]);
  await expectNothingNoticed(await load.stop(), after);
});

async function openShop(): Promise<Place> {
  const place = await openPlace();
  await place.copy('rules', 'rules');
  return place;
}

/** Each of them, so often from now on. */
async function untilAnswered(load: SteadyLoad, by: readonly RunningServer[]): Promise<void> {
  const wanted = by.map(({ url }) => ({ url, count: load.answeredBy(url) + answersMin }));
  for (const { url, count } of wanted) {
    await expect.poll(() => load.answeredBy(url), patience).toBeGreaterThanOrEqual(count);
  }
}

async function expectNothingNoticed(journal: Journal, server: RunningServer): Promise<void> {
  expect(journal.wrong).toEqual([]);
  // The stop was in the way of some, and none of these had been carried out where it was not answered.
  expect(journal.unanswered).toBeGreaterThan(0);
  expect(journal.told.filter(({ answer }) => answer.repeated)).toEqual([]);
  await expectEachCountedOnce(journal, server);
  await expectSameAnswers(journal, server);
  await expectEachContactOnce(journal, server);
}

async function expectEachCountedOnce({ accepted }: Journal, { url }: RunningServer): Promise<void> {
  const counts = () =>
    mapped([...accepted.keys()], async (id) => (await customer(url, id)).features['views.count_30d']);
  await expect.poll(counts, patience).toEqual([...accepted.values()]);
}

async function expectSameAnswers({ told }: Journal, { url }: RunningServer): Promise<void> {
  const again = await mapped(told, async (one) => (await post(url, '/v1/decide', decideBody(one))).body);
  expect(again).toEqual(told.map(({ answer }): RepeatableAnswer => ({ ...answer, repeated: true })));
}

async function expectEachContactOnce({ accepted, told }: Journal, { url }: RunningServer): Promise<void> {
  const people = [...new Set([...accepted.keys(), ...told.map(({ userId }) => userId)])];
  const views = await mapped(people, (id) => customer(url, id));
  const contacts = views
    .flatMap((view) => view.contacts)
    .filter((contact) => contact.placement === placement)
    .map(({ decisionId, action }) => `${decisionId} ${action}`);
  expect(contacts.sort()).toEqual(told.flatMap(contactsOf).sort());
}

/** A fallback is no contact. */
function contactsOf({ answer }: Told): readonly string[] {
  return (answer.placements[placement] ?? []).flatMap(({ action }) =>
    action === undefined ? [] : [`${answer.decisionId} ${action}`],
  );
}

function publishedOf({ told }: Journal): string[] {
  return told.map(({ answer }) => `${answer.decisionId}.${placement}`);
}

async function published(): Promise<string[]> {
  const nats = await connect({ servers: servers.nats().url });
  try {
    const consumer = await jetstream(nats).consumers.get('NEXTBEST_DECISIONS');
    const { num_pending: pending } = await consumer.info();
    const ids: string[] = [];
    while (ids.length < pending) {
      const messages = await consumer.fetch({ max_messages: pending - ids.length, expires: 5_000 });
      for await (const message of messages) ids.push(message.json<{ readonly id: string }>().id);
    }
    return ids;
  } finally {
    await nats.close();
  }
}

/** The results in the order of the items; a few of them are worked on at a time. */
async function mapped<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const entries = items.entries();
  const work = async () => {
    for (const [index, item] of entries) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: readsAtOnce }, work));
  return results;
}
