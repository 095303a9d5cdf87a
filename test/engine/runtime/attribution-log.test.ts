import { afterEach, expect, test } from 'vitest';
import { sha256 } from '../../../adapters/system/sha256.ts';
import {
  type AttributionLogOptions,
  type AttributionOfLog,
  anonymousKey,
  attributeLog,
  attributionModels,
  day,
  userKey,
} from '../../../engine/index.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { noon, track } from '../support/events.ts';
import { overriding } from '../support/faulty-store.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';
import { receiptsOf, testVersions, withReceipts } from '../support/receipts.ts';

/** A log and receipts of a node, read for a report on attribution. */
const book = bookOf(
  shopYaml.replace(
    'outcome: conversion, within: 7d',
    'outcome: conversion, within: 7d, value: properties.revenue',
  ),
);
const minute = 60_000;
const started: TestNode[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ node }) => node.stop()));
});

function start(): TestNode {
  const home = startNode(book, { madeBy: testVersions }, withReceipts);
  started.push(home);
  return home;
}

async function tell(home: TestNode, name: string, more: Parameters<typeof track>[1] = {}): Promise<void> {
  home.clock.time += minute;
  const event = track(name, { timestamp: home.clock.time, ...more });
  await home.node.ingest([event]);
  // A client that got no answer sends it again.
  await home.node.ingest([event]);
  await home.node.settled();
  home.clock.time += minute;
}

function read(home: TestNode, options: Partial<AttributionLogOptions> = {}): Promise<AttributionOfLog> {
  return attributeLog({
    ...{ partitions: 4, log: home.ports.log, receipts: receiptsOf(home), rulebook: book, sha256 },
    ...{ models: attributionModels, since: noon - 1, until: home.clock.time, logKeptMs: undefined },
    bookOf: async (version) => (version === book.version ? book : undefined),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...options,
  });
}

type Share = readonly [action: string, touches: number, learned: number, value: number];

function sharesOf({ report }: AttributionOfLog): readonly Share[] {
  return report.rows.action.map(({ name, touches, learned, credits }) => {
    return [name, touches, learned, Number(credits.linear?.value ?? 0n) / 1e6];
  });
}

test('finds what answers showed in the log, and what triggers sent in the receipts', async () => {
  const home = start();
  await tell(home, 'Newsletter Subscribed');
  await tell(home, 'Product Viewed', { properties: { category: 'boots' } });
  await ask(home, { customer: userKey('ada'), placements: ['hero'] });
  await tell(home, 'Order Completed', { properties: { revenue: 30 } });
  const found = await read(home);
  expect(sharesOf(found)).toEqual([
    ['cart-push', 1, 0, 15],
    ['voucher', 1, 1, 15],
  ]);
  expect(found.leftOut).toEqual({ unknownBooks: 0, tooLarge: 0, otherwise: 0 });
  expect(found.report.total).toEqual({ conversions: 1_000_000n, value: 30_000_000n });
});

test('counts what triggers sent by rules that are not kept, or that comes out otherwise, and leaves it out', async () => {
  const home = start();
  await tell(home, 'Newsletter Subscribed');
  await tell(home, 'Product Viewed', { properties: { category: 'boots' } });
  await ask(home, { customer: userKey('ada'), placements: ['hero'] });
  await home.node.settled();
  const unknown = await read(home, { bookOf: async () => undefined });
  expect(unknown.leftOut).toEqual({ unknownBooks: 1, tooLarge: 0, otherwise: 0 });
  expect(unknown.report.rows.action.map(({ name }) => name)).toEqual(['voucher']);
  const otherwise = await read(home, { sha256: (text) => sha256(`${text} `) });
  expect(otherwise.leftOut).toEqual({ unknownBooks: 0, tooLarge: 0, otherwise: 1 });
});

test('follows a customer through a merge', async () => {
  const home = start();
  const { userId: _ada, ...seen } = track('Product Viewed', { timestamp: home.clock.time });
  await home.node.ingest([{ ...seen, anonymousId: 'v' }]);
  await home.node.settled();
  await ask(home, { customer: anonymousKey('v'), placements: ['hero'] });
  await tell(home, 'identify', { type: 'identify', anonymousId: 'v' });
  await tell(home, 'Order Completed', { properties: { revenue: 8 } });
  expect(sharesOf(await read(home))).toEqual([['voucher', 1, 1, 8]]);
});

test('looks for touches in the window before the period, and says where they are not kept', async () => {
  const home = start();
  await ask(home, { customer: userKey('ada'), placements: ['hero'] });
  await home.node.settled();
  home.clock.time += 5 * day;
  await tell(home, 'Order Completed', { properties: { revenue: 8 } });
  const since = home.clock.time - day;
  const found = await read(home, { since });
  expect(sharesOf(found)).toEqual([['voucher', 0, 1, 8]]);
  expect(found.touchesFrom).toBe(since - 7 * day);
  expect(found.keptFrom).toBeUndefined();

  const receipts = overriding(receiptsOf(home), { keptMs: async () => 3 * day });
  const short = await read(home, { since, receipts });
  expect(short.keptFrom).toBe(home.clock.time - 3 * day);
  await expect(read(home, { receipts })).rejects.toThrow(
    'receipts of decisions are kept for 3 days (NEXTBEST_RECEIPT_DAYS): ask for --since 3d or less',
  );
});
