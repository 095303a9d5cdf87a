import { afterEach, describe, expect, it, test } from 'vitest';
import {
  anonymousKey,
  type CustomerKey,
  defaultTenant,
  type Ports,
  partitionOf,
  type TouchpointEvent,
  userKey,
} from '../../../engine/index.ts';
import type { Commit } from '../../../engine/ports.ts';
import { bookOf } from '../support/book.ts';
import { track } from '../support/events.ts';
import { overriding, withoutPartitions } from '../support/faulty-store.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';

/** What a request costs in round trips to store and ledger, on a node that works off no partition (Q6). */

const book = bookOf(`
currency: EUR
channels:
  web: { direction: pull }
placements:
  hero: { channel: web, limit: 1 }
  empty: { channel: web }
overlays:
  segmentation: { attributes: { note: text }, by: userId }
consent:
  - { on: Subscribed, grants: marketing }
  - { on: Unsubscribed, withdraws: marketing }
policies:
  few: { scope: customer, limit: 100, within: 30d, counts: decided }
budgets:
  one: { total: 100000, unit: contacts, period: day }
  two: { total: 100000, unit: contacts, period: week }
  three: { total: 100000, unit: contacts, period: total }
---
action: greeting
group: service/hello
value: 1
budgets: [one, two, three]
treatments:
  card: { channel: web, placements: [hero], content: {} }
---
action: voucher
group: sales/vouchers
value: 10
purpose: marketing
treatments:
  card: { channel: web, placements: [hero], content: {} }
`);

const started: TestNode[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ node }) => node.stop()));
});

/** A node that answers requests after this had happened, alone, and what it asked store and ledger for since. */
async function start(...events: readonly TouchpointEvent[]) {
  const home = startNode(book);
  started.push(home);
  await home.node.ingest(events);
  await home.node.settled();
  // Whoever folds what a decision sends to the log changes the document; here nobody does, so that the count is the same.
  await home.node.stop();
  const asked: string[] = [];
  const node = home.another((ports) => counting(withoutPartitions(ports), asked));
  started.push(node);
  return { home, node, trips: () => asked.splice(0) };
}

const signIn = track('identify', { type: 'identify', anonymousId: 'phone' });

/** Somebody in the same partition. */
function neighbourOf(userId: string, name: string): CustomerKey {
  const home = partitionOf(defaultTenant, userKey(userId), 4);
  for (let number = 0; ; number += 1) {
    const key = userKey(`${name}-${number}`);
    if (partitionOf(defaultTenant, key, 4) === home) return key;
  }
}

/** Sending on what was committed is no part of the request, and not counted. */
function counting(ports: Ports, asked: string[]): Ports {
  const counted = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: readonly unknown[]) => {
          if (!['outbox', 'clearOutbox'].includes(String(name))) asked.push(String(name));
          return member.apply(target, args);
        };
      },
    });
  return { ...ports, store: counted(ports.store), budgets: counted(ports.budgets) };
}

test('a decision on a known customer is one round trip, budgets, policies and consent included', async () => {
  const { node, trips } = await start(track('Subscribed'), signIn);
  await ask(node);
  trips();
  for (let round = 0; round < 3; round += 1) {
    await ask(node);
    expect(trips()).toEqual(['commit']);
  }
  await ask(node, { placements: ['empty'] });
  expect(trips()).toEqual(['commit']);
  await ask(node, { requestId: 'again', explain: true });
  expect(trips()).toEqual(['commit']);
  await ask(node, { requestId: 'again', explain: true });
  expect(trips()).toEqual(['commit']);
});

test('through an id that was merged as well', async () => {
  const { node, trips } = await start(signIn);
  const customer = anonymousKey('phone');
  await ask(node, { customer });
  trips();
  await ask(node, { customer });
  expect(trips()).toEqual(['commit']);
});

test('a change of consent that comes with the request costs nothing, and neither does the next decision', async () => {
  const { node, trips } = await start();
  await ask(node);
  trips();
  const { decision } = await ask(node, { events: [track('Subscribed')] });
  expect(decision.placements[0]?.treatments[0]?.action).toBe('voucher');
  expect(trips()).toEqual(['commit']);
  const after = await ask(node);
  expect(after.decision.placements[0]?.treatments[0]?.action).toBe('voucher');
  expect(trips()).toEqual(['commit']);
});

test('a customer of whom nothing is known costs one round trip more', async () => {
  const { node, trips } = await start();
  await ask(node, { placements: ['hero', 'empty'] });
  trips();
  // The first one drew the salt and reserved budgets for its partition.
  for (const placements of [['hero'], ['empty']]) {
    const customer = neighbourOf('ada', placements.join());
    await ask(node, { customer, placements });
    expect(trips()).toEqual(['load', 'commit']);
  }
});

test('a partition whose budgets are not known yet reads all of them at once', async () => {
  const { home, node, trips } = await start();
  // Another node reserved what there is to spend.
  const other = home.another(withoutPartitions);
  started.push(other);
  await ask(other);
  await ask(node);
  expect(trips().filter((name) => name === 'counters')).toHaveLength(1);
});

