import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { LmdbDatabase } from '../../../adapters/lmdb/lmdb-database.ts';
import { LmdbStateStore } from '../../../adapters/lmdb/lmdb-state-store.ts';
import { LmdbTouchpointLog } from '../../../adapters/lmdb/lmdb-touchpoint-log.ts';
import { systemClock } from '../../../adapters/system/system-clock.ts';
import { systemTiming } from '../../../adapters/system/timing.ts';
import { defaultTenant } from '../../../engine/model/ids.ts';
import { indexes, partition } from '../../conformance/samples.ts';
import { text } from '../../conformance/state-store/state-store-subject.ts';

const zero = partition(0);

interface Acknowledged {
  appends: number;
  commits: number;
}

it('keeps every acknowledged append and commit of a killed process, and no half of any other', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'nextbest-crash-'));
  try {
    for (const round of indexes(4)) {
      const acknowledged = await writeUntilKilled(directory, 25 + round * 7);
      await expectWhole(directory, acknowledged);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

/** Kills the writer with SIGKILL after so many acknowledged writes; returns the highest numbers that it printed. */
async function writeUntilKilled(directory: string, writes: number): Promise<Acknowledged> {
  const script = new URL('endless-writer.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: Acknowledged = { appends: 0, commits: 0 };
  const exited = new Promise<NodeJS.Signals | null>((resolve) =>
    child.on('exit', (_, signal) => resolve(signal)),
  );
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, number] = line.split(' ');
    if (what === 'append') acknowledged.appends = Number(number);
    else acknowledged.commits = Number(number);
    lines += 1;
    if (lines === writes) child.kill('SIGKILL');
  }
  expect(await exited).toBe('SIGKILL');
  return acknowledged;
}

async function expectWhole(directory: string, acknowledged: Acknowledged): Promise<void> {
  const database = await LmdbDatabase.open({ directory, partitions: 8 });
  try {
    const world = { tenant: defaultTenant, clock: systemClock, timing: systemTiming };
    await expectWholeLog(new LmdbTouchpointLog(database, world), acknowledged.appends);
    await expectWholeState(new LmdbStateStore(database, world), acknowledged.commits);
  } finally {
    await database.close();
  }
}

async function expectWholeLog(log: LmdbTouchpointLog, appends: number): Promise<void> {
  const reader = log.read(zero, 0);
  const ids = (await reader.next({ max: 1_000_000, waitMs: 0 })).map((entry) => entry.message.id);
  await reader.close();
  expect(ids.length).toBeGreaterThanOrEqual((appends + 1) * 20);
  expect(ids.length % 20).toBe(0);
  expect(ids).toEqual(ids.map((_, index) => `${Math.floor(index / 20)}/${index % 20}`));
}

async function expectWholeState(store: LmdbStateStore, commits: number): Promise<void> {
  const { sequence } = await store.checkpoint(zero);
  expect(sequence).toBeGreaterThanOrEqual(commits);
  const documents = await store.load(
    zero,
    indexes(200).map((index) => `u:${index}`),
  );
  const numbers = documents.map((document) => JSON.parse(text(document?.value) ?? '{}').number);
  expect(numbers).toEqual(indexes(200).map(() => sequence));
  expect(new Set(documents.map((document) => document?.nonce))).toEqual(new Set([`n${sequence}`]));
  expect(await store.counters(zero, ['commits'])).toEqual([sequence]);
  expect(await store.outbox(zero, 1_000_000)).toHaveLength(sequence);
  expect(await store.record(zero, `r${sequence}`)).toBe(String(sequence));
  expect(await store.record(zero, `r${sequence + 1}`)).toBeUndefined();
  const timers = await store.dueTimers(zero, { wall: 1e15, stream: 1e15 }, 10);
  expect(timers).toEqual([{ key: 'u:0', clock: 'wall', due: sequence }]);
}
