import { assert, type Tenant } from '../../engine/index.ts';
import type { StoredTables, TableArchive, TablesChange } from '../../engine/ports.ts';
import { tenantPrefix, textKey } from './keys.ts';
import type { LmdbDatabase } from './lmdb-database.ts';
import type { Table, WriteRound } from './lmdb-writer.ts';

/** What stands under the one key `tables`. */
interface Row extends StoredTables {
  /** How many pieces each version has. */
  readonly pieces: Readonly<Record<string, number>>;
}

const emptyRow: Row = { revision: 0, tables: {}, pieces: {} };

/** The reference tables of one tenant: one row for what is in force, one for each piece of a table. */
export class LmdbTableArchive implements TableArchive {
  readonly #database: LmdbDatabase;
  readonly #prefix: Buffer;
  readonly #rowKey: Buffer;

  constructor(database: LmdbDatabase, world: { readonly tenant: Tenant }) {
    this.#database = database;
    this.#prefix = tenantPrefix(world.tenant);
    this.#rowKey = textKey(this.#prefix, 'tables');
  }

  async read(): Promise<StoredTables> {
    const { revision, tables } = this.#row();
    return { revision, tables };
  }

  replace(change: TablesChange): Promise<'replaced' | 'conflict'> {
    return this.#database.write('NB_STORE_UNAVAILABLE', (round) => this.#replace(round, change));
  }

  async chunks(version: string): Promise<readonly string[] | undefined> {
    const count = this.#row().pieces[version];
    if (count === undefined) return undefined;
    const table = this.#table();
    return Array.from({ length: count }, (_, index) => {
      const piece = table.get(this.#pieceKey(version, index));
      assert(piece !== undefined, `piece ${index} of table ${version} is missing`);
      return piece;
    });
  }

  #replace(round: WriteRound, { expected, next, added }: TablesChange): 'replaced' | 'conflict' {
    const table = this.#table();
    const before = this.#row(round);
    if (before.revision !== expected) return 'conflict';
    const known = { ...before.pieces, ...(added && { [added.version]: added.chunks.length }) };
    const listed = new Set(Object.values(next.tables).flatMap((kept) => kept.map(({ version }) => version)));
    const pieces = Object.fromEntries([...listed].map((version) => [version, countOf(known, version)]));
    for (const [version, count] of Object.entries(before.pieces)) {
      if (listed.has(version)) continue;
      for (let index = 0; index < count; index += 1) round.remove(table, this.#pieceKey(version, index));
    }
    for (const [index, piece] of (added?.chunks ?? []).entries()) {
      round.put(table, this.#pieceKey(added?.version ?? '', index), piece);
    }
    const row: Row = { revision: next.revision, tables: next.tables, pieces };
    round.put(table, this.#rowKey, JSON.stringify(row));
    return 'replaced';
  }

  #row(round?: WriteRound): Row {
    const table = this.#table();
    const row = round === undefined ? table.get(this.#rowKey) : round.get(table, this.#rowKey);
    return row === undefined ? emptyRow : (JSON.parse(row) as Row);
  }

  #pieceKey(version: string, index: number): Buffer {
    return textKey(this.#prefix, `pieces/${version}/${index}`);
  }

  #table(): Table {
    return this.#database.table('reference-tables');
  }
}

function countOf(pieces: Readonly<Record<string, number>>, version: string): number {
  const count = pieces[version];
  assert(count !== undefined, `table ${version} comes without pieces`);
  return count;
}
