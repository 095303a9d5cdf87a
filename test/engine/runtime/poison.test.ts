import { afterEach, describe, expect, it } from 'vitest';
import {
  AssertionError,
  CodedError,
  type Observer,
  type Partition,
  type Ports,
  userKey,
} from '../../../engine/index.ts';
import type { LogReader } from '../../../engine/ports.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { track } from '../support/events.ts';
import { overriding } from '../support/faulty-store.ts';
import { startNode, type TestNode } from '../support/node.ts';

const running: TestNode[] = [];

function start(wrap: (ports: Ports) => Ports, options: { readonly observer?: Observer } = {}): TestNode {
  const test = startNode(bookOf(shopYaml), { partitions: 1, ...options }, wrap);
  running.push(test);
  return test;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ node }) => node.stop()));
});

const zero = 0 as Partition;
const order = (userId: string, messageId: string) => track('Order Completed', { userId, messageId });

async function ordersOf(test: TestNode, userId: string): Promise<unknown> {
  return (await test.node.customer(userKey(userId)))?.features['orders.count'];
}

/** A store that takes no document of this customer while it is told so. */
function refusing(customer: string, why: () => Error | undefined): (ports: Ports) => Ports {
  return (ports) => ({
    ...ports,
    store: overriding(ports.store, {
      commit: async (commit) => {
        const problem = commit.documents.some(({ key }) => key === userKey(customer)) ? why() : undefined;
        if (problem) throw problem;
        return ports.store.commit(commit);
      },
    }),
  });
}

describe('a message whose commit is refused for ever', () => {
  it('is looked for among the others, put aside with the reason, and replayed once its cause is gone', async () => {
    let isBroken = true;
    const test = start(
      refusing('poison', () => (isBroken ? new AssertionError('too long a key') : undefined)),
    );
    const before = Array.from({ length: 20 }, (_, index) => order(`person-${index}`, `a${index}`));
    const after = Array.from({ length: 20 }, (_, index) => order(`person-${index}`, `b${index}`));
    await test.node.ingest([...before, order('poison', 'p1'), ...after]);
    await test.node.settled();
    for (let index = 0; index < 20; index += 1) expect(await ordersOf(test, `person-${index}`)).toBe(2);
    expect(await ordersOf(test, 'poison')).toBeUndefined();
    const letters = await test.node.deadLetters.list({});
    expect(letters).toMatchObject([
      {
        partition: 0,
        sequence: 21,
        reason: 'store: AssertionError: too long a key',
        message: { id: 'e:p1' },
      },
    ]);

    isBroken = false;
    expect(await test.node.deadLetters.replay({ partition: zero, sequence: 21 })).toEqual({
      replayed: 1,
      refused: 0,
    });
    await test.node.settled();
    expect(await ordersOf(test, 'poison')).toBe(1);
    expect(await test.node.deadLetters.list({})).toEqual([]);
  });

  it('comes back when it is replayed too early, and goes when it is dropped', async () => {
    const test = start(refusing('poison', () => new AssertionError('too long a key')));
    await test.node.ingest([order('poison', 'p1'), order('ada', 'm1')]);
    await test.node.settled();
    expect(await test.node.deadLetters.replay({})).toEqual({ replayed: 1, refused: 0 });
    await test.node.settled();
    expect(await test.node.deadLetters.list({ partition: zero })).toMatchObject([
      { sequence: 3, message: { id: 'e:p1', attempt: 1 } },
    ]);
    expect(await test.node.deadLetters.drop({ partition: zero, sequence: 2 })).toBe(0);
    expect(await test.node.deadLetters.drop({})).toBe(1);
    expect(await test.node.deadLetters.list({})).toEqual([]);
  });

  it('is still found when everything in the log of its partition has gone by its age', async () => {
    const log = { isEmpty: false };
    const broken = refusing('poison', () => new AssertionError('too long a key'));
    const test = start((ports) => {
      const head = async (partition: Partition) => (log.isEmpty ? 0 : ports.log.head(partition));
      return { ...broken(ports), log: overriding(ports.log, { head }) };
    });
    await test.node.ingest([order('ada', 'm1'), order('poison', 'p1')]);
    await test.node.settled();
    log.isEmpty = true;
    expect(await test.node.deadLetters.list({})).toMatchObject([{ sequence: 2 }]);
    expect(await test.node.deadLetters.drop({})).toBe(1);
  });

  it('is not applied twice when it was applied after all before it is replayed', async () => {
    let isBroken = true;
    const test = start(refusing('poison', () => (isBroken ? new AssertionError('no') : undefined)));
    await test.node.ingest([order('poison', 'p1')]);
    await test.node.settled();
    isBroken = false;
    await test.node.ingest([order('poison', 'p1')]);
    await test.node.settled();
    await test.node.deadLetters.replay({});
    await test.node.settled();
    expect(await ordersOf(test, 'poison')).toBe(1);
  });

  it('is not what a store is taken for that is away', async () => {
    let failures = 5;
    const test = start(
      refusing('poison', () => {
        failures -= 1;
        return failures >= 0 ? new CodedError('NB_STORE_UNAVAILABLE', 'away') : undefined;
      }),
    );
    await test.node.ingest([order('poison', 'p1')]);
    await test.node.settled();
    expect(await ordersOf(test, 'poison')).toBe(1);
    expect(await test.node.deadLetters.list({})).toEqual([]);
  });
});

