import { afterEach, describe, expect, test } from 'vitest';
import { day, decodeState, userKey } from '../../../engine/index.ts';
import { partitionDocumentKey } from '../../../engine/runtime/partition-document.ts';
import { bookOf } from '../support/book.ts';
import { noon, track } from '../support/events.ts';
import { startNode, type TestNode } from '../support/node.ts';

const head = `
channels: { push: { direction: push } }
placements: { push-message: { channel: push, limit: 1 } }
features:
  orders.count: { count: Order Completed }
  orders.value: { sum: Order Completed, of: properties.revenue }
  orders.days_since: { recency: Order Completed }
  orders.count_7d: { count: Order Completed, within: 7d }
triggers:
  come-back: { on: Segment Left, when: { fact: event.properties.segment, operator: equal, value: active }, ask: push-message }
`;

const segments = `
segments:
  active: { when: { fact: orders.days_since, operator: lessThan, value: 30 }, value: orders.value }
  twice-a-week: { when: { fact: orders.count_7d, operator: greaterThanInclusive, value: 2 } }
`;

const action = `
---
action: we-miss-you
group: retention/push
treatments: { push: { channel: push, content: { text: "{{ event.properties.segment }}, {{ event.properties.because }}" } } }
`;

const book = bookOf(head + segments + action, 'one');

let running: TestNode[] = [];

afterEach(async () => {
  await Promise.all(running.map(({ node }) => node.stop()));
  running = [];
});

function start(rulebook = book, options: Parameters<typeof startNode>[1] = {}): TestNode {
  const test = startNode(rulebook, options);
  running.push(test);
  return test;
}

/** Passes once what is looked for is there, while the clock goes on by a second a look, as partitions look at it. */
function eventually(test: TestNode, look: () => Promise<void>): Promise<void> {
  const once = () => {
    test.clock.time += 1_000;
    return look().then(
      () => 'so',
      (error: Error) => error.message,
    );
  };
  return expect.poll(once).toBe('so');
}

function bought(who: string, at: number, revenue: number) {
  return track('Order Completed', { userId: who, timestamp: at, properties: { revenue } });
}

/** What all documents say of one segment. */
async function recount(test: TestNode, segment: string): Promise<{ size: number; value: number }> {
  let size = 0;
  let value = 0;
  for await (const { key, value: stored } of test.ports.store.documents()) {
    if (key === partitionDocumentKey) continue;
    const membership = decodeState(stored).segments[segment];
    if (!membership) continue;
    size += 1;
    value += membership.value / 1_000_000;
  }
  return { size, value };
}

