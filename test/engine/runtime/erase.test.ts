import { afterEach, expect, test } from 'vitest';
import {
  anonymousKey,
  type CustomerKey,
  type DeploymentOptions,
  defaultTenant,
  type Ports,
  partitionOf,
  userKey,
} from '../../../engine/index.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { hour, noon, track } from '../support/events.ts';
import { overriding, withoutPartitions } from '../support/faulty-store.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';

const book = bookOf(shopYaml);
const started: TestNode[] = [];

function start(wrap?: (ports: Ports) => Ports, options: Partial<DeploymentOptions> = {}): TestNode {
  const test = startNode(book, options, wrap);
  started.push(test);
  return test;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ node }) => node.stop()));
});

const ada = userKey('ada');
const phone = anonymousKey('phone');

const signIn = (timestamp = noon) =>
  track('identify', { type: 'identify', anonymousId: 'phone', timestamp, traits: { firstName: 'Ada' } });

async function erased(test: TestNode, key: CustomerKey): Promise<void> {
  test.clock.time += 1_000;
  await test.node.erase(key);
  test.clock.time += 1_000;
  await test.node.settled();
}

async function keysIn({ ports }: TestNode): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of ports.store.documents()) if (!key.startsWith('p:')) keys.push(key);
  return keys.sort();
}

test('forgets the documents of all ids, the decisions on record and what was waited for', async () => {
  const test = start();
  await test.node.ingest([
    track('Product Viewed', {
      anonymousId: 'phone',
      userId: undefined as never,
      properties: { category: 'hats' },
    }),
    signIn(),
    track('Cart Updated'),
  ]);
  await test.node.settled();
  const { decision } = await ask(test);
  expect(await keysIn(test)).toEqual([phone, ada]);
  await erased(test, ada);
  expect(await keysIn(test)).toEqual([]);
  expect(await test.node.customer(ada)).toBeUndefined();
  expect(await test.node.customer(phone)).toBeUndefined();
  expect(await test.node.exportCustomer(phone)).toBeUndefined();
  expect(await test.node.decision(decision.id)).toBeUndefined();
  const partition = partitionOf(defaultTenant, ada, 4);
  expect(await test.ports.store.dueTimers(partition, { wall: noon * 2, stream: noon * 2 }, 10)).toEqual([]);
  expect(test.troubles).toEqual([]);
});

test('finds the whole customer through an id that was merged away', async () => {
  const test = start();
  await test.node.ingest([signIn(), track('Order Completed')]);
  await test.node.settled();
  await erased(test, phone);
  expect(await keysIn(test)).toEqual([]);
});

test('keeps what happened before an erasure away, and begins anew with what happens after it', async () => {
  const test = start();
  await test.node.ingest([track('Order Completed')]);
  await erased(test, ada);
  await test.node.ingest([track('Order Completed', { timestamp: noon - hour })]);
  await test.node.settled();
  expect(await keysIn(test)).toEqual([]);
  expect(test.notes.at(-1)).toBe('event:erased');

  test.clock.time += hour;
  await test.node.ingest([track('Order Completed', { timestamp: test.clock.time })]);
  await test.node.ingest([track('Order Completed', { timestamp: noon - hour })]);
  await test.node.settled();
  expect((await test.node.customer(ada))?.features['orders.count']).toBe(1);
});

test('an erasure that overtakes a merge reaches the document that was merged', async () => {
  const test = start();
  await test.node.ingest([
    track('Page', { type: 'page', name: 'page', anonymousId: 'phone', userId: undefined as never }),
  ]);
  await test.node.settled();
  // Nobody works off the log, so both are in it before the merge begins.
  await test.node.stop();
  const away = test.another(withoutPartitions);
  started.push(away);
  await away.node.ingest([signIn()]);
  test.clock.time += 1_000;
  await away.node.erase(ada);
  const back = test.another();
  started.push(back);
  await back.node.settled();
  expect(await keysIn(test)).toEqual([]);
});

