import { afterEach, describe, expect, it } from 'vitest';
import { digestState } from '../../../adapters/system/state-digest.ts';
import {
  defaultTenant,
  limits,
  type Observer,
  type Ports,
  type Rulebook,
  rebuildStore,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour, noon, track } from '../support/events.ts';
import { startNode, type TestNode } from '../support/node.ts';

const rulebook = bookOf(`
channels: { push: { direction: push } }
placements: { note: { channel: push } }
quietHours: { night: { from: "21:00", until: "08:00", then: queue } }
triggers: { shipped: { on: Shipped, ask: note } }
---
action: parcel
group: service
treatments: { push: { channel: push, content: { text: "Parcel {{ event.properties.parcel }}" } } }
`);

const night = noon + 11 * hour;
const morning = noon + 20 * hour;
const running: TestNode[] = [];

function start(): TestNode {
  const test = startNode(rulebook);
  running.push(test);
  test.clock.time = night;
  return test;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ node }) => node.stop()));
});

async function sent({ decisions }: Ports): Promise<readonly (readonly [number, unknown])[]> {
  const reader = decisions.subscribe({ after: 0 });
  const found = await reader.next({ max: 100, waitMs: 0 });
  await reader.close();
  return found.map(({ decision: { at, customer } }) => [at, customer]);
}

async function rebuild(ports: Ports, book: Rulebook): Promise<void> {
  const ignore = () => undefined;
  const { signal } = new AbortController();
  await rebuildStore({
    ...{ tenant: defaultTenant, partitions: 4, recordMs: limits.decisionRecordMsDefault, inForceSince: 0 },
    ...{ ports, rulebook: book, signal, onProgress: ignore },
    observer: {
      applied: ignore,
      decided: ignore,
      conflicted: ignore,
      deadLettered: ignore,
      repaired: ignore,
      restarted: ignore,
      troubled: ignore,
      advanced: ignore,
    } satisfies Observer,
  });
}

const shipped = (userId: string) =>
  track('Shipped', { userId, timestamp: night, properties: { parcel: userId } });

describe('a message in the night', () => {
  it('is published in the morning, once, by whichever node is there then', async () => {
    const test = start();
    await test.node.ingest(['ada', 'bob'].map(shipped));
    await test.node.settled();
    expect(await sent(test.ports)).toEqual([]);
    expect(test.decisions.map(({ putOffUntil }) => putOffUntil)).toEqual([morning, morning]);
    const record = await test.node.decision(test.decisions[0]?.id ?? '');
    expect(record).toMatchObject({ putOffUntil: morning, cause: { kind: 'trigger', trigger: 'shipped' } });
    await test.node.stop();
    const other = test.another();
    running.push(other);
    other.clock.time = morning + 1;
    await expect.poll(() => other.decisions.length).toBe(2);
    await other.node.settled();
    expect([...(await sent(test.ports))].sort()).toEqual([
      [morning, { userId: 'ada' }],
      [morning, { userId: 'bob' }],
    ]);
  });

  it('is still waited for after the state was rebuilt from the log', async () => {
    const test = start();
    await test.node.ingest(['ada', 'bob'].map(shipped));
    await test.node.settled();
    await test.node.stop();
    const before = await digestState(test.ports.store);
    await test.ports.store.wipe();
    await rebuild(test.ports, rulebook);
    expect(await digestState(test.ports.store)).toEqual(before);
    const other = test.another();
    running.push(other);
    other.clock.time = morning + 1;
    await expect.poll(async () => (await sent(test.ports)).length).toBe(2);
    await other.node.settled();
    await other.node.stop();
    const after = await digestState(test.ports.store);
    await test.ports.store.wipe();
    await rebuild(test.ports, rulebook);
    expect(await digestState(test.ports.store)).toEqual(after);
    expect(await sent(test.ports)).toHaveLength(2);
  });
});