describe('where another node folds', () => {
  /** One node folds, the other one decides; what became of the commits of either. */
  async function startTwo() {
    const folding: string[] = [];
    const deciding: string[] = [];
    const asked: string[] = [];
    const aside = startNode(book);
    await aside.node.stop();
    const home = aside.another((ports) => noting(ports, folding));
    const node = aside.another((ports) => withoutPartitions(counting(noting(ports, deciding), asked)));
    started.push(home, node);
    await home.node.ingest([track('Subscribed')]);
    await home.node.settled();
    return { home, node, folding, deciding, asked };
  }

  const refused = (results: readonly string[]) => results.filter((kind) => kind === 'conflict').length;

  it('has no decision refused but the first, though every document is written once more behind it', async () => {
    const { home, node, deciding } = await startTwo();
    for (let round = 0; round < 10; round += 1) {
      await ask(node);
      await home.node.settled();
    }
    expect(refused(deciding)).toBe(1);
  });

  it('has no fold refused for a decision that was made elsewhere', async () => {
    const { home, node, folding } = await startTwo();
    for (let round = 0; round < 10; round += 1) {
      await ask(node);
      await home.node.ingest([track('Looked')]);
      await home.node.settled();
    }
    expect(refused(folding)).toBe(0);
  });

  it('is back at one round trip once nobody else writes', async () => {
    const { home, node, asked } = await startTwo();
    for (let round = 0; round < 2; round += 1) {
      await ask(node);
      await home.node.settled();
    }
    await home.node.stop();
    for (let round = 0; round < 10; round += 1) await ask(node);
    asked.length = 0;
    await ask(node);
    expect(asked).toEqual(['commit']);
  });
});

test('a fold of its own that comes first leaves a node its trust in what it has in memory', async () => {
  const asked: string[] = [];
  let before: (() => Promise<void>) | undefined;
  const test = startNode(book, {}, (ports) => {
    const commit = async (wanted: Commit) => {
      const pass = wanted.checkpoint ? undefined : before;
      if (pass) before = undefined;
      await pass?.();
      const result = await ports.store.commit(wanted);
      if (!wanted.checkpoint) asked.push(result.kind);
      return result;
    };
    const load: Ports['store']['load'] = (partition, keys) => {
      asked.push('load');
      return ports.store.load(partition, keys);
    };
    return { ...ports, store: overriding(ports.store, { commit, load }) };
  });
  started.push(test);
  await ask(test);
  await test.node.settled();
  asked.length = 0;
  before = async () => {
    await test.node.ingest([track('Looked')]);
    await expect.poll(() => test.notes.filter((note) => note === 'event:applied')).toHaveLength(1);
  };
  await ask(test);
  await test.node.settled();
  await ask(test);
  expect(asked).toEqual(['conflict', 'committed', 'committed']);
});

test("whoever reads a document that a fold of its own just wrote takes it for nobody else's", async () => {
  const asked: string[] = [];
  let before: (() => Promise<unknown>) | undefined;
  const test = startNode(book, {}, (ports) => {
    const commit = async (wanted: Commit) => {
      const result = await ports.store.commit(wanted);
      // It is stored, and the fold has not heard of it yet.
      const pass = wanted.checkpoint && before;
      if (pass) before = undefined;
      await pass?.();
      return result;
    };
    return counting({ ...ports, store: overriding(ports.store, { commit }) }, asked);
  });
  started.push(test);
  await ask(test);
  await test.node.settled();
  before = () => test.node.customer(userKey('ada'));
  await test.node.ingest([track('Looked')]);
  await test.node.settled();
  expect(before).toBeUndefined();
  asked.length = 0;
  await ask(test);
  expect(asked.filter((name) => name === 'load')).toEqual([]);
});

test('a document that was read before a write of its own node, and comes after it, is not remembered', async () => {
  const asked: string[] = [];
  let after: (() => Promise<unknown>) | undefined;
  const test = startNode(book, {}, (ports) => {
    const load: Ports['store']['load'] = async (partition, keys) => {
      const loaded = await ports.store.load(partition, keys);
      const pass = after;
      after = undefined;
      await pass?.();
      return loaded;
    };
    return counting({ ...ports, store: overriding(ports.store, { load }) }, asked);
  });
  started.push(test);
  await ask(test);
  await test.node.settled();
  after = () => ask(test);
  await test.node.customer(userKey('ada'));
  expect(after).toBeUndefined();
  await test.node.settled();
  asked.length = 0;
  await ask(test);
  expect(asked.filter((name) => ['load', 'commit'].includes(name))).toEqual(['commit']);
});

function noting(ports: Ports, results: string[]): Ports {
  const commit = async (wanted: Commit) => {
    const result = await ports.store.commit(wanted);
    results.push(result.kind);
    return result;
  };
  return { ...ports, store: overriding(ports.store, { commit }) };
}
