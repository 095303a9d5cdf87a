import { expect, test } from 'vitest';
import { customer, track } from './support/api.ts';
import { openPlace, patience } from './support/place.ts';
import { shopBook } from './support/shop-book.ts';

const senders = 8;
const batchSize = 50;

interface Sent {
  readonly userId: string;
  readonly messageIds: string[];
  acknowledged: number;
}

test('every event that was acknowledged is counted after a kill, and sending all again counts none twice', async () => {
  const place = await openPlace();
  await place.write('rules/shop.yaml', shopBook);
  const before = await place.serve();
  const all = Array.from({ length: senders }, (_, index): Sent => {
    return { userId: `person-${index}`, messageIds: [], acknowledged: 0 };
  });

  // The kill follows the twentieth acknowledgement at once, while the other senders are in the middle of theirs.
  let acknowledgements = 0;
  let killed: Promise<unknown> | undefined;
  const send = async (sent: Sent) => {
    while (killed === undefined) {
      const batch = Array.from({ length: batchSize }, (_, index) => `${sent.messageIds.length + index}`);
      sent.messageIds.push(...batch);
      await track(
        before.url,
        batch.map((messageId) => viewOf(sent.userId, messageId)),
      );
      sent.acknowledged += batchSize;
      acknowledgements += 1;
      if (acknowledgements === 20) killed = before.end('SIGKILL');
    }
  };
  await Promise.allSettled(all.map(send));
  expect((await before.ended).signal).toBe('SIGKILL');
  expect(acknowledgements).toBeGreaterThanOrEqual(20);

  const after = await place.serve();
  for (const { userId, messageIds, acknowledged } of all) {
    const count = () => viewsOf(after.url, userId);
    await expect.poll(count, patience).toBeGreaterThanOrEqual(acknowledged);
    expect(await count()).toBeLessThanOrEqual(messageIds.length);
  }
  for (const { userId, messageIds } of all) {
    await track(
      after.url,
      messageIds.map((messageId) => viewOf(userId, messageId)),
    );
    await track(after.url, [viewOf(userId, 'the last one')]);
    await expect.poll(() => viewsOf(after.url, userId), patience).toBe(messageIds.length + 1);
  }
});

function viewOf(userId: string, messageId: string): object {
  return {
    userId,
    messageId: `${userId}/${messageId}`,
    event: 'Product Viewed',
    properties: { category: 'tents' },
  };
}

async function viewsOf(url: string, userId: string): Promise<number> {
  return Number((await customer(url, userId)).features['views.count'] ?? 0);
}
