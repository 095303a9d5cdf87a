import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { get, post } from './support/api.ts';
import { messageServers } from './support/message-servers.ts';
import { openPlace, type Place, patience, whileRunning } from './support/place.ts';
import type { Ended } from './support/program.ts';
import { shopBook } from './support/shop-book.ts';
import { openSlowRequest } from './support/slow-request.ts';

const servers = messageServers();
const memory = { NEXTBEST_STORE: 'memory' };
const question = { customer: { userId: 'ada' }, placements: ['side'] };

async function openShop(): Promise<Place> {
  const place = await openPlace();
  await place.write('rules/shop.yaml', shopBook);
  return place;
}

function expectOneLine({ code, stderr }: Ended, expected: { code: number; line: RegExp }): void {
  expect(stderr.trim().split('\n'), stderr).toHaveLength(1);
  expect(stderr).toMatch(expected.line);
  expect(code).toBe(expected.code);
}

test('a taken port ends the start with one line that names it', async () => {
  const place = await openShop();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const ended = await place.run(['serve'], { ...memory, NEXTBEST_PORT: String(port) });
  expectOneLine(ended, { code: 3, line: new RegExp(`${port}.*NEXTBEST_PORT`) });
});

test('an unknown setting ends the start with the name that was probably meant', async () => {
  const place = await openShop();
  const ended = await place.run(['serve'], { ...memory, NEXTBEST_PROT: '8081' });
  expectOneLine(ended, { code: 2, line: /NEXTBEST_PROT.*NEXTBEST_PORT/ });
});

test('a data folder that another server uses ends the start, and that server goes on', async () => {
  const place = await openShop();
  const { url } = await place.serve();
  const ended = await place.run(['serve'], { NEXTBEST_PORT: '0' });
  expectOneLine(ended, { code: 3, line: /NB_DATA_IN_USE.*already uses the data directory/ });
  expect((await post(url, '/v1/decide', question)).status).toBe(200);
});

test('Redis or NATS that cannot be reached ends the start with one line', async () => {
  const place = await openShop();
  const port = String(await freePort());
  const [withoutRedis, withoutNats] = await Promise.all([
    place.run(['serve'], {
      ...servers.env(),
      NEXTBEST_PORT: '0',
      NEXTBEST_REDIS_URL: `redis://127.0.0.1:${port}`,
    }),
    place.run(['serve'], {
      ...servers.env(),
      NEXTBEST_PORT: '0',
      NEXTBEST_NATS_URL: `nats://127.0.0.1:${port}`,
    }),
  ]);
  const unreachable = (what: string) => new RegExp(`${what} at 127\\.0\\.0\\.1:${port} cannot be reached`);
  expectOneLine(withoutRedis, { code: 3, line: unreachable('Redis') });
  expectOneLine(withoutNats, { code: 3, line: unreachable('NATS') });
});

test('a server goes on when nobody reads what it prints any more', async () => {
  const place = await openShop();
  const server = await place.serve(memory);
  server.stopListening();
  const version = async () => ((await get(server.url, '/v1/rulebook')).body as { version: string }).version;
  const before = await version();
  // Each change of the book is printed, and there is nobody to take it.
  await place.write('rules/more.yaml', 'channels: { sms: { direction: push } }\n');
  await expect.poll(version, patience).not.toBe(before);
  expect((await post(server.url, '/v1/decide', question)).status).toBe(200);
});

test('while Redis is away the server says so and refuses, and it recovers by itself', async () => {
  const place = await openShop();
  const server = await place.serve(servers.env());
  const ready = async () => (await get(server.url, '/readyz')).status;
  expect(await ready()).toBe(200);
  onTestFinished(() => servers.redis().restart());

  await servers.redis().shutDown();
  await expect.poll(ready, patience).toBe(503);
  const refused = await post(server.url, '/v1/decide', question);
  expect(refused).toMatchObject({ status: 503, body: { status: 503, code: 'NB_STORE_UNAVAILABLE' } });
  expect(refused.type).toContain('application/problem+json');
  expect((await get(server.url, '/livez')).status).toBe(200);

  await servers.redis().restart();
  await expect.poll(ready, patience).toBe(200);
  expect((await post(server.url, '/v1/decide', question)).status).toBe(200);
});

test('while NATS is away the server takes no events in, and it recovers by itself', async () => {
  const place = await openShop();
  const server = await place.serve(servers.env());
  const ready = async () => (await get(server.url, '/readyz')).status;
  const event = { userId: 'ada', event: 'Order Completed', messageId: 'the-order' };
  onTestFinished(() => servers.nats().restart());

  await servers.nats().shutDown();
  await expect.poll(ready, patience).toBe(503);
  const refused = await post(server.url, '/v1/track', event);
  expect(refused).toMatchObject({ status: 503, body: { status: 503, code: 'NB_LOG_UNAVAILABLE' } });

  await servers.nats().restart();
  await expect.poll(async () => (await post(server.url, '/v1/track', event)).status, patience).toBe(200);
  const counted = async () => (await get(server.url, '/v1/customers/ada')).body;
  await expect.poll(counted, patience).toMatchObject({ features: { 'orders.count': 1 } });
});

test('SIGTERM lets the request in flight have its answer, says no to new ones, and ends with 0', async () => {
  const place = await openShop();
  const server = await place.serve({ NEXTBEST_SHUTDOWN_GRACE_MS: '2000' });
  const request = await openSlowRequest(`${server.url}/v1/decide`, JSON.stringify(question));
  const ended = server.end('SIGTERM');
  await whileRunning(server, () => expect(server.stdout()).toContain('Stopping'));
  expect((await get(server.url, '/readyz')).status).toBe(503);
  expect(await request.finish()).toMatchObject({ status: 200, body: { decisionId: expect.any(String) } });
  expect(await ended).toMatchObject({ code: 0, signal: null });
});

test('SIGTERM waits for a request in flight even without any grace', async () => {
  const place = await openShop();
  const server = await place.serve();
  const request = await openSlowRequest(`${server.url}/v1/decide`, JSON.stringify(question));
  const ended = server.end('SIGTERM');
  await whileRunning(server, () => expect(server.stdout()).toContain('Stopping'));
  await expect.poll(() => isRefused(server.url), patience).toBe(true);
  expect(await request.finish()).toMatchObject({ status: 200 });
  expect(await ended).toMatchObject({ code: 0, signal: null });
});

test('SIGTERM ends it with 0 although NATS stands still and never says goodbye', async () => {
  const place = await openShop();
  const server = await place.serve(servers.env());
  expect((await post(server.url, '/v1/decide', question)).status).toBe(200);
  onTestFinished(() => servers.nats().thaw());
  await servers.nats().freeze();
  expect(await server.end('SIGTERM')).toMatchObject({ code: 0, signal: null });
});

/** True once nobody listens there any more. */
async function isRefused(url: string): Promise<boolean> {
  return get(url, '/livez').then(
    () => false,
    () => true,
  );
}
