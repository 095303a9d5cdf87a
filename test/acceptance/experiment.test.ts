import { expect, test } from 'vitest';
import { decide, track } from './support/api.ts';
import { openPlace, type Place } from './support/place.ts';
import { shopBook } from './support/shop-book.ts';

/** What the experiments of a server have shown, told from its log. */

const people = Array.from({ length: 60 }, (_, index) => `person-${index}`);
const book = `${shopBook}---
outcomes:
  bought: { on: Order Completed, outcome: conversion, within: 7d }
holdout: { share: 0.5 }
experiments:
  unasked: { holdout: { share: 0.3, match: { actions: [voucher] } } }
`;

interface Told {
  readonly decisions: number;
  readonly experiments: readonly {
    readonly experiment: string;
    readonly verdict: string;
    readonly words: string;
    readonly arms: readonly {
      readonly arm: string;
      readonly customers: number;
      readonly converted: number;
      readonly value?: number;
    }[];
    readonly sampleRatio: { readonly isRight: boolean };
    readonly conversion: readonly { readonly unadjusted: object }[];
  }[];
}

/** Everybody comes once, and every fourth of them buys after that. */
async function live(place: Place): Promise<void> {
  await place.write('rules/shop.yaml', book);
  const server = await place.serve();
  for (const userId of people) await decide(server.url, userId, 'hero');
  const buyers = people.filter((_, index) => index % 4 === 0);
  await track(
    server.url,
    buyers.map((userId) => ({
      ...{ userId, messageId: `order-${userId}`, event: 'Order Completed' },
      properties: { revenue: 30 },
    })),
  );
  await server.end('SIGTERM');
}

test('a report on the experiments of a server, from the embedded store', async () => {
  const place = await openPlace();
  await live(place);

  const { code, stdout, stderr } = await place.run([
    ...['experiment', '--since', '1h', '--value', 'properties.revenue', '--json'],
  ]);
  expect(code, stderr).toBe(0);
  const told = JSON.parse(stdout) as Told;
  expect(told.decisions).toBe(people.length);
  expect(told.experiments.map(({ experiment }) => experiment)).toEqual(['universal', 'unasked']);
  for (const { arms, verdict, sampleRatio } of told.experiments) {
    const sum = (term: (arm: (typeof arms)[number]) => number) =>
      arms.reduce((all, arm) => all + term(arm), 0);
    expect(sum(({ customers }) => customers)).toBe(people.length);
    expect(sum(({ converted }) => converted)).toBe(people.length / 4);
    expect(sum(({ value = 0 }) => value)).toBe((people.length / 4) * 30);
    expect(sampleRatio.isRight).toBe(true);
    expect(verdict).toBe('go-on');
  }

  const report = await place.run(['experiment', 'universal']);
  expect(report.code, report.stderr).toBe(0);
  expect(report.stdout).toContain('### universal (hold-out)');
  expect(report.stdout).toContain('**Not decided yet: too little has happened in the smallest arm');
  expect(report.stdout).toContain('| Arm | Share dealt | Customers | Converted | Rate |');
  expect(report.stdout).not.toContain('### unasked');

  const unknown = await place.run(['experiment', 'universe']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain(
    'no experiment "universe" in the rulebook in force; it has universal, unasked',
  );
  const control = await place.run(['experiment', 'unasked', '--control', 'nobody']);
  expect(control.code).toBe(2);
  expect(control.stderr).toContain('--control: expected one of holdout, treated, found "nobody"');
});

test('a report where there is nothing to tell says so', async () => {
  const place = await openPlace();
  await place.write('rules/shop.yaml', shopBook);
  const without = await place.run(['experiment']);
  expect(without.code).toBe(2);
  expect(without.stderr).toContain('the rulebook in force has no experiments and no hold-out');

  await place.write('rules/shop.yaml', book);
  const nobody = await place.run(['experiment']);
  expect(nobody.code).toBe(2);
  expect(nobody.stderr).toContain('there are no receipts of decisions in this period: nothing was decided');
});
