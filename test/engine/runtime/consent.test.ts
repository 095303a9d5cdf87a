import { afterEach, expect, test } from 'vitest';
import { CodedError, day, type Ports, type TouchpointEvent, userKey } from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour, noon, track } from '../support/events.ts';
import { overriding, withoutPartitions } from '../support/faulty-store.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';

const book = bookOf(`
channels:
  web: { direction: pull }
  email: { direction: push, consent: per-channel }
placements:
  hero: { channel: web }
  letter: { channel: email }
consent:
  - { on: Subscribed, grants: marketing, expires: 30d, expiresAt: properties.validUntil }
  - { on: Unsubscribed, withdraws: marketing }
  - { on: Mail Refused, denies: marketing, channel: email }
---
action: voucher
group: sales/vouchers
value: 10
purpose: marketing
treatments:
  card: { channel: web, content: {} }
  mail: { channel: email, content: {} }
`);

const started: TestNode[] = [];
const keep = (test: TestNode) => {
  started.push(test);
  return test;
};

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ node }) => node.stop()));
});

async function reasonIn(test: TestNode, placement = 'hero', customer = userKey('ada')): Promise<string> {
  const { decision } = await ask(test, { placements: [placement], customer });
  const [reason] = decision.placements[0]?.reasons ?? [];
  return reason?.code === 'consent' ? `no: ${reason.by}` : (reason?.code ?? 'none');
}

test('a withdrawal binds the next decision on any node although nobody has folded it', async () => {
  // No node works off the log.
  const test = keep(startNode(book, {}, withoutPartitions));
  const other = keep(test.another());
  await test.node.ingest([track('Subscribed')]);
  expect(await reasonIn(other)).toBe('chosen');
  expect(await reasonIn(test)).toBe('chosen');
  await test.node.ingest([track('Unsubscribed', { timestamp: noon + 1 })]);
  expect(await reasonIn(other)).toBe('no: marketing');
  expect((await other.node.customer(userKey('ada')))?.consent).toMatchObject({
    marketing: { status: 'withdrawn' },
  });
  // An older grant that comes in later changes nothing.
  await other.node.ingest([track('Subscribed', { timestamp: noon })]);
  expect(await reasonIn(test)).toBe('no: marketing');
});

test('a withdrawal that came with a request binds the next one', async () => {
  const test = keep(startNode(book, {}, withoutPartitions));
  await test.node.ingest([track('Subscribed')]);
  const events: readonly TouchpointEvent[] = [track('Unsubscribed', { timestamp: noon + 1 })];
  const { decision } = await ask(test, { events });
  expect(decision.placements[0]?.reasons[0]?.code).toBe('consent');
  expect(await reasonIn(test)).toBe('no: marketing');
});

test('a withdrawal through an id that was merged binds the customer', async () => {
  const test = keep(startNode(book));
  await test.node.ingest([
    track('identify', { type: 'identify', anonymousId: 'phone' }),
    track('Subscribed', { timestamp: noon + 1 }),
  ]);
  await test.node.settled();
  await test.node.stop();
  const other = keep(test.another(withoutPartitions));
  const { userId: _, ...said } = track('Unsubscribed', { anonymousId: 'phone', timestamp: noon + 2 });
  await other.node.ingest([said]);
  expect(await reasonIn(other)).toBe('no: marketing');
});

test('the channel has a word of its own', async () => {
  const test = keep(startNode(book, {}, withoutPartitions));
  await test.node.ingest([track('Subscribed'), track('Mail Refused')]);
  expect(await reasonIn(test, 'letter')).toBe('no: marketing');
  expect(await reasonIn(test, 'hero')).toBe('chosen');
});

test('a grant ends by its rule, or when its event says', async () => {
  const test = keep(startNode(book));
  const of = (userId: string, validUntil?: string) =>
    track('Subscribed', { userId, properties: validUntil === undefined ? {} : { validUntil } });
  await test.node.ingest([of('ada'), of('bob', '2026-03-02T12:00:00Z'), of('eve', 'soon')]);
  await test.node.settled();
  const reasons = async () =>
    Promise.all(['ada', 'bob', 'eve'].map((id) => reasonIn(test, 'hero', userKey(id))));
  expect(await reasons()).toEqual(['chosen', 'chosen', 'no: marketing (expired)']);
  test.clock.time = noon + day;
  expect(await reasons()).toEqual(['chosen', 'no: marketing (expired)', 'no: marketing (expired)']);
  test.clock.time = noon + 30 * day;
  expect(await reasons()).toEqual(Array(3).fill('no: marketing (expired)'));
  expect((await test.node.customer(userKey('ada')))?.consent.marketing).toEqual({
    status: 'granted',
    at: noon,
    source: 'Subscribed',
    expiresAt: noon + 30 * day,
  });
});

test('an event is accepted while the store is away, and the operator is told', async () => {
  const away = (ports: Ports): Ports => ({
    ...withoutPartitions(ports),
    store: overriding(ports.store, {
      // What the engine keeps for itself is asked for at any time, and is no matter here.
      load: async (partition, keys) => {
        if (keys.every((key) => key.startsWith('p:'))) return ports.store.load(partition, keys);
        throw new CodedError('NB_STORE_UNAVAILABLE', 'the store does not answer');
      },
    }),
  });
  const test = keep(startNode(book));
  const cut = keep(test.another(away));
  await cut.node.ingest([track('Subscribed')]);
  expect(cut.troubles).toHaveLength(1);
  await test.node.settled();
  expect((await test.node.customer(userKey('ada')))?.consent).toHaveProperty('marketing');
});

test('history that is played in is not written ahead', async () => {
  const test = keep(startNode(book, {}, withoutPartitions));
  const receivedAt = ({ timestamp }: TouchpointEvent) => timestamp;
  await test.node.ingest([track('Subscribed', { timestamp: noon - hour })], { replayed: true, receivedAt });
  expect(await test.node.customer(userKey('ada'))).toBeUndefined();
});
