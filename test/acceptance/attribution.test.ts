import { expect, test } from 'vitest';
import { decide, track } from './support/api.ts';
import { openPlace, type Place } from './support/place.ts';
import { shopBook } from './support/shop-book.ts';

/** Who gets how much of the conversions of a server, told from its log. */

const people = Array.from({ length: 12 }, (_, index) => `person-${index}`);
const book = `${shopBook}---
outcomes:
  bought: { on: Order Completed, outcome: conversion, within: 7d, value: properties.revenue }
`;

interface Credit {
  readonly conversionMillionths: number;
  readonly valueMillionths: number;
}

interface Told {
  readonly conversions: number;
  readonly withoutValue: number;
  readonly learned: number;
  readonly models: readonly string[];
  readonly total: Credit;
  readonly unattributed: Credit;
  readonly by: Readonly<
    Record<
      'action' | 'group' | 'channel',
      readonly {
        readonly name: string;
        readonly touches: number;
        readonly credits: Readonly<Record<string, Credit>>;
      }[]
    >
  >;
}

/** Everybody looks at boots and gets a message, then sees the voucher; every third of them buys, and a stranger. */
async function live(place: Place): Promise<void> {
  await place.write('rules/shop.yaml', book);
  const server = await place.serve();
  await track(
    server.url,
    people.map((userId) => ({
      ...{ userId, messageId: `view-${userId}`, event: 'Product Viewed' },
      properties: { category: 'boots' },
    })),
  );
  for (const userId of people) await decide(server.url, userId, 'hero');
  const buyers = people.filter((_, index) => index % 3 === 0);
  const orders = [...buyers, 'stranger'].map((userId, index) => ({
    ...{ userId, messageId: `order-${userId}`, event: 'Order Completed' },
    properties: index === 0 ? {} : { revenue: 33.35 },
  }));
  await track(server.url, orders);
  await track(server.url, orders);
  await server.end('SIGTERM');
}

test('a report on attribution, from the embedded store', async () => {
  const place = await openPlace();
  await live(place);

  const { code, stdout, stderr } = await place.run(['attribution', '--since', '1h', '--json']);
  expect(code, stderr).toBe(0);
  const told = JSON.parse(stdout) as Told;
  expect(told).toMatchObject({
    ...{ conversions: 5, withoutValue: 1, learned: 4 },
    models: ['last', 'first', 'linear', 'time-decay', 'position'],
    total: { conversionMillionths: 5_000_000, valueMillionths: 4 * 33_350_000 },
    unattributed: { conversionMillionths: 1_000_000, valueMillionths: 33_350_000 },
  });
  for (const rows of Object.values(told.by)) {
    for (const model of told.models) {
      const sum = (part: keyof Credit) =>
        rows.reduce((all, row) => all + (row.credits[model]?.[part] ?? 0), 0);
      expect(sum('conversionMillionths') + told.unattributed.conversionMillionths).toBe(5_000_000);
      expect(sum('valueMillionths') + told.unattributed.valueMillionths).toBe(4 * 33_350_000);
    }
  }
  expect(told.by.channel.map(({ name, touches }) => [name, touches])).toEqual([
    ['push', people.length],
    ['web', people.length],
  ]);

  const report = await place.run(['attribution', '--model', 'linear', '--model', 'last']);
  expect(report.code, report.stderr).toBe(0);
  expect(report.stdout).toContain('| Action | Touches | Learned from | last | linear |');
  expect(report.stdout).toContain('| boots-care | 12 | 0 | 0.000 | 2.000 |');
  expect(report.stdout).toContain('| voucher | 12 | 4 | 4.000 | 2.000 |');
  expect(report.stdout).toContain('| (no touch) | 33.350 | 33.350 |');
  expect(report.stdout).toContain('| (all) | 133.400 | 133.400 |');
  expect(report.stdout).toContain('1 of 5 conversions do not say what they are worth');

  const unknown = await place.run(['attribution', '--model', 'shapley']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain(
    '--model: expected one of last, first, linear, time-decay, position, found "shapley"',
  );
  const longer = await place.run(['attribution', '--since', 'ever']);
  expect(longer.code).toBe(2);
  expect(longer.stderr).toContain('--since: expected a duration such as 30d, found "ever"');
});
