import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmdbDatabase } from '../../adapters/lmdb/lmdb-database.ts';

interface Closing {
  close(): Promise<void>;
}

interface Reopening<Subject> extends Closing {
  readonly reopen: () => Promise<Subject>;
}

/** Opens a subject over a database in a new temporary folder; closing it takes the folder away. */
export async function overLmdb<Ports>(
  build: (database: LmdbDatabase) => Ports,
): Promise<Ports & Reopening<Ports & Closing>> {
  const directory = await mkdtemp(join(tmpdir(), 'nextbest-lmdb-'));
  const open = async (): Promise<Ports & Reopening<Ports & Closing>> => {
    const database = await LmdbDatabase.open({ directory, partitions: 8 });
    const close = async (): Promise<void> => {
      await database.close();
      await rm(directory, { recursive: true, force: true });
    };
    const reopen = async () => {
      await database.close();
      return open();
    };
    return { ...build(database), close, reopen };
  };
  return open();
}
