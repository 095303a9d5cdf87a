import { afterEach, expect, test } from 'vitest';
import { type DecideAnswer, type DecideRequest, type Ports, userKey } from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { noon, track } from '../support/events.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';

const book = bookOf(`
currency: EUR
channels:
  web: { direction: pull }
placements:
  hero: { channel: web, fallback: { title: Welcome } }
features:
  views: { count: Product Viewed }
consent:
  - { on: Subscribed, grants: marketing }
policies:
  few: { scope: action, limit: 1, within: 30d, counts: decided, match: { actions: [opening] } }
budgets:
  vouchers: { total: 1, unit: contacts, period: total }
experiments:
  half: { holdout: { share: 0, match: { actions: [seen] } } }
---
action: voucher
group: sales/vouchers
value: 10
purpose: marketing
budgets: [vouchers]
treatments: { card: { channel: web, content: { title: Voucher } } }
---
action: seen
group: service/seen
value: 5
eligibility: { fact: views, operator: greaterThan, value: 2 }
treatments: { card: { channel: web, content: { title: "{{ features.views }} views" } } }
---
action: opening
group: service/hours
value: 1
valid: { until: 2026-12-31 }
treatments: { card: { channel: web, content: { title: Open } } }
`);

const running: TestNode[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ node }) => node.stop()));
});

/** Names of the calls to ports that change something. */
function start() {
  const changes: string[] = [];
  const noting = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: readonly unknown[]) => {
          if (['commit', 'append', 'reserve', 'publish', 'giveBack'].includes(String(name)))
            changes.push(String(name));
          return member.apply(target, args);
        };
      },
    });
  const home = startNode(book, {}, (ports: Ports) => ({
    ...ports,
    store: noting(ports.store),
    log: noting(ports.log),
    budgets: noting(ports.budgets),
    decisions: noting(ports.decisions),
  }));
  running.push(home);
  return { home, changes };
}

const first = ({ decision }: DecideAnswer) => decision.placements[0]?.treatments[0]?.action;

function preview(home: TestNode, changes: DecideRequest['preview'] = {}, more: Partial<DecideRequest> = {}) {
  return ask(home, { preview: changes, ...more });
}

test('a preview shows what a request would get and leaves no trace', async () => {
  const { home, changes } = start();
  const events = [track('Subscribed', { userId: 'ada' })];
  for (let round = 0; round < 3; round += 1) {
    const answer = await preview(home, {}, { events, requestId: 'p', explain: true });
    expect(first(answer)).toBe('voucher');
    expect(answer).toMatchObject({ repeated: false, decision: { preview: true } });
    expect(answer.explain?.placements.hero?.funnel.chosen).toBe(1);
  }
  expect(changes).toEqual([]);
  expect(home.decisions).toEqual([]);
  expect(await home.node.customer(userKey('ada'))).toBeUndefined();
  const { decision } = await preview(home);
  const outcome = home.node.recordOutcome({ decisionId: decision.id, outcome: 'click' });
  await expect(outcome).rejects.toMatchObject({ code: 'NB_UNKNOWN_DECISION' });
});

test('it sees caps and budgets as they stand, and uses up neither', async () => {
  const { home } = start();
  for (let round = 0; round < 2; round += 1) expect(first(await preview(home))).toBe('opening');
  expect(first(await ask(home))).toBe('opening');
  expect(first(await preview(home))).toBeUndefined();
  const consent = { marketing: 'granted' } as const;
  for (let round = 0; round < 2; round += 1) expect(first(await preview(home, { consent }))).toBe('voucher');
  const spending = { customer: userKey('bea'), events: [track('Subscribed', { userId: 'bea' })] };
  expect(first(await ask(home, spending))).toBe('voucher');
  expect(first(await preview(home, { consent }))).toBeUndefined();
});

test('it may take another time, other facts, another consent and another arm', async () => {
  const { home } = start();
  expect(first(await preview(home, { at: Date.UTC(2027, 1, 1) }))).toBeUndefined();
  const seen = await preview(home, { facts: { views: 3 } });
  expect(seen.decision.placements[0]?.treatments[0]).toMatchObject({
    action: 'seen',
    content: { title: '3 views' },
  });
  expect(first(await preview(home, { facts: { views: 3 }, arms: { half: 'holdout' } }))).toBe('opening');
  await ask(home, { events: [track('Subscribed', { userId: 'ada' })], placements: ['hero'] });
  expect(first(await preview(home, { consent: { marketing: 'withdrawn' } }))).toBe('opening');
  expect((await preview(home)).decision.at).toBe(noon);
});

test('a change of something unknown is refused, with the nearest name', async () => {
  const { home } = start();
  const changes = {
    facts: { vews: 3 },
    consent: { marketng: 'granted' },
    arms: { half: 'out', third: 'a' },
  } as const;
  await expect(preview(home, changes)).rejects.toMatchObject({
    code: 'NB_INVALID_INPUT',
    faults: [
      {
        pointer: '/overrides/vews',
        detail: 'expected a fact that the rulebook reads, found "vews". Did you mean "views"?',
      },
      { pointer: '/consent/marketng' },
      { pointer: '/arms/half', detail: 'expected an arm of "half", found "out".' },
      { pointer: '/arms/third' },
    ],
  });
});
