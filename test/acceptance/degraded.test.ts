import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startNats } from '../support/nats-server.ts';
import { startRedis } from '../support/redis-server.ts';
import type { TestServer } from '../support/server-process.ts';
import { get, post } from './support/api.ts';
import { openPlace, patience } from './support/place.ts';

const book = (degraded: string) => `currency: EUR
${degraded}
channels:
  web: { direction: pull }
placements:
  hero: { channel: web, fallback: { title: Welcome } }
policies:
  voucher-cap: { scope: action, match: { actions: [voucher] }, limit: 1, within: 1d, counts: decided }
---
action: voucher
group: sales/vouchers
value: 100
treatments: { card: { channel: web, content: { title: Ten off } } }
---
action: opening
group: service/hours
value: 1
treatments: { card: { channel: web, content: { title: We are open } } }
`;

let redis: TestServer;
let nats: TestServer;
beforeAll(async () => {
  [redis, nats] = await Promise.all([startRedis(), startNats()]);
});
afterAll(async () => {
  await Promise.all([redis.stop(), nats.stop()]);
});

async function serve(degraded: string) {
  const place = await openPlace();
  await place.write('rules/book.yaml', book(degraded));
  const { url } = await place.serve({ NEXTBEST_REDIS_URL: redis.url, NEXTBEST_NATS_URL: nats.url });
  return url;
}

interface Shown {
  readonly decisionId: string;
  readonly repeated: boolean;
  readonly degraded?: boolean;
  readonly placements: { readonly hero: readonly { readonly action?: string }[] };
}

async function ask(url: string, userId: string, requestId?: string): Promise<Shown> {
  const { status, body } = await post(url, '/v1/decide', {
    customer: { userId },
    placements: ['hero'],
    ...(requestId !== undefined && { requestId }),
  });
  expect(status).toBe(200);
  return body as Shown;
}

const first = ({ placements }: Shown) => placements.hero[0]?.action;

/** Until requests are answered from the customers' state again, without anybody doing anything about it. */
async function untilNormal(url: string, userId: string): Promise<Shown> {
  return vi.waitFor(async () => {
    const answer = await ask(url, userId);
    expect(answer.degraded).toBeUndefined();
    return answer;
  }, patience);
}

test('answers while Redis is frozen, and is back to normal by itself', async () => {
  const url = await serve('degraded: { after: 300ms, actions: [opening] }');
  expect(first(await ask(url, 'ada'))).toBe('voucher');
  await redis.freeze();
  // Redis answers nothing until it thaws, so whatever is answered before was answered without it.
  const frozen = await Promise.all(
    Array.from({ length: 40 }, (_, number) => ask(url, `customer-${number}`, 'r')),
  );
  expect(frozen.every(({ degraded }) => degraded === true)).toBe(true);
  expect(new Set(frozen.map(first))).toEqual(new Set(['opening']));
  const one = await ask(url, 'bea', 'again');
  expect(one).toMatchObject({ degraded: true, repeated: false });
  redis.thaw();
  expect(first(await untilNormal(url, 'ada'))).toBe('opening');
  const real = await ask(url, 'bea', 'again');
  expect(real.degraded).toBeUndefined();
  expect(first(real)).toBe('voucher');
  const outcome = await post(url, '/v1/outcomes', { decisionId: one.decisionId, outcome: 'click' });
  expect(outcome).toMatchObject({ status: 404, body: { code: 'NB_UNKNOWN_DECISION' } });
  const { body } = await get(url, '/metrics');
  expect(String(body)).toMatch(/nextbest_degraded_answers_total\{why="slow"\} [1-9]/);
});

test('answers while Redis is gone, and is back to normal by itself', async () => {
  const url = await serve('degraded: { after: 300ms }');
  await ask(url, 'ada');
  await redis.kill();
  for (let round = 0; round < 20; round += 1) {
    const answer = await ask(url, `customer-${round}`);
    // Nothing is declared but the mode itself: the fallback is shown.
    expect(answer).toMatchObject({ degraded: true, placements: { hero: [{ fallback: true }] } });
  }
  // A load balancer that took it out would take the degraded mode from the customers.
  expect(await get(url, '/readyz')).toMatchObject({ status: 200 });
  await redis.restart();
  await untilNormal(url, 'ada');
});

test('without a degraded mode it fails closed while Redis is gone', async () => {
  const url = await serve('');
  await ask(url, 'ada');
  await redis.kill();
  const body = { customer: { userId: 'ada' }, placements: ['hero'] };
  const response = await fetch(`${url}/v1/decide`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  expect(await get(url, '/readyz')).toMatchObject({ status: 503 });
  await redis.restart();
});
