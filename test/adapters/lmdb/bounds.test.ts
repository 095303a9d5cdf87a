import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LmdbDatabase } from '../../../adapters/lmdb/lmdb-database.ts';
import { LmdbDecisionStream } from '../../../adapters/lmdb/lmdb-decision-stream.ts';
import { LmdbStateStore } from '../../../adapters/lmdb/lmdb-state-store.ts';
import { LmdbTouchpointLog } from '../../../adapters/lmdb/lmdb-touchpoint-log.ts';
import { systemTiming } from '../../../adapters/system/timing.ts';
import { defaultTenant } from '../../../engine/model/ids.ts';
import type { DecisionStream, TouchpointLog } from '../../../engine/ports.ts';
import { eventMessage, indexes, partition, publishedDecision } from '../../conformance/samples.ts';

const zero = partition(0);
const minute = 60_000;
const hour = 60 * minute;

describe('what the data directory keeps', () => {
  let directory: string;
  let database: LmdbDatabase;
  let now = 0;
  const clock = { now: () => now };
  const world = { tenant: defaultTenant, clock, timing: systemTiming };
  beforeEach(async () => {
    now = 1_700_000_000_000;
    directory = mkdtempSync(join(tmpdir(), 'nextbest-bounds-'));
    database = await LmdbDatabase.open({ directory, partitions: 8 });
  });
  afterEach(async () => {
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const reopen = async (): Promise<void> => {
    await database.close();
    database = await LmdbDatabase.open({ directory, partitions: 8 });
  };

  it('takes expired records off the disk as others are written', async () => {
    const store = new LmdbStateStore(database, world);
    const write = (prefix: string, count: number) =>
      store.commit({
        partition: zero,
        documents: [],
        timers: [],
        outbox: [],
        records: indexes(count).map((index) => ({
          id: `${prefix}${index}`,
          value: 'v',
          expiresAt: now + hour,
        })),
        counters: [],
      });
    await write('old', 300);
    now += 2 * hour;
    expect(await store.record(zero, 'old1')).toBeUndefined();
    for (const round of indexes(10)) await write(`new${round}-`, 1);
    const rows = database.expiring('records');
    expect(rows.size()).toBe(10);
    expect(await store.record(zero, 'new3-0')).toBe('v');
  });

  it('keeps decisions up to a number and an age, and never reuses a sequence', async () => {
    const history = { ageMsMax: hour, countMax: 100 };
    let stream = new LmdbDecisionStream(database, { ...world, history });
    for (const round of indexes(40)) {
      await stream.publish(indexes(10).map((index) => publishedDecision(`d${round * 10 + index}`)));
    }
    expect(await sequences(stream)).toEqual(indexes(100).map((index) => 301 + index));
    now += 2 * hour;
    for (const round of indexes(5)) await stream.publish([publishedDecision(`late${round}`)]);
    for (const round of indexes(5)) await stream.publish([publishedDecision(`later${round}`)]);
    expect(await sequences(stream)).toEqual(indexes(10).map((index) => 401 + index));
    now += 2 * hour;
    await stream.publish([]);
    await reopen();
    stream = new LmdbDecisionStream(database, { ...world, history });
    await stream.publish([publishedDecision('last')]);
    expect((await sequences(stream)).at(-1)).toBe(411);
  });

  it('adds a decision id again only after ten minutes, restarts included', async () => {
    let stream = new LmdbDecisionStream(database, world);
    await stream.publish([publishedDecision('d1')]);
    now += 9 * minute;
    await reopen();
    stream = new LmdbDecisionStream(database, world);
    await stream.publish([publishedDecision('d1')]);
    expect(await sequences(stream)).toEqual([1]);
    now += 2 * minute;
    await stream.publish([publishedDecision('d1')]);
    expect(await sequences(stream)).toEqual([1, 2]);
  });

  it('drops a message that was appended a moment ago, restarts included, and takes it after two minutes', async () => {
    let log = new LmdbTouchpointLog(database, world);
    await log.append([eventMessage('m1', zero)]);
    await log.append([eventMessage('m1', zero), eventMessage('m2', zero)]);
    expect(await ids(log)).toEqual(['m1', 'm2']);
    await reopen();
    log = new LmdbTouchpointLog(database, world);
    now += 30_000;
    await log.append([eventMessage('m2', zero)]);
    expect(await ids(log)).toEqual(['m1', 'm2']);
    now += 2 * minute;
    await log.append([eventMessage('m2', zero)]);
    expect(await ids(log)).toEqual(['m1', 'm2', 'm2']);
  });
});

async function sequences(stream: DecisionStream): Promise<readonly number[]> {
  const reader = stream.subscribe({ after: 0 });
  const received = await reader.next({ max: 10_000, waitMs: 0 });
  await reader.close();
  return received.map((entry) => entry.sequence);
}

async function ids(log: TouchpointLog): Promise<readonly string[]> {
  const reader = log.read(zero, 0);
  const entries = await reader.next({ max: 10_000, waitMs: 0 });
  await reader.close();
  return entries.map((entry) => entry.message.id);
}