describe('a message that the log never takes', () => {
  it('leaves the outbox for the dead letters, and what lies behind it is sent', async () => {
    let isSmall = true;
    const test = start((ports) => ({
      ...ports,
      log: overriding(ports.log, {
        append: async (messages) => {
          const isRefused = isSmall && messages.some(({ id }) => id === 'e:large');
          if (isRefused) throw new CodedError('NB_MESSAGE_TOO_LARGE', 'no stream takes it');
          await ports.log.append(messages);
        },
      }),
    }));
    const events = [order('ada', 'small-1'), order('ada', 'large'), order('ada', 'small-2')];
    await test.node.decide({
      customer: userKey('ada'),
      placements: ['hero'],
      context: {},
      events,
      explain: false,
    });
    await test.node.settled();
    expect(await ordersOf(test, 'ada')).toBe(2);
    const letters = await test.node.deadLetters.list({});
    expect(letters.map(({ message }) => message.id)).toEqual(['e:large']);
    expect(await test.node.deadLetters.replay({})).toEqual({ replayed: 0, refused: 1 });
    isSmall = false;
    expect(await test.node.deadLetters.replay({})).toEqual({ replayed: 1, refused: 0 });
    await test.node.settled();
    expect(await ordersOf(test, 'ada')).toBe(3);
  });
});

describe('a partition that stands still', () => {
  it('is taken up anew when it is behind its log, and that is counted', async () => {
    let readers = 0;
    const silent: LogReader = { next: () => new Promise(() => undefined), close: async () => undefined };
    const test = start((ports) => ({
      ...ports,
      // Time that somebody waits for passes at once, so that nobody has to.
      timing: { sleep: async (ms, signal) => ports.timing.sleep(ms >= 1_000 ? 5 : ms, signal) },
      log: overriding(ports.log, {
        read: (partition, after) => {
          readers += 1;
          return readers === 1 ? silent : ports.log.read(partition, after);
        },
      }),
    }));
    await test.node.ingest([order('ada', 'm1')]);
    await test.node.settled();
    expect(await ordersOf(test, 'ada')).toBe(1);
    expect(test.restarts).toEqual([0]);
  });

  it('is left alone while there is nothing to do', async () => {
    let looks = 0;
    const test = start((ports) => ({
      ...ports,
      timing: {
        sleep: async (ms, signal) => {
          if (ms === 2_500) looks += 1;
          return ports.timing.sleep(ms === 2_500 ? 1 : ms, signal);
        },
      },
    }));
    await test.node.ingest([order('ada', 'm1')]);
    await test.node.settled();
    await expect.poll(() => looks).toBeGreaterThan(20);
    expect(test.restarts).toEqual([]);
  });
});

describe('batches', () => {
  it('grow while a commit takes its time', async () => {
    const sizes: number[] = [];
    let held: (() => void) | undefined;
    const test = start((ports) => ({
      ...ports,
      store: overriding(ports.store, {
        commit: async (commit) => {
          if (commit.checkpoint && sizes.length === 0) {
            await new Promise<void>((resolve) => {
              held = resolve;
            });
          }
          if (commit.checkpoint)
            sizes.push(commit.checkpoint.next.sequence - commit.checkpoint.expected.sequence);
          return ports.store.commit(commit);
        },
      }),
    }));
    await test.node.ingest([order('ada', 'm0')]);
    await expect.poll(() => held).toBeDefined();
    await test.node.ingest(Array.from({ length: 150 }, (_, index) => order(`p${index}`, `m${index + 1}`)));
    held?.();
    await test.node.settled();
    expect(sizes).toEqual([1, 150]);
  });
});
