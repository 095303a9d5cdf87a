import { describe, expect, it } from 'vitest';
import { MemoryStateStore } from '../../../adapters/memory/memory-state-store.ts';
import { digestState } from '../../../adapters/system/state-digest.ts';
import {
  defaultTenant,
  limits,
  type Observer,
  type Partition,
  type Ports,
  type Rulebook,
  rebuildStore,
  userKey,
  verifyStore,
} from '../../../engine/index.ts';
import type { PublishedDecision, StateStore } from '../../../engine/ports.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { track } from '../support/events.ts';
import { overriding } from '../support/faulty-store.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';

const partitions = 4;
const ignore = () => undefined;
const observer: Observer = {
  applied: ignore,
  decided: ignore,
  conflicted: ignore,
  deadLettered: ignore,
  repaired: ignore,
  restarted: ignore,
  troubled: (_what, error) => {
    throw error;
  },
  advanced: ignore,
};

const run = { tenant: defaultTenant, partitions, observer, recordMs: limits.decisionRecordMsDefault };

async function rebuild(ports: Ports, rulebook: Rulebook, inForceSince = 0) {
  const { signal } = new AbortController();
  return rebuildStore({ ...run, ports, rulebook, inForceSince, signal, onProgress: ignore });
}

async function verify(ports: Ports, rulebook: Rulebook) {
  const { signal } = new AbortController();
  const newStore = () => new MemoryStateStore(ports);
  return verifyStore({ ...run, ports, rulebook, signal, newStore, onProgress: ignore, tellMax: 5 });
}

async function headsOf({ log }: Ports): Promise<readonly number[]> {
  return Promise.all(Array.from({ length: partitions }, (_, partition) => log.head(partition as Partition)));
}

async function decisionsIn({ decisions }: Ports): Promise<readonly PublishedDecision[]> {
  const reader = decisions.subscribe({ after: 0 });
  const found = await reader.next({ max: 1_000, waitMs: 0 });
  await reader.close();
  return found.map(({ decision }) => decision);
}

/** Orders, boots that start pushed decisions, people who sign in, and pulled decisions with their outcomes. */
async function live(test: TestNode): Promise<void> {
  for (let person = 0; person < 8; person += 1) {
    const userId = `person-${person}`;
    const boots = { userId, properties: { category: 'boots' } };
    await test.node.ingest([
      track('Order Completed', { userId }),
      track('Product Viewed', boots),
      track('Order Completed', { anonymousId: `device-${person}`, userId: undefined } as never),
    ]);
    const { decision } = await ask(test, {
      customer: userKey(userId),
      events: [track('Order Completed', { userId })],
    });
    await test.node.recordOutcome({ decisionId: decision.id, outcome: 'click' });
    await test.node.ingest([
      {
        ...track('', { userId, anonymousId: `device-${person}` }),
        type: 'identify',
        name: 'identify',
      } as never,
    ]);
  }
  await test.node.settled();
}

