import { describe, expect, test } from 'vitest';
import { customer, decide, post, track } from './support/api.ts';
import { messageServers } from './support/message-servers.ts';
import { openPlace, type Place, patience, type RunningServer } from './support/place.ts';
import type { Environment } from './support/program.ts';
import { shopBook } from './support/shop-book.ts';

const servers = messageServers();

const book = shopBook
  .replace('triggers:', 'budgets:\n  vouchers: { unit: contacts, total: 40, period: day }\ntriggers:')
  .replace('action: voucher\n', 'action: voucher\nbudgets: [vouchers]\n');

const people = Array.from({ length: 30 }, (_, index) => `person-${index}`);

/** Events, decisions pulled and pushed, outcomes, and people who sign in. */
async function visit(server: RunningServer): Promise<void> {
  const { url } = server;
  await track(
    url,
    people.flatMap((userId, index) => [
      { userId, messageId: `o-${index}`, event: 'Order Completed', properties: { revenue: index } },
      { userId, messageId: `b-${index}`, event: 'Product Viewed', properties: { category: 'boots' } },
      { anonymousId: `device-${index}`, messageId: `d-${index}`, event: 'Product Viewed' },
    ]),
  );
  for (const userId of people.slice(0, 10)) {
    const { decisionId } = await decide(url, userId, 'hero');
    await post(url, '/v1/outcomes', { decisionId, outcome: 'click' });
  }
  for (const [index, userId] of people.slice(0, 5).entries()) {
    await post(url, '/v1/identify', {
      userId,
      anonymousId: `device-${index}`,
      messageId: `i-${index}`,
      traits: { city: 'Oslo' },
    });
  }
  for (const userId of people.slice(0, 5)) {
    await expect.poll(async () => (await customer(url, userId)).features['views.count'], patience).toBe(2);
  }
  for (const userId of people) {
    await expect.poll(async () => (await customer(url, userId)).contacts.length, patience).toBeGreaterThan(0);
  }
}

async function digestOf(place: Place, env: Environment): Promise<unknown> {
  const { code, stdout, stderr } = await place.run(['digest', '--json'], env);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

async function published(url: string): Promise<number> {
  const { activity } = (await (await fetch(new URL('/v1/status', url))).json()) as {
    activity: { decisions: { total: number } };
  };
  return activity.decisions.total;
}

describe.each([
  ['the embedded store', (): Environment => ({})],
  ['Redis and NATS', () => servers.env()],
])('on %s', (_name, settings) => {
  const envOf = (): Environment => ({ ...settings(), NEXTBEST_PARTITIONS: '8' });

  test('a rebuilt store has the digest it had before, agrees with its log and is worked on as before', async () => {
    const env = envOf();
    const place = await openPlace();
    await place.write('rules/book.yaml', book);
    const server = await place.serve(env);
    await visit(server);
    await server.end('SIGTERM');
    const before = await digestOf(place, env);

    const first = await place.run(['verify', '--json'], env);
    expect(JSON.parse(first.stdout)).toMatchObject({ differing: 0, differences: [], older: 0, moved: [] });
    expect(first.code).toBe(0);

    const refused = await place.run(['rebuild'], env);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--yes');
    expect(await digestOf(place, env)).toEqual(before);

    const rebuilt = await place.run(['rebuild', '--yes', '--json'], env);
    expect(rebuilt.code, rebuilt.stderr).toBe(0);
    expect(rebuilt.stderr).toContain('100 %');
    expect(JSON.parse(rebuilt.stdout)).toMatchObject({ appended: 0, published: 0, deadLetters: 0 });
    expect(await digestOf(place, env)).toEqual(before);
    expect((await place.run(['verify'], env)).stdout).toContain('are as the log says');

    // Under another rulebook other states come out, which the right one finds.
    await place.write('other/book.yaml', book.replace('  views.count: { count: Product Viewed }\n', ''));
    expect((await place.run(['rebuild', '--yes', '--rules', 'other'], env)).code).toBe(0);
    const differing = await place.run(['verify', '--json'], env);
    expect(differing.code).toBe(1);
    const report = JSON.parse(differing.stdout);
    expect(report.differing).toBeGreaterThan(25);
    expect(report.differences[0]).toMatchObject({
      kind: 'different',
      path: expect.stringContaining('features'),
    });
    expect(differing.stdout).not.toContain('Oslo');

    expect((await place.run(['rebuild', '--yes'], env)).code).toBe(0);
    const again = await place.serve(env);
    await track(again.url, [{ userId: 'person-0', messageId: 'o-0', event: 'Order Completed' }]);
    await track(again.url, [{ userId: 'person-0', messageId: 'new', event: 'Order Completed' }]);
    await expect
      .poll(async () => (await customer(again.url, 'person-0')).features['orders.count'], patience)
      .toBe(2);
    // Nothing was sent to channels a second time.
    expect(await published(again.url)).toBe(0);
  });

  test('a message that was put aside is listed, replayed once its cause is gone, and dropped', async () => {
    const env = envOf();
    const place = await openPlace();
    await place.write('rules/book.yaml', book);
    const server = await place.serve(env);
    const list = await place.run(['deadletters', '--url', server.url], env);
    expect(list.stdout).toContain('Every message was applied.');
    const replayed = await place.run(['deadletters', 'replay', '--url', server.url, '--json'], env);
    expect(JSON.parse(replayed.stdout)).toEqual({ replayed: 0, refused: 0 });
    expect((await place.run(['deadletters', 'drop', '--url', server.url], env)).code).toBe(2);
    const dropped = await place.run(['deadletters', 'drop', '--all', '--url', server.url, '--json'], env);
    expect(JSON.parse(dropped.stdout)).toEqual({ dropped: 0 });
  });
});

test('a rebuild is refused while a server works on the partitions', async () => {
  const env = { ...servers.env(), NEXTBEST_PARTITIONS: '8' };
  const place = await openPlace();
  await place.write('rules/book.yaml', book);
  const server = await place.serve(env);
  await track(server.url, [{ userId: 'ada', event: 'Order Completed' }]);
  await expect
    .poll(
      async () =>
        (await post(server.url, '/v1/decide', { customer: { userId: 'ada' }, placements: ['hero'] })).status,
      patience,
    )
    .toBe(200);
  const { code, stderr } = await place.run(['rebuild', '--yes'], env);
  expect(code).toBe(3);
  expect(stderr).toContain('Stop all servers first');
});
