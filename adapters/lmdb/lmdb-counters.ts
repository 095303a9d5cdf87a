import { accountOf, type Commit } from '../../engine/ports.ts';
import { textKey } from './keys.ts';
import type { LmdbDatabase } from './lmdb-database.ts';
import type { WriteRound } from './lmdb-writer.ts';

/** Where counters lie: those of an account in one row that expires, the others in a row each. */
interface CounterPlace {
  readonly database: LmdbDatabase;
  readonly prefix: Buffer;
  readonly now: number;
  /** Inside a round, what the round wrote is read too. */
  readonly round?: WriteRound;
}

/** An account's counters, by their full names. */
interface AccountRow {
  readonly values: Readonly<Record<string, number>>;
  readonly expiresAt: number;
}

export interface CountersAfter {
  readonly values: ReadonlyMap<string, number>;
  readonly exhausted: readonly string[];
  /** The accounts of the counters as they were. */
  readonly accounts: ReadonlyMap<string, AccountRow>;
  readonly commit: Commit;
}

export function readCounters(names: readonly string[], place: CounterPlace): readonly number[] {
  const accounts = new Map<string, AccountRow>();
  return names.map((name) => readCounter(name, accounts, place));
}

/** The counters as they would stand after the commit, and those that would pass their limit or are not as expected. */
export function countersAfter(commit: Commit, place: CounterPlace): CountersAfter {
  const accounts = new Map<string, AccountRow>();
  const values = new Map<string, number>();
  const exhausted = new Set<string>();
  const standing = (name: string): number => values.get(name) ?? readCounter(name, accounts, place);
  for (const { name, add, limitedBy, expected } of commit.counters) {
    const before = standing(name);
    const isOver = limitedBy !== undefined && add > 0 && before + add > standing(limitedBy);
    if (isOver || (expected !== undefined && expected !== before)) exhausted.add(name);
    else values.set(name, before + add);
  }
  return { values, exhausted: [...exhausted], accounts, commit };
}

export function writeCounters(
  { values, accounts, commit }: CountersAfter,
  { database, prefix, round, now }: CounterPlace & { readonly round: WriteRound },
): void {
  const changed = new Map<string, { readonly values: Record<string, number>; expiresAt: number }>();
  for (const [name, value] of values) {
    const account = accountOf(name);
    if (account === undefined) {
      round.put(database.table('counters'), textKey(prefix, name), String(value));
      continue;
    }
    const row = changed.get(account) ?? { values: { ...accounts.get(account)?.values }, expiresAt: 0 };
    row.values[name] = value;
    changed.set(account, row);
  }
  if (changed.size === 0) return;
  for (const { name, expiresAt = Number.MAX_SAFE_INTEGER } of commit.counters) {
    const row = changed.get(accountOf(name) ?? '');
    if (row) row.expiresAt = Math.max(row.expiresAt, expiresAt);
  }
  const table = database.expiring('accounts');
  for (const [account, row] of changed) {
    const expiresAt = Math.max(row.expiresAt, accounts.get(account)?.expiresAt ?? 0);
    table.put(round, textKey(prefix, account), JSON.stringify({ values: row.values, expiresAt }), expiresAt);
  }
  table.purge(round, now, changed.size);
}

function readCounter(name: string, accounts: Map<string, AccountRow>, place: CounterPlace): number {
  const { database, prefix, now, round } = place;
  const account = accountOf(name);
  if (account === undefined) {
    const table = database.table('counters');
    const key = textKey(prefix, name);
    return Number((round === undefined ? table.get(key) : round.get(table, key)) ?? 0);
  }
  let row = accounts.get(account);
  if (row === undefined) {
    const found = database.expiring('accounts').get(textKey(prefix, account), now, round);
    row = found === undefined ? { values: {}, expiresAt: 0 } : (JSON.parse(found) as AccountRow);
    accounts.set(account, row);
  }
  return row.values[name] ?? 0;
}
