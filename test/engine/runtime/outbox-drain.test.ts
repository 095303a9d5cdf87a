import { describe, expect, it } from 'vitest';
import type { Partition } from '../../../engine/index.ts';
import { OutboxDrain } from '../../../engine/runtime/outbox-drain.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { track } from '../support/events.ts';
import { withoutPartitions } from '../support/faulty-store.ts';
import { received } from '../support/fold.ts';
import { startNode } from '../support/node.ts';

const partition = 0 as Partition;

describe('the outbox drain', () => {
  it('misses nothing that is committed at whichever step of a run under way', async () => {
    const { ports, node } = startNode(bookOf(shopYaml), {}, withoutPartitions);
    for (let steps = 0; steps < 16; steps += 1) {
      const drain = new OutboxDrain(ports, {
        troubled: (_what, error) => {
          throw error;
        },
        deadLettered: (reason) => {
          throw new Error(reason);
        },
      });
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
});
