import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from 'nats';
import { expect, onTestFinished, test } from 'vitest';
import { customer, track } from './support/api.ts';
import { messageServers } from './support/message-servers.ts';
import { openPlace, patience } from './support/place.ts';
import { shopBook } from './support/shop-book.ts';

const servers = messageServers();

test('touchpoints that are published to NATS count like those over HTTP, and a bad one becomes a dead letter', async () => {
  const place = await openPlace();
  await place.write('rules/shop.yaml', shopBook);
  const { url } = await place.serve(servers.env());
  const nats = await connect({ servers: servers.nats().url });
  onTestFinished(() => nats.close());
  const stream = jetstream(nats);

  const order = { type: 'track', userId: 'ada', event: 'Order Completed', properties: { revenue: 12.5 } };
  await track(url, [{ ...order, messageId: 'order-1' }]);
  await stream.publish('nextbest.touchpoints', JSON.stringify({ ...order, messageId: 'order-2' }));
  await stream.publish('nextbest.touchpoints', JSON.stringify({ type: 'track', event: 'Order Completed' }));
  await stream.publish('nextbest.touchpoints', 'no JSON at all');
  // The same event through both doors is one event.
  await stream.publish('nextbest.touchpoints', JSON.stringify({ ...order, messageId: 'order-1' }));
  await stream.publish('nextbest.touchpoints', JSON.stringify({ ...order, messageId: 'order-3' }));

  const orders = async () => (await customer(url, 'ada')).features;
  await expect.poll(orders, patience).toMatchObject({ 'orders.count': 3, 'orders.value': 37.5 });

  const manager = await jetstreamManager(nats);
  const letters = async () => (await manager.streams.info('NEXTBEST_DEADLETTERS')).state.messages;
  await expect.poll(letters, patience).toBe(2);
  const [first, second] = await Promise.all(
    [1, 2].map(async (seq) => (await manager.streams.getMessage('NEXTBEST_DEADLETTERS', { seq }))?.json()),
  );
  const both = [first, second];
  expect(both).toContainEqual(
    expect.objectContaining({
      subject: 'nextbest.touchpoints',
      body: { type: 'track', event: 'Order Completed' },
      reason: expect.stringMatching(/userId|anonymousId/),
    }),
  );
  expect(both).toContainEqual(
    expect.objectContaining({ body: 'no JSON at all', reason: expect.stringContaining('JSON') }),
  );
});