describe('segments of a node', () => {
  test('are left because time passes, which sets off a trigger, and are counted by day', async () => {
    const test = start();
    await test.node.ingest([
      bought('ada', noon, 20),
      bought('bob', noon, 30),
      bought('ada', noon + 1_000, 5),
    ]);
    await test.node.settled();
    expect(await test.node.customer(userKey('ada'))).toMatchObject({
      segments: { active: { since: noon }, 'twice-a-week': {} },
    });
    expect(await test.node.segments()).toMatchObject([
      {
        name: 'active',
        size: 2,
        value: 55,
        since: noon,
        trend: [{ size: 2, value: 55, entered: 2, left: 0 }],
      },
      { name: 'twice-a-week', size: 1, trend: [{ size: 1, entered: 1, left: 0 }] },
    ]);

    test.clock.time = noon + 30 * day;
    await eventually(test, async () => {
      expect(await test.node.segments()).toMatchObject([
        { size: 0, value: 0 },
        { size: 0, trend: expect.arrayContaining([expect.objectContaining({ entered: 0, left: 1 })]) },
      ]);
    });
    await test.node.settled();
    const contents = test.decisions.flatMap(({ placements }) =>
      placements.flatMap(({ treatments }) => treatments),
    );
    expect(contents.map(({ content }) => content)).toEqual(
      Array.from({ length: 2 }, () => ({ text: 'active, time' })),
    );
    expect(test.decisions.map(({ at }) => at).sort()).toEqual([noon + 30 * day, noon + 30 * day + 1_000]);
    const [active] = await test.node.segments();
    expect(active?.trend.at(-1)).toMatchObject({ size: 0, entered: 0, left: 2 });
    expect(active?.trend).toHaveLength(31);
    expect(active?.trend[15]).toMatchObject({ size: 2, value: 55, entered: 0, left: 0 });
    expect(test.troubles).toEqual([]);
  });

  test('count a customer once whose ids are merged', async () => {
    const test = start();
    const visitor = { anonymousId: 'v1' };
    const { userId: _, ...order } = bought('ada', noon, 10);
    await test.node.ingest([{ ...order, ...visitor }, bought('ada', noon, 20)]);
    await test.node.settled();
    expect(await test.node.segments()).toMatchObject([{ size: 2, value: 30 }, { size: 0 }]);
    await test.node.ingest([track('identify', { type: 'identify', ...visitor, timestamp: noon + 1 })]);
    await test.node.settled();
    expect(await test.node.segments()).toMatchObject([
      { size: 1, value: 30, trend: [{ entered: 2, left: 0 }] },
      { size: 1, trend: [{ entered: 1 }] },
    ]);
    expect(await recount(test, 'active')).toEqual({ size: 1, value: 30 });
    expect(test.decisions).toEqual([]);
  });

  test('are judged anew for all customers when their definition changes, and leave the report when they are removed', async () => {
    const test = start(book, { learns: true });
    await test.node.ingest([bought('ada', noon, 20), bought('bob', noon, 30), bought('bob', noon, 1)]);
    await test.node.settled();
    test.rulebook = bookOf(
      `${head}
segments:
  active: { when: { fact: orders.value, operator: greaterThan, value: 25 }, value: orders.count }
  new-one: { when: { fact: orders.value, operator: lessThan, value: 25 } }
${action}`,
      'two',
    );
    expect((await test.node.segments()).map(({ name, size, since }) => ({ name, size, since }))).toEqual([
      { name: 'active', size: 2, since: undefined },
      { name: 'new-one', size: 0, since: undefined },
    ]);
    // The node that holds the first partition sees the new definitions first, and waits until every node has them.
    await eventually(test, async () => {
      expect(await test.node.segments()).toMatchObject([
        { name: 'active', size: 1, value: 2 },
        { name: 'new-one', size: 1 },
      ]);
    });
    expect(await recount(test, 'active')).toEqual({ size: 1, value: 2 });
    expect(await recount(test, 'twice-a-week')).toEqual({ size: 0, value: 0 });
    expect(await test.node.customer(userKey('bob'))).toMatchObject({ segments: { active: { since: noon } } });
    expect(await test.ports.store.readNote('segments-judged')).toBe(test.rulebook.segmentation.version);
    const contents = test.decisions.flatMap(({ placements }) =>
      placements.flatMap(({ treatments }) => treatments),
    );
    expect(contents.map(({ content }) => content)).toEqual([{ text: 'active, rules' }]);
    expect(test.troubles).toEqual([]);
  });

  test('come to the same states when the log is read again from its beginning', async () => {
    const test = start();
    await test.node.ingest([
      bought('ada', noon, 20),
      bought('ada', noon + 1_000, 5),
      bought('bob', noon, 30),
    ]);
    await test.node.settled();
    test.clock.time = noon + 31 * day;
    await eventually(test, async () =>
      expect(await test.node.segments()).toMatchObject([{ size: 0 }, { size: 0 }]),
    );
    await test.node.settled();
    const before = await states(test);
    await test.node.stop();
    running = [];
    await test.ports.store.wipe();
    const again = test.another();
    running.push(again);
    await again.node.settled();
    expect(await states(again)).toEqual(before);
    expect(await again.node.segments()).toMatchObject([{ size: 0, value: 0 }, { size: 0 }]);
  });
});

async function states(test: TestNode): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { key, value } of test.ports.store.documents()) {
    if (key !== partitionDocumentKey) found[key] = Buffer.from(value).toString('base64');
  }
  return found;
}
