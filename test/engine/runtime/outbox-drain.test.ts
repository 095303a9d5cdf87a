import { describe, expect, it } from 'vitest';
import { type LogMessage, limits, type Partition } from '../../../engine/index.ts';
import type { TouchpointLog } from '../../../engine/ports.ts';
import { OutboxDrain } from '../../../engine/runtime/outbox-drain.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { track } from '../support/events.ts';
import { withoutPartitions } from '../support/faulty-store.ts';
import { received } from '../support/fold.ts';
import { startNode } from '../support/node.ts';

const partition = 0 as Partition;

const failing = {
  troubled: (_what: string, error: unknown) => {
    throw error;
  },
  deadLettered: (reason: string) => {
    throw new Error(reason);
  },
};

describe('the outbox drain', () => {
  it('misses nothing that is committed at whichever step of a run under way', async () => {
    const { ports, node } = startNode(bookOf(shopYaml), {}, withoutPartitions);
    for (let steps = 0; steps < 16; steps += 1) {
      const drain = new OutboxDrain(ports, failing);
      drain.signal(partition);
      for (let step = 0; step < steps; step += 1) await Promise.resolve();
      const message = received(track('Page'));
      void ports.store.commit({
        partition,
        documents: [],
        timers: [],
        outbox: [{ id: message.id, to: 'log', message }],
        records: [],
        counters: [],
      });
      drain.signal(partition);
      await drain.settle();
      expect(await ports.store.outbox(partition, 1), `after ${steps} steps`).toEqual([]);
    }
    await node.stop();
  });

  it('lets nobody wait for what is committed after they asked', async () => {
    const { ports, node } = startNode(bookOf(shopYaml), {}, withoutPartitions);
    let rounds = 0;
    const log: TouchpointLog = Object.create(ports.log);
    const drain = new OutboxDrain({ ...ports, log }, failing);
    const leave = (name: string) => {
      const message = { ...received(track(name)), id: name };
      const outbox = [{ id: message.id, to: 'log' as const, message }];
      const nothing = { documents: [], timers: [], records: [], counters: [] };
      return ports.store.commit({ partition, outbox, ...nothing }).then(() => drain.signal(partition));
    };
    // Whatever is sent, something else is committed meanwhile: so it is where a customer is asked without a pause.
    log.append = async () => {
      rounds += 1;
      if (rounds < 100) await leave(`round-${rounds}`);
    };
    await leave('first');
    await Promise.all([drain.drain(partition), drain.underWay(partition)]);
    expect(rounds).toBeLessThan(5);
    await drain.settle();
    expect(rounds).toBe(100);
    await node.stop();
  });

  it('sends for a few partitions at a time, and together what gathers in the others', async () => {
    const { ports, node } = startNode(bookOf(shopYaml), {}, withoutPartitions);
    const partitions = Array.from({ length: 3 * limits.outboxDrainsMax }, (_, number) => number as Partition);
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const appended: (readonly LogMessage[])[] = [];
    const log: TouchpointLog = Object.create(ports.log);
    log.append = async (messages) => {
      appended.push(messages);
      await gate;
    };
    const drain = new OutboxDrain({ ...ports, log }, failing);
    const leave = async (of: Partition, name: string) => {
      const message = { ...received(track(name)), id: `${name}-${of}`, partition: of };
      const outbox = [{ id: message.id, to: 'log' as const, message }];
      await ports.store.commit({
        partition: of,
        documents: [],
        timers: [],
        outbox,
        records: [],
        counters: [],
      });
      drain.signal(of);
    };
    for (const of of partitions) await leave(of, 'first');
    for (const of of partitions) await leave(of, 'second');
    expect(appended).toHaveLength(limits.outboxDrainsMax);
    open();
    await drain.settle();
    const turns = partitions.map((of) => appended.filter(([message]) => message?.partition === of).length);
    // Those who waited for their turn needed but one.
    expect(turns.filter((count) => count === 1)).toHaveLength(2 * limits.outboxDrainsMax);
    for (const of of partitions) {
      const sent = appended.flat().filter(({ partition: at }) => at === of);
      expect(sent.map(({ id }) => id)).toEqual([`first-${of}`, `second-${of}`]);
    }
    await node.stop();
  });
});
