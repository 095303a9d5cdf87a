import { asBuffer, endOf } from './keys.ts';
import type { LmdbDatabase } from './lmdb-database.ts';
import type { Table, WriteRound } from './lmdb-writer.ts';

const stateTables = ['checkpoints', 'counters', 'timers', 'timers-due', 'outbox'] as const;
const expiringTables = ['records', 'dead-letters', 'owned', 'accounts'] as const;

/** Rows of one table taken away in one step. */
const rowsPerSlice = 2_000;

/** Takes away some of a tenant's state; true while there may be more. What stays are the log, the notes, the budgets. */
export function wipeSlice(
  prefix: Buffer,
  { database, round }: { readonly database: LmdbDatabase; readonly round: WriteRound },
): boolean {
  let isMore = removeSome(database.documents(), prefix, round);
  for (const name of stateTables) isMore = removeSome(database.table(name), prefix, round) || isMore;
  for (const name of expiringTables)
    isMore = database.expiring(name).wipe(round, prefix, rowsPerSlice) || isMore;
  return isMore;
}

function removeSome<Value extends string | Uint8Array>(
  table: Table<Value>,
  prefix: Buffer,
  round: WriteRound,
): boolean {
  let removed = 0;
  for (const key of table.getKeys({ start: prefix, end: endOf(prefix), limit: rowsPerSlice })) {
    round.remove(table, Buffer.from(asBuffer(key)));
    removed += 1;
  }
  return removed === rowsPerSlice;
}
