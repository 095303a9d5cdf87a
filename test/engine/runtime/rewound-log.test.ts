import { afterEach, describe, expect, it } from 'vitest';
import { systemTiming } from '../../../adapters/system/timing.ts';
import {
  Bell,
  type LogMessage,
  type Partition,
  type Ports,
  type TouchpointEvent,
  userKey,
  WaitingReader,
} from '../../../engine/index.ts';
import type { LogReader, TouchpointLog } from '../../../engine/ports.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { noon, track } from '../support/events.ts';
import { withoutPartitions } from '../support/faulty-store.ts';
import { startNode, type TestNode } from '../support/node.ts';

/** A log in memory whose entries can go: the newest, so that their sequences are given out again, or the oldest. */
class LossyLog implements TouchpointLog {
  readonly #logs = new Map<Partition, { messages: string[]; gone: number; bell: Bell }>();

  async append(messages: readonly LogMessage[]): Promise<void> {
    for (const message of messages) {
      const log = this.#log(message.partition);
      log.messages.push(JSON.stringify(message));
      log.bell.ring();
    }
  }

  read(partition: Partition, after: number): LogReader {
    const log = this.#log(partition);
    let position = after;
    const take = (max: number) => {
      const from = Math.max(position, log.gone);
      const entries = log.messages
        .slice(from - log.gone, from - log.gone + max)
        .map((json, index) => ({ sequence: from + index + 1, message: JSON.parse(json) as LogMessage }));
      position = entries.at(-1)?.sequence ?? position;
      return entries;
    };
    return new WaitingReader({ take, bell: log.bell, timing: systemTiming });
  }

  async head(partition: Partition): Promise<number> {
    const { gone, messages } = this.#log(partition);
    return gone + messages.length;
  }

  async first(partition: Partition): Promise<number | undefined> {
    const { gone, messages } = this.#log(partition);
    return gone + messages.length === 0 ? undefined : gone + 1;
  }

  async idAt(partition: Partition, sequence: number): Promise<string | undefined> {
    const { gone, messages } = this.#log(partition);
    const json = sequence > gone ? messages[sequence - gone - 1] : undefined;
    return json === undefined ? undefined : (JSON.parse(json) as LogMessage).id;
  }

  /** Keeps the oldest `kept` entries of every partition. */
  loseEnd(kept: (length: number) => number): void {
    for (const log of this.#logs.values())
      log.messages.length = Math.min(log.messages.length, kept(log.messages.length));
  }

  /** Retention: all entries there are go. */
  loseBeginning(): void {
    this.loseOthers(0);
  }

  /** The same where partitions share their sequences: so many entries of others came and went as well. */
  loseOthers(count: number): void {
    for (const log of this.#logs.values()) {
      log.gone += log.messages.length + count;
      log.messages = [];
    }
  }

  #log(partition: Partition) {
    const log = this.#logs.get(partition) ?? { messages: [], gone: 0, bell: new Bell() };
    this.#logs.set(partition, log);
    return log;
  }
}

const running: TestNode[] = [];

function start(log: LossyLog): TestNode {
  const test = startNode(bookOf(shopYaml), { partitions: 1 }, (ports: Ports) => ({ ...ports, log }));
  running.push(test);
  return test;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ node }) => node.stop()));
});

const order = (index: number) => track('Order Completed', { messageId: `m${index}` });

async function ordersOf(test: TestNode): Promise<unknown> {
  return (await test.node.customer(userKey('ada')))?.features['orders.count'];
}

