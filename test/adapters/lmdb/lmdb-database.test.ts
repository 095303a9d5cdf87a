import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LmdbDatabase } from '../../../adapters/lmdb/lmdb-database.ts';
import { LmdbStateStore } from '../../../adapters/lmdb/lmdb-state-store.ts';
import { systemClock } from '../../../adapters/system/system-clock.ts';
import { defaultTenant } from '../../../engine/model/ids.ts';

describe('a data directory', () => {
  let directory: string;
  let lockFile: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'nextbest-directory-'));
    lockFile = join(directory, 'nextbest.lock');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const open = (partitions = 8) => LmdbDatabase.open({ directory, partitions });
  const reopens = async (): Promise<void> => {
    const database = await open();
    await database.close();
  };

  it('is created where it does not exist, parents included', async () => {
    const database = await LmdbDatabase.open({ directory: join(directory, 'a', 'b'), partitions: 4 });
    expect(database.partitions).toBe(4);
    await database.close();
  });

  it('is refused when it was created with another number of partitions', async () => {
    await reopens();
    await expect(open(16)).rejects.toMatchObject({ code: 'NB_LAYOUT_MISMATCH' });
    await expect(open(16)).rejects.toThrow('"partitions":8');
    await reopens();
  });

  it('is refused while this process has it open', async () => {
    const database = await open();
    await expect(open()).rejects.toMatchObject({ code: 'NB_DATA_IN_USE' });
    await database.close();
    await database.close();
    await reopens();
  });

  it('is refused while another process has it open, naming that process, and free once that is killed', async () => {
    const script = new URL('endless-writer.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--import', 'tsx', script, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect(open()).rejects.toMatchObject({ code: 'NB_DATA_IN_USE' });
    await expect(open()).rejects.toThrow(`process ${child.pid}`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await reopens();
  });

  it('is free when its holder is gone, even if another process has got its number', async () => {
    await reopens();
    writeFileSync(lockFile, JSON.stringify({ pid: 2 ** 30, started: 'boot/1' }));
    await reopens();
    writeFileSync(lockFile, JSON.stringify({ pid: process.ppid, started: 'boot/1' }));
    await reopens();
    writeFileSync(lockFile, JSON.stringify({ pid: process.pid, started: 'boot/1' }));
    await reopens();
  });

  it('is free when its lock file was cut short', async () => {
    writeFileSync(lockFile, '');
    await reopens();
    writeFileSync(lockFile, '{"pid":');
    await reopens();
  });

  it('leaves no lock behind when it is closed, and names its holder while open', async () => {
    const database = await open();
    expect(JSON.parse(readFileSync(lockFile, 'utf8'))).toMatchObject({ pid: process.pid });
    await database.close();
    expect(
      readdirSync(directory).filter((name) => name.includes('lock') && name.startsWith('nextbest.lock')),
    ).toEqual([]);
  });

  it('stores what was asked for before it was closed and refuses what comes after', async () => {
    const database = await open();
    const store = new LmdbStateStore(database, { tenant: defaultTenant, clock: systemClock });
    const written = store.writeNote('note', 'kept');
    await Promise.all([written, database.close()]);
    await expect(store.writeNote('note', 'late')).rejects.toMatchObject({ code: 'NB_STORE_UNAVAILABLE' });
    await expect(store.readNote('note')).rejects.toMatchObject({ code: 'NB_STORE_UNAVAILABLE' });
    const again = await open();
    const reopened = new LmdbStateStore(again, { tenant: defaultTenant, clock: systemClock });
    expect(await reopened.readNote('note')).toBe('kept');
    await again.close();
  });

  it('fails an operation with a key beyond the limit of LMDB as a whole, and no other', async () => {
    const database = await open();
    const table = database.table('notes');
    const bad = database.write('NB_STORE_UNAVAILABLE', (round) => {
      round.put(table, Buffer.from('half'), 'written');
      round.put(table, Buffer.alloc(2_000, 1), 'too long');
    });
    const good = database.write('NB_STORE_UNAVAILABLE', (round) => {
      expect(round.get(table, Buffer.from('half'))).toBeUndefined();
      round.put(table, Buffer.from('whole'), 'written');
    });
    await expect(bad).rejects.toThrow('longer than');
    await good;
    expect(table.get(Buffer.from('half'))).toBeUndefined();
    expect(table.get(Buffer.from('whole'))).toBe('written');
    await database.close();
  });
});