test('a customer of whom nothing is known is marked all the same', async () => {
  const test = start();
  await erased(test, ada);
  await test.node.ingest([track('Order Completed')]);
  await test.node.settled();
  expect(await keysIn(test)).toEqual([]);
});

test('the mark is no id: records hold a fingerprint that depends on a salt', async () => {
  const names: string[] = [];
  const test = start((ports) => ({
    ...ports,
    store: overriding(ports.store, {
      commit: async (commit) => {
        names.push(...commit.records.map(({ id, value }) => `${id} ${value}`));
        return ports.store.commit(commit);
      },
    }),
  }));
  await erased(test, ada);
  const marks = names.filter((name) => name.startsWith('erased:'));
  expect(marks).toHaveLength(1);
  expect(marks[0]).not.toContain('ada');
  expect(marks[0]).not.toContain(test.ports.sha256(ada));
});

test('a decision for an erased customer is one for somebody new, and keeps the past away', async () => {
  const test = start();
  await test.node.ingest([signIn(), track('Order Completed')]);
  await test.node.settled();
  await erased(test, ada);
  const { decision } = await ask(test);
  expect(decision.placements[0]?.treatments[0]?.content).toEqual({ title: '10 off, ' });
  await test.node.ingest([track('Order Completed', { timestamp: noon })]);
  await test.node.settled();
  const view = await test.node.customer(ada);
  expect(view?.contacts).toHaveLength(1);
  expect(view?.features['orders.count']).toBe(0);
});

test('a node that remembers the customer does not bring it back', async () => {
  const test = start();
  await test.node.ingest([signIn(), track('Order Completed')]);
  await test.node.settled();
  const other = test.another(withoutPartitions);
  started.push(other);
  await ask(other, { customer: phone });
  await erased(test, ada);
  const { decision } = await ask(other, { customer: phone });
  expect(decision.customer).toBe(phone);
  expect(decision.placements[0]?.treatments[0]?.content).toEqual({ title: '10 off, ' });
  expect(await keysIn(test)).toEqual([phone]);
});

test('an erasure between reading and storing is never undone', async () => {
  let before: (() => Promise<void>) | undefined;
  const test = start();
  const other = test.another((ports) => ({
    ...withoutPartitions(ports),
    store: overriding(ports.store, {
      commit: async (commit) => {
        const run = before;
        if (commit.onceBy?.includes('-')) before = undefined;
        if (commit.onceBy?.includes('-')) await run?.();
        return ports.store.commit(commit);
      },
    }),
  }));
  started.push(other);
  const bob = userKey('bob');
  for (const customer of [ada, bob]) {
    if (customer === ada) await test.node.ingest([track('Order Completed')]);
    for (let round = 0; round < 2; round += 1) {
      before = () => erased(test, customer);
      const { decision } = await ask(other, { customer });
      const view = await test.node.customer(customer);
      // What is there now was decided after the erasure, on nothing.
      expect(view?.contacts.map(({ at }) => at)).toEqual([decision.at]);
      expect(decision.at).toBeGreaterThanOrEqual(test.clock.time - 1_000);
      await erased(test, customer);
      expect(await test.node.customer(customer)).toBeUndefined();
    }
  }
});

test('a rebuild from the log comes to the same state', async () => {
  const test = start();
  await test.node.ingest([signIn(), track('Order Completed'), track('Order Completed', { userId: 'bob' })]);
  await test.node.settled();
  await erased(test, phone);
  await test.node.ingest([track('Order Completed', { timestamp: noon })]);
  test.clock.time += hour;
  await test.node.ingest([track('Cart Updated', { timestamp: test.clock.time })]);
  await test.node.settled();
  const documents = async () => {
    const all = new Map<string, string>();
    for await (const { key, value } of test.ports.store.documents()) {
      if (!key.startsWith('p:')) all.set(key, Buffer.from(value).toString('base64'));
    }
    return [...all].sort();
  };
  const live = await documents();
  await test.node.stop();
  await test.ports.store.wipe();
  const again = test.another();
  started.push(again);
  await again.node.settled();
  expect(await documents()).toEqual(live);
  expect(live.map(([key]) => key)).toEqual([ada, userKey('bob')]);
});