describe('a rebuilt store', () => {
  it('holds the states there were, and nothing was sent a second time', async () => {
    const rulebook = bookOf(shopYaml);
    const test = startNode(rulebook);
    await live(test);
    await test.node.stop();
    const before = await digestState(test.ports.store);
    const heads = await headsOf(test.ports);
    const decisions = await decisionsIn(test.ports);
    expect(decisions.length).toBeGreaterThan(0);
    expect(await verify(test.ports, rulebook)).toMatchObject({
      differing: 0,
      older: 0,
      waiting: 0,
      moved: [],
    });

    await test.ports.store.wipe();
    expect(await verify(test.ports, rulebook)).toMatchObject({ customers: 0, differing: 0 });
    const report = await rebuild(test.ports, rulebook);
    expect(report).toMatchObject({ appended: 0, published: 0, deadLetters: 0 });
    expect(report.applied).toBe(heads.reduce((sum, head) => sum + head, 0));
    expect(await digestState(test.ports.store)).toEqual(before);
    expect(await headsOf(test.ports)).toEqual(heads);
    expect(await decisionsIn(test.ports)).toEqual(decisions);
    expect(await verify(test.ports, rulebook)).toMatchObject({ customers: before.customers, differing: 0 });
  });

  it('publishes nothing that its rulebook would have decided before it was in force', async () => {
    const test = startNode(bookOf(shopYaml));
    await live(test);
    await test.node.stop();
    const decisions = await decisionsIn(test.ports);
    const newer = bookOf(
      shopYaml
        .replace('triggers:\n', 'triggers:\n  thanks: { on: Order Completed, ask: push-message }\n')
        .replace(
          'operator: equal, value: 0 }\ntreatments:',
          'operator: greaterThan, value: 0 }\ntreatments:',
        ),
    );
    await test.ports.store.wipe();
    expect(await rebuild(test.ports, newer, test.clock.time + 1)).toMatchObject({ published: 0 });
    expect(await decisionsIn(test.ports)).toEqual(decisions);
    await test.ports.store.wipe();
    expect((await rebuild(test.ports, newer)).published).toBeGreaterThan(0);
  });

  it('sends on what the lost store had not sent', async () => {
    const rulebook = bookOf(shopYaml);
    let isCut = false;
    const test = startNode(rulebook, {}, (ports) => ({
      ...ports,
      // From some moment on nothing in the outbox is found, as when the node dies before it is sent.
      store: overriding<StateStore>(ports.store, {
        outbox: async (partition, limit) => (isCut ? [] : ports.store.outbox(partition, limit)),
      }),
    }));
    await live(test);
    const last = [
      track('Product Viewed', { userId: 'person-0', messageId: 'b', properties: { category: 'boots' } }),
      {
        ...track('', { userId: 'zoe', anonymousId: 'device-z', messageId: 'i' }),
        type: 'identify',
        name: 'identify',
      } as never,
      track('Order Completed', { anonymousId: 'device-z', messageId: 'z', userId: undefined } as never),
    ];
    isCut = true;
    await test.node.ingest(last);
    await expect
      .poll(async () =>
        (
          await Promise.all(
            Array.from({ length: partitions }, async (_, number) => {
              const { sequence } = await test.ports.store.checkpoint(number as Partition);
              return (await test.ports.log.head(number as Partition)) - sequence;
            }),
          )
        ).every((lag) => lag === 0),
      )
      .toBe(true);
    await test.node.stop();
    isCut = false;
    const decisions = (await decisionsIn(test.ports)).length;

    await test.ports.store.wipe();
    const report = await rebuild(test.ports, rulebook);
    expect(report.appended).toBeGreaterThan(0);
    expect((await decisionsIn(test.ports)).length).toBe(decisions + report.published);
    const after = test.another();
    await after.node.settled();
    expect(await after.node.customer(userKey('zoe'))).toMatchObject({ features: { 'orders.count': 1 } });
    await after.node.stop();
    expect(await verify(test.ports, rulebook)).toMatchObject({ differing: 0 });
  });
});

describe('a comparison of store and log', () => {
  it('names who differs and where, without what is written there', async () => {
    const rulebook = bookOf(shopYaml);
    const test = startNode(rulebook);
    await live(test);
    await test.node.stop();
    const key = userKey('person-3');
    const copy = startNode(rulebook);
    await copy.node.ingest([track('Order Completed', { userId: 'person-3', messageId: 'secret' })]);
    await copy.node.settled();
    await copy.node.stop();
    // Somebody else's document lies where that of the customer was, and one customer is gone.
    const home = await homeOf(test.ports.store, key);
    const [stored] = await test.ports.store.load(home, [key]);
    const [other] = await copy.ports.store.load(home, [key]);
    const gone = userKey('person-5');
    const lost = await homeOf(test.ports.store, gone);
    const [forgotten] = await test.ports.store.load(lost, [gone]);
    const nothing = { timers: [], outbox: [], records: [], counters: [] };
    const nonce = test.ports.ids.nonce();
    await test.ports.store.commit({
      partition: home,
      documents: [{ key, expected: stored?.nonce, nonce, value: other?.value }],
      ...nothing,
    });
    await test.ports.store.commit({
      partition: lost,
      documents: [{ key: gone, expected: forgotten?.nonce, nonce, value: undefined }],
      ...nothing,
    });
    const report = await verify(test.ports, rulebook);
    expect(report.differing).toBe(2);
    expect([...report.differences].sort((one, another) => one.key.localeCompare(another.key))).toEqual([
      { partition: home, key, kind: 'different', path: expect.any(String) },
      { partition: lost, key: gone, kind: 'missing' },
    ]);
    expect(JSON.stringify(report)).not.toContain('secret');
  });
});

async function homeOf(store: StateStore, key: string): Promise<Partition> {
  for await (const document of store.documents()) if (document.key === key) return document.partition;
  throw new Error(`${key} is nowhere`);
}
