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
  // No letter of the name is a hexadecimal digit.
  const zoot = userKey('zoot');
  await erased(test, zoot);
  const marks = names.filter((name) => name.startsWith('erased:'));
  expect(marks).toHaveLength(1);
  expect(marks[0]).not.toContain('zoot');
  expect(marks[0]).not.toContain(test.ports.sha256(zoot));
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

test('an id that was taken out of a customer stays when the customer goes, whatever it had come through', async () => {
  const test = start();
  const [bob, cyd] = [userKey('bob'), userKey('cyd')];
  for (const userId of ['ada', 'bob', 'cyd']) await test.node.ingest([track('Order Completed', { userId })]);
  await test.node.settled();
  await test.node.merge(cyd, bob);
  await test.node.settled();
  await test.node.merge(bob, ada);
  await test.node.settled();
  await test.node.unmerge(ada, cyd);
  await test.node.settled();
  await erased(test, ada);
  expect(await keysIn(test)).toEqual([cyd]);
  expect((await test.node.customer(cyd))?.features['orders.count']).toBe(1);
  expect(test.troubles).toEqual([]);
});

test('a node whose clock is behind decides later than the erasure all the same', async () => {
  const test = start();
  await test.node.ingest([track('Order Completed')]);
  await test.node.settled();
  await erased(test, ada);
  test.clock.time -= hour;
  for (const _ of [1, 2]) await ask(test);
  await test.node.settled();
  expect(test.notes.filter((note) => note.startsWith('decision:'))).toEqual([
    'decision:applied',
    'decision:applied',
  ]);
});

test('a change of consent that was received before an erasure writes nothing ahead after it', async () => {
  const test = start();
  await test.node.stop();
  let appended: (() => void) | undefined;
  const waits = new Promise<void>((resolve) => {
    appended = resolve;
  });
  // The node that takes the event in stands still between the log and the store.
  const slow = test.another((ports) => ({
    ...withoutPartitions(ports),
    log: overriding(ports.log, {
      append: async (messages) => {
        await ports.log.append(messages);
        await waits;
      },
    }),
  }));
  started.push(slow);
  const said = track('Newsletter Subscribed', { timestamp: test.clock.time + 60_000 });
  const taken = slow.node.ingest([said]);
  const worker = test.another();
  started.push(worker);
  await erased(worker, ada);
  appended?.();
  await taken;
  expect(await keysIn(test)).toEqual([]);
});

test('what is on record of somebody without a document is exported, and goes with the erasure', async () => {
  const test = start();
  const { decision } = await ask(test, { placements: [] });
  expect(await test.node.customer(ada)).toBeUndefined();
  expect((await test.node.exportCustomer(ada))?.decisions.map(({ id }) => id)).toEqual([decision.id]);
  await erased(test, ada);
  expect(await test.node.exportCustomer(ada)).toBeUndefined();
});

test('an id on its way out of a customer is not answered with that customer', async () => {
  const test = start();
  await test.node.ingest([
    track('Page', { type: 'page', name: 'page', anonymousId: 'phone', userId: undefined as never }),
    signIn(),
  ]);
  await test.node.settled();
  await test.node.stop();
  // Works off the partition of the customer alone: what was given back waits in the log.
  const half = test.another((ports) => ({
    ...ports,
    leases: overriding(ports.leases, { hold: async () => [partitionOf(defaultTenant, ada, 4)] }),
  }));
  started.push(half);
  await half.node.unmerge(ada, phone);
  await expect.poll(async () => (await half.node.customer(ada))?.identities).toEqual([ada]);
  await expect(half.node.exportCustomer(phone)).rejects.toMatchObject({ code: 'NB_CONTENTION' });
  await expect(half.node.customer(phone)).rejects.toMatchObject({ code: 'NB_CONTENTION' });
});
