import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDump } from '../../bench/verify/actual.ts';
import { datasets } from '../../bench/verify/datasets.ts';
import { countFile } from '../../bench/verify/expected.ts';
import { compare } from '../../bench/verify/recount.ts';
import { coffeeHistory } from './support/coffee-history.ts';
import { messageServers } from './support/message-servers.ts';
import { openPlace, projectFolder } from './support/place.ts';
import { replayArguments, summaryOf } from './support/replay-command.ts';

const servers = messageServers();
const history = coffeeHistory({ seed: 20_180_701, rows: 3_000 });
const rules = `${projectFolder}/bench/rulebooks/starbucks`;

/** The last event of the file; windows are read at that moment. */
const end = Date.UTC(2018, 6, 1) + Math.floor(((history.rows - 1) / history.rows) * 714) * 3_600_000;

test('a file gives the same digest, counts and sums in memory, in LMDB, and on Redis and NATS', async () => {
  const place = await openPlace();
  const file = await place.write('history.jsonl', history.text);
  const args = (storage: string) => [
    ...replayArguments(file, rules),
    ...['--dump-features', join(place.folder, `${storage}.jsonl`)],
  ];
  const partitions = { NEXTBEST_PARTITIONS: '8' };
  const memory = summaryOf(await place.run([...args('memory'), '--memory'], partitions));
  const lmdb = summaryOf(await place.run(args('lmdb'), partitions));
  const redis = summaryOf(await place.run(args('redis'), { ...partitions, ...servers.env() }));

  const { rows, repeats } = history;
  expect(memory).toMatchObject({ complete: true, rows, events: rows, rejected: 0, duplicates: repeats });
  expect(repeats).toBeGreaterThan(50);
  expect(memory.decisionsByAction).toMatchObject({
    'explain-offer': expect.any(Number),
    'remind-of-offer': expect.any(Number),
    'thank-regulars': expect.any(Number),
  });
  for (const other of [lmdb, redis]) {
    expect(other).toMatchObject({
      digest: memory.digest,
      customers: memory.customers,
      duplicates: repeats,
      decisionsByAction: memory.decisionsByAction,
    });
  }

  const dataset = datasets.starbucks;
  if (dataset === undefined) throw new Error('the recount does not know the file');
  const counted = await countFile(file, dataset, end);
  for (const storage of ['memory', 'lmdb', 'redis']) {
    const comparison = await compare(counted, readDump(join(place.folder, `${storage}.jsonl`)), dataset);
    expect(comparison).toMatchObject({ customers: memory.customers, differences: 0, told: [] });
  }
});
