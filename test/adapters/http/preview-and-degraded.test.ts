import { afterEach, describe, expect, it } from 'vitest';
import { CodedError } from '../../../engine/index.ts';
import { bookOf } from '../../engine/support/book.ts';
import { overriding } from '../../engine/support/faulty-store.ts';
import { startNode } from '../../engine/support/node.ts';
import { injectedWorld } from './support/http-world.ts';

const book = bookOf(`
currency: EUR
degraded: { after: 300ms }
channels:
  web: { direction: pull }
placements:
  hero: { channel: web, fallback: { title: Welcome } }
policies:
  once: { scope: action, limit: 1, within: 30d, counts: decided }
---
action: voucher
group: sales/vouchers
value: 10
purpose: marketing
valid: { until: 2026-12-31 }
eligibility: { fact: traits.tier, operator: equal, value: gold }
treatments: { card: { channel: web, content: { title: Voucher } } }
`);

const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

async function open() {
  let isAway = false;
  const test = startNode(book, {}, (ports) => {
    const load: typeof ports.store.load = async (...asked) => {
      if (isAway) throw new CodedError('NB_STORE_UNAVAILABLE', 'it is away');
      return ports.store.load(...asked);
    };
    return { ...ports, store: overriding(ports.store, { load }) };
  });
  const world = await injectedWorld({ application: test.node, clock: test.ports.clock });
  closings.push(
    () => test.node.stop(),
    () => world.server.close(),
  );
  const ask = async (more: object) => {
    const payload = { customer: { userId: 'ada' }, placements: ['hero'], ...more };
    const reply = await world.server.inject({ method: 'POST', url: '/v1/decide', payload });
    return { status: reply.statusCode, body: reply.json() };
  };
  const cut = () => {
    isAway = true;
  };
  const publish = (version: string, placement: string) => {
    const yaml = `channels: { web: { direction: pull } }\nplacements: { ${placement}: { channel: web, fallback: {} } }`;
    world.rulebooks.publish(bookOf(yaml, version), 'somebody');
  };
  return { ask, cut, publish, metrics: async () => (await world.server.inject('/metrics')).body };
}

const asGold = { overrides: { 'traits.tier': 'gold' }, consent: { marketing: 'granted' } };

describe('a preview over HTTP', () => {
  it('says that it is one, takes what it is told, and counts nowhere', async () => {
    const { ask, metrics } = await open();
    for (let round = 0; round < 2; round += 1) {
      const { status, body } = await ask({ preview: true, ...asGold });
      expect(status).toBe(200);
      expect(body).toMatchObject({ preview: true, repeated: false });
      expect(body.placements.hero).toMatchObject([{ action: 'voucher' }]);
    }
    const later = await ask({ preview: true, at: '2027-02-01T00:00:00Z', explain: true, ...asGold });
    expect(later.body.explain.placements.hero.reasons).toMatchObject([{ code: 'not-valid-now' }]);
    expect(await metrics()).not.toContain('nextbest_decisions_total{placement="hero"');
  });

  it('may be made by an earlier rulebook', async () => {
    const { ask, publish } = await open();
    publish('earlier', 'side');
    const { status, body } = await ask({ preview: true, rulebook: 'earlier', placements: ['side'] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ rulebook: 'earlier', placements: { side: [{ fallback: true }] } });
    expect((await ask({ preview: true, rulebook: 'earlier' })).body.code).toBe('NB_UNKNOWN_PLACEMENT');
    expect((await ask({ preview: true, rulebook: 'never' })).body.code).toBe('NB_UNKNOWN_RULEBOOK');
    expect((await ask({ rulebook: 'earlier' })).body.errors).toMatchObject([{ pointer: '/rulebook' }]);
  });

  it('names what it cannot take', async () => {
    const { ask } = await open();
    const pointers = ({ body }: { body: { errors: { pointer: string }[] } }) =>
      body.errors.map(({ pointer }) => pointer);
    expect(pointers(await ask(asGold))).toEqual(['/overrides', '/consent']);
    expect(pointers(await ask({ preview: true, at: 'tomorrow' }))).toEqual(['/at']);
    expect(pointers(await ask({ preview: true, overrides: { 'traits.teir': 1 } }))).toEqual([
      '/overrides/traits.teir',
    ]);
    expect(pointers(await ask({ preview: true, consent: { marketing: 'yes' } }))).toEqual([
      '/consent/marketing',
    ]);
  });
});

describe('an answer without the store', () => {
  it('says so, and is counted as such', async () => {
    const { ask, cut, metrics } = await open();
    cut();
    const { status, body } = await ask({ explain: true });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      degraded: true,
      repeated: false,
      placements: { hero: [{ fallback: true }] },
    });
    expect(body.explain.placements.hero.reasons).toEqual([
      {
        action: 'voucher',
        code: 'degraded',
        reason: 'The customer could not be looked up in time, and it is not one of those shown then.',
      },
    ]);
    expect(await metrics()).toContain('nextbest_decisions_total{placement="hero",result="degraded"} 1');
  });
});
