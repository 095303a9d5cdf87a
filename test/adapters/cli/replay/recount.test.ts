import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replayFile } from '../../../../adapters/cli/replay/replay.ts';
import { readDump } from '../../../../bench/verify/actual.ts';
import { datasets } from '../../../../bench/verify/datasets.ts';
import { countFile } from '../../../../bench/verify/expected.ts';
import { compare } from '../../../../bench/verify/recount.ts';
import type { Folder } from './kept.ts';
import { Kept, openFolder } from './kept.ts';

let folder: Folder;

beforeEach(async () => {
  folder = await openFolder();
});

afterEach(() => folder.remove());

const hour = 3_600_000;
const start = Date.UTC(2018, 6, 1);
const row = (person: string, event: string, time: number, value: object) =>
  JSON.stringify({ person, event, value, time });
const rows = [
  row('p1', 'offer viewed', 0, { 'offer id': 'o1' }),
  row('p1', 'transaction', 6, { amount: 0.1 }),
  row('p1', 'transaction', 6, { amount: 0.1 }),
  row('p1', 'transaction', 12, { amount: 0.2 }),
  row('p2', 'offer completed', 36, { offer_id: 'o1', reward: 5 }),
];

async function recount(dump: readonly object[], at: number) {
  const { starbucks } = datasets;
  if (starbucks === undefined) throw new Error('the data set is gone');
  const file = await folder.write('transcript.json.gz', rows.join('\n'));
  const expected = await countFile(file, starbucks, at);
  const dumped = await folder.write('dump.jsonl', dump.map((line) => JSON.stringify(line)).join('\n'));
  return compare(expected, readDump(dumped), starbucks);
}

const right = [
  {
    customer: 'u:p1',
    features: {
      'offers.viewed': 1,
      'transactions.count': 2,
      'transactions.amount': 0.3,
      'offers.viewed_7d': 1,
      'transactions.count_7d': 2,
      'transactions.amount_7d': 0.3,
      'transactions.amount_24h': 0,
    },
  },
  { customer: 'u:p2', features: { 'offers.completed': 1, 'offers.reward': 5, 'offers.completed_7d': 1 } },
];

test('a recount agrees with the right values; duplicates count once, windows are open at their start', async () => {
  // The last purchase of p1 is exactly 24 hours old, and so out of the window of 24 hours.
  const comparison = await recount(right, start + 36 * hour);
  expect(comparison).toEqual({ customers: 2, features: 22, differences: 0, told: [] });
});

test('a recount refuses to look at a window before its newest event', async () => {
  await expect(recount(right, start + 35 * hour)).rejects.toThrow('later than --at');
});

test('a recount tells wrong values, missing customers and unknown ones', async () => {
  const wrong = [{ customer: 'u:p1', features: { ...right[0]?.features, 'transactions.count': 3 } }];
  const comparison = await recount([...wrong, { customer: 'u:p9', features: {} }], start + 36 * hour);
  expect(comparison.told).toEqual([
    'u:p1: transactions.count is 3, the file says 2',
    'u:p9: nextbest knows this customer, the file does not',
    'u:p2: nextbest does not know this customer',
  ]);
});

test('the map names customers and times as the recount does', async () => {
  const kept = new Kept();
  const file = await folder.write('transcript.json.gz', rows.join('\n'));
  const map = fileURLToPath(new URL('../../../../bench/maps/starbucks.yaml', import.meta.url));
  await replayFile({ file, map, sink: kept, notes: kept });
  expect(kept.events.map(({ userId, timestamp }) => [userId, (timestamp - start) / hour])).toEqual([
    ['p1', 0],
    ['p1', 6],
    ['p1', 6],
    ['p1', 12],
    ['p2', 36],
  ]);
  expect(new Set(kept.events.map(({ messageId }) => messageId)).size).toBe(4);
});
