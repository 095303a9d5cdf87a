import { afterEach, describe, expect, it } from 'vitest';
import {
  anonymousKey,
  type CustomerView,
  type DecideAnswer,
  type DecidedTreatment,
  type Partition,
  userKey,
} from '../../../engine/index.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { hour, noon, track } from '../support/events.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';

const running: TestNode[] = [];

function start(...options: Parameters<typeof startNode>): TestNode {
  const test = startNode(...options);
  running.push(test);
  return test;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ node }) => node.stop()));
});

function treatmentsOf({ decision }: DecideAnswer): readonly DecidedTreatment[] {
  return decision.placements.flatMap(({ treatments }) => treatments);
}

async function customer(test: TestNode, id = 'ada'): Promise<CustomerView> {
  const view = await test.node.customer(userKey(id));
  if (!view) throw new Error(`${id} was never seen`);
  return view;
}

describe('a node', () => {
  it('folds events into features, and drops a message it had before', async () => {
    const test = start(bookOf(shopYaml));
    const order = track('Order Completed', { properties: { revenue: 12.5 } });
    await test.node.ingest([order, track('Order Completed', { properties: { revenue: '7.25' } })]);
    await test.node.ingest([order]);
    await test.node.settled();
    expect((await customer(test)).features).toMatchObject({ 'orders.count': 2, 'orders.value': 19.75 });
    expect(test.notes).toContain('event:duplicate');
  });

  it('answers with a ranking, its factors and its probability, and fills in the content', async () => {
    const test = start(bookOf(shopYaml));
    await test.node.ingest([track('identify', { type: 'identify', traits: { firstName: 'Ada' } })]);
    await test.node.settled();
    const [first] = treatmentsOf(await ask(test));
    expect(first).toMatchObject({
      action: 'voucher',
      content: { title: '10 off, Ada' },
      rank: 1,
      P: 0.1,
      V: 100,
      C: 1,
      L: 1,
      cost: 0,
      priority: 10,
      probability: 1,
    });
  });

  it('holds a cap of three exactly under 200 requests at once, and shows the next best after it', async () => {
    const test = start(bookOf(shopYaml));
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(test)));
    const shown = answers.flatMap(treatmentsOf).map(({ action }) => action);
    expect(shown.filter((action) => action === 'voucher')).toHaveLength(3);
    expect(shown.filter((action) => action === 'guide')).toHaveLength(197);
  });

  it('holds the cap exactly with two nodes on one store', async () => {
    const test = start(bookOf(shopYaml));
    const other = test.another();
    running.push(other);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => ask(index % 2 === 0 ? test : other)),
    );
    const shown = answers.flatMap(treatmentsOf).map(({ action }) => action);
    expect(shown.filter((action) => action === 'voucher')).toHaveLength(3);
  });

  it('answers a repeated request from its record', async () => {
    const test = start(bookOf(shopYaml));
    const first = await ask(test, { requestId: 'r1' });
    const again = await ask(test, { requestId: 'r1' });
    expect(again.repeated).toBe(true);
    expect(again.decision).toEqual(first.decision);
    await test.node.settled();
    expect((await customer(test)).contacts).toHaveLength(1);
  });

  it('sees the events that a request carries at once, and counts them once', async () => {
    const test = start(bookOf(shopYaml));
    const events = [1, 2].map(() => track('Order Completed', { properties: { revenue: 1 } }));
    await test.node.ingest([track('Newsletter Subscribed')]);
    await test.node.settled();
    const { decision } = await ask(test, { placements: ['side'], events });
    expect(decision.placements[0]?.reasons).toContainEqual(
      expect.objectContaining({ action: 'club', code: 'chosen' }),
    );
    await test.node.settled();
    expect((await customer(test)).features).toMatchObject({ 'orders.count': 2 });
  });

  it('never spends more than a budget over all customers', async () => {
    const test = start(bookOf(shopYaml.replace('value: 100', 'value: 100\nbudgets: [vouchers]')));
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => ask(test, { customer: userKey(`c${index % 30}`) })),
    );
    const vouchers = answers.flatMap(treatmentsOf).filter(({ action }) => action === 'voucher');
    expect(vouchers).toHaveLength(10);
    const refused = answers.flatMap(({ decision }) => decision.placements[0]?.reasons ?? []);
    expect(refused).toContainEqual(
      expect.objectContaining({ action: 'voucher', code: 'budget', by: 'vouchers' }),
    );
  });

  it('sends a trigger out on its channel in the same fold, and keeps its contact', async () => {
    const test = start(bookOf(shopYaml));
    const boots = track('Product Viewed', { properties: { category: 'boots' }, timestamp: noon + 1 });
    await test.node.ingest([track('Newsletter Subscribed'), boots]);
    await test.node.settled();
    const reader = test.ports.decisions.subscribe({ channel: 'push', after: 0 });
    const sent = await reader.next({ max: 10, waitMs: 0 });
    await reader.close();
    expect(sent.map(({ decision }) => decision)).toMatchObject([
      {
        channel: 'push',
        placement: 'push-message',
        customer: { userId: 'ada' },
        cause: { trigger: 'boots-seen' },
      },
    ]);
    expect((await customer(test)).contacts).toMatchObject([{ action: 'cart-push' }]);
  });

  it('fires a waiting trigger when the wait is over, unless the conditions no longer hold', async () => {
    const test = start(bookOf(shopYaml));
    await test.node.ingest([
      track('Cart Updated', { userId: 'ada' }),
      track('Cart Updated', { userId: 'bob' }),
    ]);
    await test.node.ingest([track('Order Completed', { userId: 'bob' })]);
    await test.node.settled();
    expect(test.decisions).toHaveLength(0);
    test.clock.time = noon + 2 * hour + 1;
    await expect.poll(() => test.decisions.map(({ customer: key }) => key)).toEqual(['u:ada']);
    await test.node.settled();
    expect(test.decisions[0]?.at).toBe(noon + 2 * hour);
  });

  it('ripens replayed waits on the time of the replayed events, whatever the wall clock says', async () => {
    const test = start(bookOf(shopYaml));
    const replay = { receivedAt: (event: { timestamp: number }) => event.timestamp, replayed: true };
    const old = noon - 1000 * hour;
    await test.node.ingest([track('Cart Updated', { timestamp: old })], replay);
    await test.node.settled();
    expect(test.decisions).toHaveLength(0);
    // Another customer of the same partition moves its time on.
    const later = Array.from({ length: 20 }, (_, index) =>
      track('Page', { userId: `c${index}`, timestamp: old + 3 * hour }),
    );
    await test.node.ingest(later, replay);
    await test.node.settled();
    expect(test.decisions).toMatchObject([{ customer: 'u:ada', at: old + 2 * hour }]);
    // The message that ended the wait carries an older time, and must not turn the stream's time back.
    const times = [0, 1, 2, 3].map((number) => test.ports.store.checkpoint(number as Partition));
    expect((await Promise.all(times)).map(({ time }) => time)).toEqual(Array(4).fill(old + 3 * hour));
  });

  it('joins a visitor to the customer who signs in, history and later events alike', async () => {
    const test = start(bookOf(shopYaml));
    const visitor = { userId: undefined, anonymousId: 'v1' };
    const asVisitor = (name: string, properties = {}) => {
      const { userId: _none, ...event } = track(name, { properties });
      return { ...event, anonymousId: visitor.anonymousId };
    };
    await test.node.ingest([asVisitor('Product Viewed', { category: 'boots' })]);
    await test.node.ingest([track('identify', { type: 'identify', userId: 'ada', anonymousId: 'v1' })]);
    await test.node.settled();
    await test.node.ingest([asVisitor('Product Viewed', { category: 'boots' })]);
    await test.node.settled();
    const view = await customer(test);
    expect(view.identities).toEqual(['u:ada', 'a:v1']);
    expect(view.features).toMatchObject({ 'views.boots': 2, 'category.last': 'boots' });
    expect((await test.node.customer(anonymousKey('v1')))?.key).toBe('u:ada');
    const { decision } = await ask(test, { customer: anonymousKey('v1') });
    expect(decision.customer).toBe('u:ada');
  });

  it('learns from outcomes: a conversion raises the propensity of its treatment', async () => {
    const test = start(bookOf(shopYaml), { learns: true });
    const before = await ask(test);
    await test.node.settled();
    await test.node.recordOutcome({ decisionId: before.decision.id, outcome: 'conversion' });
    await test.node.recordOutcome({
      decisionId: before.decision.id,
      outcome: 'conversion',
      messageId: 'again',
    });
    await test.node.settled();
    expect((await customer(test)).contacts[0]?.outcomes).toHaveProperty('conversion');
    await expect.poll(() => test.ports.store.readNote('model')).toContain('voucher/hero');
    const [first] = treatmentsOf(await ask(test, { customer: userKey('bob') }));
    // Prior 1 of 10, one conversion of one trial: the second report of the same conversion earned nothing.
    expect(first).toMatchObject({ action: 'voucher', P: 2 / 11 });
  });

  it('attributes an outcome event to the last contact inside the window', async () => {
    const test = start(bookOf(shopYaml));
    await ask(test);
    await test.node.settled();
    await test.node.ingest([track('Order Completed', { timestamp: noon + 1 })]);
    await test.node.settled();
    expect((await customer(test)).contacts[0]?.outcomes).toEqual({ conversion: noon + 1 });
  });

  it('refuses an outcome for a treatment that the decision does not hold', async () => {
    const test = start(bookOf(shopYaml));
    const { decision } = await ask(test);
    await expect(
      test.node.recordOutcome({ decisionId: decision.id, action: 'club', outcome: 'click' }),
    ).rejects.toMatchObject({ code: 'NB_UNKNOWN_TREATMENT' });
    await expect(
      test.node.recordOutcome({ decisionId: '0-nothing', outcome: 'click' }),
    ).rejects.toMatchObject({ code: 'NB_UNKNOWN_DECISION' });
  });

  it('names the nearest placement when it does not know the one asked for', async () => {
    const test = start(bookOf(shopYaml));
    await expect(ask(test, { placements: ['her'] })).rejects.toMatchObject({
      code: 'NB_UNKNOWN_PLACEMENT',
      faults: [{ pointer: '/placements/0', detail: expect.stringContaining('"hero"') }],
    });
  });

  it('decides by the new rulebook as soon as it is in force', async () => {
    const test = start(bookOf(shopYaml));
    expect(treatmentsOf(await ask(test))[0]?.action).toBe('voucher');
    test.rulebook = bookOf(shopYaml.replace('value: 50', 'value: 500'), 'next');
    const next = await ask(test);
    expect(treatmentsOf(next)[0]?.action).toBe('guide');
    expect(next.decision.rulebook).toBe('next');
  });

  it('withdraws consent with the next decision', async () => {
    const test = start(bookOf(shopYaml));
    const orders = [1, 2].map(() => track('Order Completed'));
    await test.node.ingest([...orders, track('Newsletter Subscribed')]);
    await test.node.settled();
    const codeOfClub = async () =>
      (await ask(test, { placements: ['side'] })).decision.placements[0]?.reasons.find(
        ({ action }) => action === 'club',
      )?.code;
    expect(await codeOfClub()).toBe('chosen');
    await test.node.ingest([track('Newsletter Unsubscribed', { timestamp: noon + 1 })]);
    await test.node.settled();
    expect(await codeOfClub()).toBe('consent');
  });
});
