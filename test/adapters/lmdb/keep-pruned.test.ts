import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pruneOnce } from '../../../adapters/lmdb/keep-pruned.ts';
import { LmdbDatabase } from '../../../adapters/lmdb/lmdb-database.ts';
import { LmdbDecisionStream } from '../../../adapters/lmdb/lmdb-decision-stream.ts';
import { LmdbReceiptStream } from '../../../adapters/lmdb/lmdb-receipt-stream.ts';
import { LmdbStateStore } from '../../../adapters/lmdb/lmdb-state-store.ts';
import { LmdbTouchpointLog } from '../../../adapters/lmdb/lmdb-touchpoint-log.ts';
import { systemTiming } from '../../../adapters/system/timing.ts';
import { day, defaultTenant, type Nonce } from '../../../engine/index.ts';
import { originCheckpoint } from '../../../engine/ports.ts';
import { eventMessage, indexes, partition } from '../../conformance/samples.ts';

const zero = partition(0);
const closings: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

async function open() {
  const directory = await mkdtemp(join(tmpdir(), 'nextbest-pruned-'));
  closings.push(() => rm(directory, { recursive: true, force: true }));
  const database = await LmdbDatabase.open({ directory, partitions: 2 });
  closings.push(() => database.close());
  const time = { now: 1_700_000_000_000 };
  const world = { tenant: defaultTenant, clock: { now: () => time.now }, timing: systemTiming };
  const log = new LmdbTouchpointLog(database, world);
  const store = new LmdbStateStore(database, world);
  const decisions = new LmdbDecisionStream(database, world);
  const receipts = new LmdbReceiptStream(database, { ...world, ageMsMax: 30 * day });
  const parts = { ...world, log, store, decisions, receipts, partitions: 2, onTrouble: () => undefined };
  const prune = (logAgeMsMax: number | undefined) =>
    pruneOnce({ ...parts, logAgeMsMax }, new AbortController().signal);
  const apply = (sequence: number) =>
    store.commit({
      partition: zero,
      checkpoint: {
        expected: originCheckpoint,
        next: { ...originCheckpoint, sequence, nonce: 'n' as Nonce },
      },
      documents: [],
      timers: [],
      outbox: [],
      records: [],
      counters: [],
    });
  return { log, time, prune, apply };
}

async function append(log: LmdbTouchpointLog, prefix: string, count: number): Promise<void> {
  await log.append(indexes(count).map((index) => eventMessage(`${prefix}${index}`, zero)));
}

describe('the embedded log', () => {
  it('loses what is older than its age and was applied, and counts on where it stood', async () => {
    const { log, time, prune, apply } = await open();
    await append(log, 'old', 1_200);
    time.now += 10 * day;
    await append(log, 'young', 10);
    await apply(1_205);
    await prune(7 * day);
    expect(await log.first(zero)).toBe(1_201);
    expect(await log.head(zero)).toBe(1_210);
    const reader = log.read(zero, 1_200);
    expect(await reader.next({ max: 100, waitMs: 0 })).toHaveLength(10);
    await reader.close();
  });

  it('keeps what was not applied, whatever its age', async () => {
    const { log, time, prune, apply } = await open();
    await append(log, 'old', 20);
    await apply(5);
    time.now += 10 * day;
    await prune(7 * day);
    expect(await log.first(zero)).toBe(6);
  });

  it('keeps its newest entry, and everything when it has no age', async () => {
    const { log, time, prune, apply } = await open();
    await append(log, 'old', 20);
    await apply(20);
    time.now += 10 * day;
    await prune(undefined);
    expect(await log.first(zero)).toBe(1);
    await prune(7 * day);
    expect(await log.first(zero)).toBe(20);
    await append(log, 'next', 1);
    expect(await log.head(zero)).toBe(21);
  });
});
