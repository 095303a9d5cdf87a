import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { customer } from './support/api.ts';
import { openPlace } from './support/place.ts';
import { shopBook, voucherCap } from './support/shop-book.ts';

interface Line {
  readonly line: number;
  readonly decisionId: string;
  readonly repeated: boolean;
  readonly preview?: boolean;
  readonly placements: { readonly hero: readonly { readonly action?: string }[] };
}

/** Ten rows for each customer, far apart, and many more than are sent at once. */
const rows = 3_000;
const customers = 300;

function fileOf(count: number): string {
  const lines = Array.from({ length: count }, (_, number) => `customer-${number % customers},home`);
  return `userId,context.page\n${lines.join('\n')}\n`;
}

async function linesOf(file: string): Promise<readonly Line[]> {
  const text = await readFile(file, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

const vouchers = (lines: readonly Line[]) =>
  lines.filter(({ placements }) => placements.hero[0]?.action === 'voucher').length;

test('decides for thousands of rows through a server: in order, under the caps, and the same again', async () => {
  const place = await openPlace();
  await place.write('rules/shop.yaml', shopBook);
  await place.write('customers.csv', fileOf(rows));
  const { url } = await place.serve();
  const out = join(place.folder, 'answers.ndjson');
  const args = [
    'decide',
    '--file',
    'customers.csv',
    '--placements',
    'hero',
    '--url',
    url,
    '--out',
    out,
    '--json',
  ];
  const done = await place.run([...args, '--batch', 'monday']);
  expect(done.code).toBe(0);
  const lines = await linesOf(out);
  // The first line of the file names the columns.
  expect(lines.map(({ line }) => line)).toEqual(Array.from({ length: rows }, (_, number) => number + 2));
  expect(vouchers(lines)).toBe(customers * voucherCap);
  expect(JSON.parse(done.stdout)).toMatchObject({
    batch: 'monday',
    rows,
    decided: customers * voucherCap,
    empty: rows - customers * voucherCap,
    failed: 0,
    actions: { voucher: customers * voucherCap },
  });
  expect((await customer(url, 'customer-7')).contacts).toHaveLength(voucherCap);
  const again = await place.run([...args, '--batch', 'monday']);
  expect(again.code).toBe(0);
  const repeats = await linesOf(out);
  expect(repeats.map(({ decisionId }) => decisionId)).toEqual(lines.map(({ decisionId }) => decisionId));
  expect(repeats.every(({ repeated }) => repeated)).toBe(true);
  expect((await customer(url, 'customer-7')).contacts).toHaveLength(voucherCap);
});

test('decides on the data itself where no server runs, and a preview leaves no trace there', async () => {
  const place = await openPlace();
  await place.write('rules/shop.yaml', shopBook);
  await place.write(
    'customers.ndjson',
    '{"userId":"ada"}\n{"customer":{"anonymousId":"phone"}}\n{"page":1}\n',
  );
  const env = { NEXTBEST_PORT: '1' };
  const run = (...more: readonly string[]) =>
    place.run(['decide', '--file', 'customers.ndjson', '--placements', 'hero', '--out', 'out', ...more], env);
  const preview = await run('--preview');
  expect(preview.stderr).toContain('deciding here');
  expect(preview.stdout).toContain('a preview: nothing was stored or counted');
  const looked = await linesOf(join(place.folder, 'out'));
  expect(looked.map(({ preview: isPreview }) => isPreview)).toEqual([true, true, undefined]);
  const done = await run('--batch', 'b');
  expect(done.code).toBe(1);
  expect(done.stdout).toContain('2 with an action, 0 without, 1 failed');
  expect(done.stdout).toContain(
    'row 3: NB_INVALID_INPUT: expected a userId or an anonymousId, found neither',
  );
  const lines = await linesOf(join(place.folder, 'out'));
  const again = await run('--batch', 'b');
  expect(again.code).toBe(1);
  const repeats = await linesOf(join(place.folder, 'out'));
  expect(repeats.map(({ decisionId }) => decisionId)).toEqual(lines.map(({ decisionId }) => decisionId));
  const { url } = await place.serve();
  expect((await customer(url, 'ada')).contacts).toHaveLength(1);
});
