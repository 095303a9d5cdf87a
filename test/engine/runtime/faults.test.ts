import { afterEach, describe, expect, it } from 'vitest';
import { anonymousKey, CodedError, type LogMessage, type Ports, userKey } from '../../../engine/index.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { track } from '../support/events.ts';
import { type Fate, overriding, withCommitFates, withoutPartitions } from '../support/faulty-store.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';

const running: TestNode[] = [];

function keep(test: TestNode): TestNode {
  running.push(test);
  return test;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ node }) => node.stop()));
});

/** The first commits of decisions meet these fates, all others pass. */
function requestFates(ports: Ports, fates: Fate[]): Ports {
  return withCommitFates(ports, ({ checkpoint, outbox }) =>
    checkpoint || outbox.length === 0 ? 'passes' : (fates.shift() ?? 'passes'),
  );
}

describe('a request whose commit was stored while the answer was lost', () => {
  it('is answered with what was stored', async () => {
    const test = keep(startNode(bookOf(shopYaml), {}, (ports) => requestFates(ports, ['answer-lost'])));
    const answer = await ask(test);
    expect(await test.node.decision(answer.decision.id)).toEqual(answer.decision);
    await test.node.settled();
    expect((await test.node.customer(userKey('ada')))?.contacts).toHaveLength(1);
  });

  it('has its events sent on although nobody commits after it', async () => {
    const test = keep(startNode(bookOf(shopYaml), {}, (ports) => requestFates(ports, ['answer-lost'])));
    await test.node.settled();
    await ask(test, { events: [track('Order Completed')] }).catch(() => undefined);
    await test.node.settled();
    expect((await test.node.customer(userKey('ada')))?.features).toMatchObject({ 'orders.count': 1 });
  });
});

describe('a request whose commit was lost', () => {
  it('fails, makes no contact, and succeeds when it is sent again', async () => {
    const test = keep(startNode(bookOf(shopYaml), {}, (ports) => requestFates(ports, ['lost'])));
    await expect(ask(test, { requestId: 'r' })).rejects.toMatchObject({ code: 'NB_STORE_UNAVAILABLE' });
    expect(await ask(test, { requestId: 'r' })).toMatchObject({ repeated: false });
    await test.node.settled();
    expect((await test.node.customer(userKey('ada')))?.contacts).toHaveLength(1);
  });
});

describe('an outbox', () => {
  it('is sent on once the log takes messages again', async () => {
    let failures = 0;
    const test = keep(
      startNode(bookOf(shopYaml), {}, (ports) => ({
        ...ports,
        log: overriding(ports.log, {
          append: (messages) => {
            failures -= 1;
            if (failures >= 0) return Promise.reject(new CodedError('NB_LOG_UNAVAILABLE', 'no answer'));
            return ports.log.append(messages);
          },
        }),
      })),
    );
    await test.node.settled();
    failures = 1;
    await ask(test, { events: [track('Order Completed')] });
    await expect.poll(() => test.troubles.length).toBeGreaterThan(0);
    // The test's clock stands still unless it is turned.
    test.clock.time += 2_000;
    await test.node.settled();
    expect((await test.node.customer(userKey('ada')))?.features).toMatchObject({ 'orders.count': 1 });
  });

  it('of a node that died is sent on by the one that works on the partition', async () => {
    const test = keep(startNode(bookOf(shopYaml)));
    await test.node.settled();
    // It commits, and dies before anything is sent on.
    const dying = keep(
      test.another((ports) => ({
        ...withoutPartitions(ports),
        log: overriding(ports.log, { append: () => new Promise<void>(() => undefined) }),
      })),
    );
    running.splice(running.indexOf(dying), 1);
    await ask(dying, { events: [track('Order Completed')] });
    test.clock.time += 2_000;
    await test.node.settled();
    expect((await test.node.customer(userKey('ada')))?.features).toMatchObject({ 'orders.count': 1 });
  });
});

describe('a node that does not work on a partition', () => {
  it('shows its customers as they stand now, not as it last saw them', async () => {
    const owner = keep(startNode(bookOf(shopYaml)));
    const other = keep(owner.another(withoutPartitions));
    await ask(other);
    await owner.node.ingest([track('Order Completed')]);
    await owner.node.settled();
    expect((await other.node.customer(userKey('ada')))?.features).toMatchObject({ 'orders.count': 1 });
  });
});

describe('events of a request', () => {
  it('that the customer is known for already do not count twice in the decision', async () => {
    const test = keep(startNode(bookOf(shopYaml)));
    const order = track('Order Completed');
    await test.node.ingest([track('Newsletter Subscribed'), order]);
    await test.node.settled();
    // The club wants two orders; the same one sent twice is one.
    const { decision } = await ask(test, { placements: ['side'], events: [order] });
    expect(decision.placements[0]?.reasons).toContainEqual(
      expect.objectContaining({ action: 'club', code: 'eligibility' }),
    );
  });
});

describe('a decision between the halves of a merge', () => {
  it('counts the contacts of the id that signed in, before its history arrives', async () => {
    const held: LogMessage[] = [];
    let holds = true;
    const test = keep(
      startNode(bookOf(shopYaml), {}, (ports) => ({
        ...ports,
        log: overriding(ports.log, {
          append: (messages) => {
            if (!holds) return ports.log.append(messages);
            held.push(...messages.filter(({ kind }) => kind === 'link-import'));
            return ports.log.append(messages.filter(({ kind }) => kind !== 'link-import'));
          },
        }),
      })),
    );
    const customer = anonymousKey('v1');
    for (let time = 0; time < 3; time += 1) await ask(test, { customer });
    await test.node.ingest([track('identify', { type: 'identify', anonymousId: 'v1' })]);
    await test.node.settled();
    expect(held).toHaveLength(1);
    const { decision } = await ask(test, { customer });
    expect(decision).toMatchObject({
      customer: 'u:ada',
      placements: [{ treatments: [{ action: 'guide' }] }],
    });
    holds = false;
    await test.ports.log.append(held);
    await test.node.settled();
    const view = await test.node.customer(userKey('ada'));
    // All were made at one moment, so their order is that of their ids.
    expect(view?.contacts.map(({ action }) => action).sort()).toEqual([
      'guide',
      'voucher',
      'voucher',
      'voucher',
    ]);
  });

  it('finds a customer behind a long row of aliases', async () => {
    const test = keep(startNode(bookOf(shopYaml)));
    const ids = ['h', 'g', 'f', 'e', 'd', 'c', 'b', 'a'];
    for (const [index, userId] of ids.entries()) {
      const previousId = ids[index - 1];
      await test.node.ingest([
        track('Page', { userId }),
        ...(previousId ? [track('alias', { type: 'alias', userId, previousId })] : []),
      ]);
      await test.node.settled();
    }
    expect((await ask(test, { customer: userKey('h') })).decision.customer).toBe('u:a');
  });
});
