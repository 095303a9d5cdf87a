import { assert, emptyHistory, type RuleText, type Tenant } from '../../engine/index.ts';
import type { HistoryChange, RulebookArchive, StoredHistory } from '../../engine/ports.ts';
import { tenantPrefix, textKey } from './keys.ts';
import type { LmdbDatabase } from './lmdb-database.ts';
import type { Table, WriteRound } from './lmdb-writer.ts';

/** What stands under the one key `history`. */
interface Row extends StoredHistory {
  /** How many files each book has, by version. */
  readonly files: Readonly<Record<string, number>>;
}

const emptyRow: Row = { revision: 0, history: emptyHistory, files: {} };

/**
 * The published rulebooks of one tenant in the database of the data directory: one row for the history, one for each
 * file of a book (`<path as JSON>\n<text>`). This process holds the database alone, so whoever watches is in it as well.
 */
export class LmdbRulebookArchive implements RulebookArchive {
  readonly #database: LmdbDatabase;
  readonly #prefix: Buffer;
  readonly #historyKey: Buffer;
  readonly #watchers = new Set<(stored: StoredHistory) => void>();

  constructor(database: LmdbDatabase, world: { readonly tenant: Tenant }) {
    this.#database = database;
    this.#prefix = tenantPrefix(world.tenant);
    this.#historyKey = textKey(this.#prefix, 'history');
  }

  async read(): Promise<StoredHistory> {
    const { revision, history } = this.#row();
    return { revision, history };
  }

  replace(change: HistoryChange) {
    return this.#database.write('NB_STORE_UNAVAILABLE', (round) => this.#replace(round, change));
  }

  async texts(version: string): Promise<readonly RuleText[] | undefined> {
    const table = this.#table();
    const count = this.#row().files[version];
    if (count === undefined) return undefined;
    return Array.from({ length: count }, (_, index) => {
      const row = table.get(this.#fileKey(version, index));
      assert(row !== undefined, `file ${index} of rulebook ${version} is missing`);
      const end = row.indexOf('\n');
      return { path: JSON.parse(row.slice(0, end)) as string, text: row.slice(end + 1) };
    });
  }

  async watch(onChange: (stored: StoredHistory) => void): Promise<{ close(): Promise<void> }> {
    this.#watchers.add(onChange);
    const now = await this.read();
    if (now.revision > 0) onChange(now);
    return { close: async () => void this.#watchers.delete(onChange) };
  }

  #replace(round: WriteRound, { expected, history, added }: HistoryChange) {
    const table = this.#table();
    const before = this.#row(round);
    if (before.revision !== expected) return { kind: 'conflict' } as const;
    const kept = { ...before.files, ...(added && { [added.version]: added.files.length }) };
    const files = Object.fromEntries(history.books.map(({ version }) => [version, countOf(kept, version)]));
    for (const [version, count] of Object.entries(before.files)) {
      if (version in files) continue;
      for (let index = 0; index < count; index += 1) round.remove(table, this.#fileKey(version, index));
    }
    for (const [index, { path, text }] of (added?.files ?? []).entries()) {
      round.put(table, this.#fileKey(added?.version ?? '', index), `${JSON.stringify(path)}\n${text}`);
    }
    const row: Row = { revision: before.revision + 1, history, files };
    round.put(table, this.#historyKey, JSON.stringify(row));
    const stored = { revision: row.revision, history };
    round.onCommitted(() => {
      for (const onChange of this.#watchers) onChange(stored);
    });
    return { kind: 'replaced', revision: row.revision } as const;
  }

  #row(round?: WriteRound): Row {
    const table = this.#table();
    const row = round === undefined ? table.get(this.#historyKey) : round.get(table, this.#historyKey);
    return row === undefined ? emptyRow : (JSON.parse(row) as Row);
  }

  #fileKey(version: string, index: number): Buffer {
    return textKey(this.#prefix, `texts/${version}/${index}`);
  }

  #table(): Table {
    return this.#database.table('rulebooks');
  }
}

function countOf(files: Readonly<Record<string, number>>, version: string): number {
  const count = files[version];
  assert(count !== undefined, `rulebook ${version} comes without texts`);
  return count;
}
