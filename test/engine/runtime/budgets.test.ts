import { afterEach, describe, expect, it } from 'vitest';
import { type DecideAnswer, type Partition, type Rulebook, userKey } from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour, noon, track } from '../support/events.ts';
import { withCommitFates } from '../support/faulty-store.ts';
import { startNode, type TestNode } from '../support/node.ts';

const running: TestNode[] = [];

function start(...options: Parameters<typeof startNode>): TestNode {
  const test = startNode(...options);
  running.push(test);
  return test;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ node }) => node.stop()));
});

function bookWith(total: number): Rulebook {
  return bookOf(`
channels:
  web: { direction: pull }
  push: { direction: push }
placements:
  wall: { channel: web, limit: 2 }
  spot: { channel: web, limit: 1 }
  push-message: { channel: push, limit: 1 }
budgets:
  pot: { unit: contacts, total: ${total}, period: total }
triggers:
  at-once: { on: [Seen], ask: push-message }
  waiting: { on: [Left], ask: push-message, wait: 1h }
---
action: one
group: a/b
value: 10
budgets: [pot]
treatments:
  web: { channel: web, content: {} }
  push: { channel: push, content: {} }
---
action: two
group: a/b
value: 5
budgets: [pot]
treatments:
  web: { channel: web, content: {} }
`);
}

function ask(test: TestNode, id: string, placement: string): Promise<DecideAnswer> {
  return test.node.decide({
    customer: userKey(id),
    placements: [placement],
    context: {},
    events: [],
    explain: false,
  });
}

function shown(answers: readonly DecideAnswer[]): number {
  return answers.flatMap(({ decision }) => decision.placements.flatMap(({ treatments }) => treatments))
    .length;
}

describe('a budget', () => {
  it('of one is spent once by a message that ends a wait and starts a decision', async () => {
    const test = start(bookWith(1));
    await test.node.ingest([track('Left', { userId: 'ada' })]);
    await test.node.settled();
    test.clock.time = noon + 2 * hour;
    // The wait is over before this event is applied, and the event asks for a decision itself.
    await test.node.ingest([track('Seen', { userId: 'ada', timestamp: noon + 2 * hour })]);
    await test.node.settled();
    const contacts = test.decisions.flatMap(({ placements }) => placements[0]?.treatments ?? []);
    expect(contacts).toHaveLength(1);
  });

  it('is not refused to a batch that needs more than the partition holds', async () => {
    const test = start(bookWith(100), { partitions: 1 });
    await test.node.ingest(Array.from({ length: 100 }, (_, index) => track('Seen', { userId: `c${index}` })));
    await test.node.settled();
    const contacts = test.decisions.flatMap(({ placements }) => placements[0]?.treatments ?? []);
    expect(contacts).toHaveLength(100);
  });

  it('is not refused to the second contact of a decision while the ledger has some', async () => {
    const test = start(bookWith(50), { partitions: 64 });
    expect(shown([await ask(test, 'ada', 'wall')])).toBe(2);
  });

  it('is spent to the last unit, and not beyond, by many requests at once', async () => {
    const test = start(bookWith(100), { partitions: 1 });
    const answers = await Promise.all(
      Array.from({ length: 250 }, (_, index) => ask(test, `c${index}`, 'spot')),
    );
    expect(shown(answers)).toBe(100);
  });

  it('is never exceeded when answers of the store are lost', async () => {
    let serial = 0;
    const test = start(bookWith(20), { partitions: 1 }, (ports) =>
      withCommitFates(ports, () => {
        serial += 1;
        return serial % 3 === 0 ? 'lost' : serial % 3 === 1 ? 'answer-lost' : 'passes';
      }),
    );
    const answers = await Promise.allSettled(
      Array.from({ length: 80 }, (_, index) => ask(test, `c${index}`, 'spot')),
    );
    const kept = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    expect(shown(kept)).toBeLessThanOrEqual(20);
    const views = await Promise.all(
      Array.from({ length: 80 }, (_, index) => test.node.customer(userKey(`c${index}`))),
    );
    expect(views.flatMap((view) => view?.contacts ?? []).length).toBeLessThanOrEqual(20);
  });

  it('goes on when a fail-over turned back what a partition knew of its grants', async () => {
    const test = start(bookWith(4), { partitions: 1 });
    const first = await ask(test, 'ada', 'spot');
    expect(shown([first])).toBe(1);
    const account = 'budget.pot@total';
    const [granted = 0] = await test.ports.store.counters(0 as Partition, [`${account}:granted`]);
    await test.ports.store.commit({
      partition: 0 as Partition,
      documents: [],
      timers: [],
      outbox: [],
      records: [],
      counters: [
        { name: `${account}:granted`, add: -granted },
        { name: `${account}:moves`, add: -1 },
      ],
    });
    const others = await Promise.all(['bob', 'cleo', 'dora', 'emil'].map((id) => ask(test, id, 'spot')));
    expect(shown(others)).toBe(3);
  });
});
