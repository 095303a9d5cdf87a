import { expect, test } from 'vitest';
import { customer, type DecideAnswer, decide } from './support/api.ts';
import { messageServers } from './support/message-servers.ts';
import { openPlace } from './support/place.ts';
import { shopBook, voucherCap } from './support/shop-book.ts';

const servers = messageServers();

test('a cap holds exactly under 1,000 simultaneous requests for one customer on LMDB', async () => {
  const place = await openPlace();
  await place.write('rules/shop.yaml', shopBook);
  const { url } = await place.serve();
  const answers = await Promise.all(simultaneous(url, 1_000));
  await expectExactly(answers, [url]);
});

test('a cap holds exactly when two servers on Redis and NATS are asked 500 times each at once', async () => {
  const place = await openPlace();
  await place.write('rules/shop.yaml', shopBook);
  const [left, right] = await Promise.all([place.serve(servers.env()), place.serve(servers.env())]);
  const answers = await Promise.all([...simultaneous(left.url, 500), ...simultaneous(right.url, 500)]);
  await expectExactly(answers, [left.url, right.url]);
});

function simultaneous(url: string, requests: number): readonly Promise<DecideAnswer>[] {
  return Array.from({ length: requests }, () => decide(url, 'ada', 'hero'));
}

/** By what the channels were told, and by what every server says of the customer. */
async function expectExactly(answers: readonly DecideAnswer[], urls: readonly string[]): Promise<void> {
  expect(new Set(answers.map(({ decisionId }) => decisionId)).size).toBe(1_000);
  const vouchers = answers.filter(({ placements }) => placements.hero?.[0]?.action === 'voucher');
  expect(vouchers).toHaveLength(voucherCap);
  const shown = vouchers.map(({ decisionId }) => decisionId).sort();
  for (const url of urls) {
    const { contacts } = await customer(url, 'ada');
    expect(contacts.map(({ decisionId }) => decisionId).sort()).toEqual(shown);
    expect(new Set(contacts.map(({ action }) => action))).toEqual(new Set(['voucher']));
  }
}