describe('a log that lost its end', () => {
  it('is taken up where it still agrees: what came after the loss is applied, nothing is applied twice', async () => {
    const log = new LossyLog();
    const before = start(log);
    for (let index = 0; index < 40; index += 1) {
      await before.node.ingest([order(index)]);
      await before.node.settled();
    }
    await before.node.stop();
    // Ten entries are gone, and twenty others took their sequences and ten more before anybody looks.
    log.loseEnd((length) => length - 10);
    const after = before.another();
    running.push(after);
    await after.node.ingest(Array.from({ length: 20 }, (_, index) => order(100 + index)));
    await after.node.settled();
    expect(await ordersOf(after)).toBe(60);
    expect(after.repairs).toEqual([{ partition: 0, kind: 'rewound', from: 40, to: expect.any(Number) }]);
    expect(after.repairs[0]?.to).toBeLessThanOrEqual(30);
    expect(after.repairs[0]?.to).toBeGreaterThan(15);
  });

  it('is read from its beginning when nothing in it is what was applied', async () => {
    const log = new LossyLog();
    const before = start(log);
    await before.node.ingest([order(0), order(1), order(2)]);
    await before.node.settled();
    await before.node.stop();
    log.loseEnd(() => 0);
    const after = before.another();
    running.push(after);
    await after.node.ingest([order(100), order(1), order(101)]);
    await after.node.settled();
    expect(await ordersOf(after)).toBe(5);
    expect(after.repairs).toEqual([{ partition: 0, kind: 'rewound', from: 3, to: 0 }]);
  });

  it('is left alone once it was repaired', async () => {
    const log = new LossyLog();
    const before = start(log);
    await before.node.ingest([order(0), order(1)]);
    await before.node.settled();
    await before.node.stop();
    log.loseEnd(() => 1);
    const after = before.another();
    running.push(after);
    await after.node.ingest([order(2)]);
    await after.node.settled();
    await after.node.stop();
    const third = after.another();
    running.push(third);
    await third.node.ingest([order(3)]);
    await third.node.settled();
    expect(third.repairs).toEqual([]);
    expect(await ordersOf(third)).toBe(4);
  });
});

describe('history that was played in', () => {
  const day = 86_400_000;
  const history = Array.from({ length: 200 }, (_, index) =>
    track('Order Completed', { messageId: `h${index}`, timestamp: noon - (200 - index) * day }),
  );
  const asHistory = { receivedAt: (event: TouchpointEvent) => event.timestamp, replayed: true };

  it('counts once for one customer, however old, when the log lost its end and is read again', async () => {
    const log = new LossyLog();
    const before = start(log);
    await before.node.ingest(history, asHistory);
    await before.node.settled();
    await before.node.stop();
    log.loseEnd((length) => length - 110);
    const after = before.another();
    running.push(after);
    const more = Array.from({ length: 20 }, (_, index) =>
      track('Order Completed', { messageId: `more${index}`, timestamp: noon - index }),
    );
    await after.node.ingest(more, asHistory);
    await after.node.settled();
    expect(after.repairs).toHaveLength(1);
    expect(await ordersOf(after)).toBe(220);
  });

  it('counts once for one customer when its batch is sent again', async () => {
    const test = start(new LossyLog());
    await test.node.ingest(history, asHistory);
    await test.node.settled();
    await test.node.ingest(history, asHistory);
    await test.node.settled();
    expect(await ordersOf(test)).toBe(200);
  });
});

describe('a log that begins behind what was applied', () => {
  it('is taken up at its beginning, and that is told once', async () => {
    const log = new LossyLog();
    const before = start(log);
    await before.node.ingest([order(0)]);
    await before.node.settled();
    await before.node.stop();
    const writer = before.another(withoutPartitions);
    running.push(writer);
    await writer.node.ingest([order(1), order(2)]);
    log.loseBeginning();
    await writer.node.ingest([order(3)]);
    const after = before.another();
    running.push(after);
    await after.node.settled();
    expect(after.repairs).toEqual([{ partition: 0, kind: 'begins-later', from: 1, to: 3 }]);
    expect(await ordersOf(after)).toBe(2);
  });

  it('that was applied in full before its entries went is no trouble', async () => {
    const log = new LossyLog();
    const before = start(log);
    await before.node.ingest([order(0), order(1)]);
    await before.node.settled();
    await before.node.stop();
    log.loseBeginning();
    const after = before.another();
    running.push(after);
    await after.node.ingest([order(2)]);
    await after.node.settled();
    expect(after.repairs).toEqual([]);
    expect(await ordersOf(after)).toBe(3);
  });

  it('while a partition had no traffic is no trouble when its next entry comes', async () => {
    const log = new LossyLog();
    const before = start(log);
    await before.node.ingest([order(0)]);
    await before.node.settled();
    await before.node.stop();
    const after = before.another();
    running.push(after);
    await after.node.settled();
    log.loseOthers(20);
    await after.node.ingest([order(1)]);
    await after.node.settled();
    expect(after.repairs).toEqual([]);
    expect(after.troubles).toEqual([]);
    expect(await ordersOf(after)).toBe(2);
  });
});
