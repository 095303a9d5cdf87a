import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decide, post, track } from './support/api.ts';
import { openPlace, type Place, type RunningServer } from './support/place.ts';
import { shopBook } from './support/shop-book.ts';

/** What other rules would have done with the log of a server, told before they are live. */

const people = Array.from({ length: 20 }, (_, index) => `person-${index}`);
const visits = 6;

async function live({ url }: RunningServer): Promise<void> {
  for (let visit = 0; visit < visits; visit += 1) {
    const views = people.map((userId) => ({
      ...{ userId, messageId: `${userId}-${visit}`, event: 'Product Viewed' },
      properties: { category: visit === 0 ? 'boots' : 'tents' },
    }));
    await track(url, views);
    for (const [index, userId] of people.entries()) {
      const { decisionId, placements } = await decide(url, userId, 'hero');
      const shown = placements.hero?.[0]?.action;
      if (shown === undefined || (index + visit) % 4 > 0) continue;
      await post(url, '/v1/outcomes', { decisionId, action: shown, outcome: 'conversion' });
    }
  }
}

interface Told {
  readonly decisions: number;
  readonly changed: number;
  readonly value: { readonly answer: string; readonly words: string };
  readonly actions: readonly {
    readonly action: string;
    readonly contacts: { readonly before: number; readonly after: number };
  }[];
  readonly leftOut: object;
}

async function forecast(place: Place, rules: string): Promise<Told> {
  const { code, stdout, stderr } = await place.run(['forecast', '--rules', rules, '--since', '1h', '--json']);
  expect([0, 1], stderr).toContain(code);
  return JSON.parse(stdout) as Told;
}

test('a forecast on the embedded store', async () => {
  const place = await openPlace();
  await place.write('rules/shop.yaml', shopBook);
  const server = await place.serve();
  await live(server);
  await server.end('SIGTERM');

  const same = await forecast(place, join(place.folder, 'rules'));
  expect(same.decisions).toBeGreaterThan(people.length * visits);
  expect(same).toMatchObject({ changed: 0, leftOut: { unknownBooks: 0, tooLarge: 0, otherwise: 0 } });
  expect(same.value.answer).toBe('no-difference');

  await place.write('new/shop.yaml', shopBook.replace('limit: 7, within: 1d', 'limit: 2, within: 1d'));
  const tighter = await forecast(place, join(place.folder, 'new'));
  const vouchers = tighter.actions.find(({ action }) => action === 'voucher')?.contacts;
  expect(vouchers).toEqual({ before: people.length * visits, after: people.length * 2 });

  const report = join(place.folder, 'forecast.md');
  const told = await place.run(['forecast', '--rules', join(place.folder, 'new'), '--markdown', report]);
  expect(told.code, told.stderr).toBe(0);
  const markdown = await readFile(report, 'utf8');
  expect(markdown).toContain('## Forecast');
  expect(markdown).toContain('| voucher | 120 | 40 | -66.7% |');
  expect(told.stdout).toContain('What a decision is worth');

  await place.write('bad/shop.yaml', shopBook.replace('limit: 7', 'limit: many'));
  const bad = await place.run(['forecast', '--rules', join(place.folder, 'bad')]);
  expect(bad.code).toBe(2);
  expect(bad.stderr).toContain('is not a valid rulebook');
});

test('a forecast where no receipts are kept says so', async () => {
  const place = await openPlace();
  await place.write('rules/shop.yaml', shopBook);
  const env = { NEXTBEST_RECEIPT_DAYS: '0' };
  const server = await place.serve(env);
  await decide(server.url, 'ada', 'hero');
  await server.end('SIGTERM');
  const { code, stderr } = await place.run(['forecast', '--rules', join(place.folder, 'rules')], env);
  expect(code).toBe(2);
  expect(stderr).toContain('NEXTBEST_RECEIPT_DAYS is 0, so none are kept');
});
