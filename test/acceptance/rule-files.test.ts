import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { decide, rulebook } from './support/api.ts';
import { edit, openPlace, patience, projectFolder } from './support/place.ts';
import { shopBook } from './support/shop-book.ts';

const settings = { NEXTBEST_STORE: 'memory' };

const winterSale = `action: winter-sale
group: sales/season
value: 500
treatments:
  card: { channel: web, placements: [hero], content: { title: Winter sale } }
`;

test('a saved rule changes decisions without a restart; a broken one changes nothing and says why', async () => {
  const place = await openPlace();
  await place.write('rules/shop.yaml', shopBook);
  const server = await place.serve(settings);
  const first = async () => (await decide(server.url, 'ada', 'hero')).placements.hero?.[0]?.action;
  expect(await first()).toBe('voucher');

  const file = await place.write('rules/winter-sale.yaml', winterSale);
  await expect.poll(first, patience).toBe('winter-sale');
  const { version } = await rulebook(server.url);

  await edit(file, 'channel: web', 'channel: wob');
  const refused = async () => (await rulebook(server.url)).rejected?.diagnostics[0];
  await expect.poll(refused, patience).toMatchObject({
    code: 'NBR_UNKNOWN_CHANNEL',
    file: 'winter-sale.yaml',
    line: 5,
    column: 20,
    hint: expect.stringContaining('web'),
  });
  await expect.poll(server.stdout, patience).toMatch(/winter-sale\.yaml:5:20 error NBR_UNKNOWN_CHANNEL/);
  expect((await rulebook(server.url)).version).toBe(version);
  expect(await first()).toBe('winter-sale');

  await edit(file, 'channel: wob', 'channel: web');
  await expect.poll(async () => (await rulebook(server.url)).rejected, patience).toBeUndefined();
  expect((await rulebook(server.url)).version).toBe(version);
});

test('check passes the sample rulebook', async () => {
  const place = await openPlace();
  const { code, stdout, stderr } = await place.run(['check', `${projectFolder}/rules`]);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/valid, (\d+) of \1 tests passed/);
  expect(code).toBe(0);
});

test('check tells the place of a mistake in a copy of it', async () => {
  const place = await openPlace();
  const folder = await place.copy('rules', 'rules');
  const file = `${folder}/placements.yaml`;
  await edit(file, 'channel: web', 'chanel: web');
  const line = (await readFile(file, 'utf8')).split('\n').findIndex((text) => text.includes('chanel')) + 1;
  const { code, stdout } = await place.run(['check', folder]);
  expect(stdout).toContain(`${file}:${line}:5 error NBR_UNKNOWN_FIELD`);
  expect(stdout).toContain('not a valid rulebook');
  expect(code).toBe(1);
});

test('check fails when a test inside of the rulebook does', async () => {
  const place = await openPlace();
  const expectation = `tests:
  - name: the sale comes first
    ask: { placement: hero }
    expect: { first: voucher }
`;
  await place.write('rules/shop.yaml', shopBook);
  const file = await place.write('rules/winter-sale.yaml', `${winterSale}${expectation}`);
  const { code, stdout } = await place.run(['check']);
  expect(stdout).toContain(`${file}:7 test failed: the sale comes first`);
  expect(code).toBe(1);
});
