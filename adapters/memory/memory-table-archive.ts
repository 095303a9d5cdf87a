import { assert } from '../../engine/index.ts';
import type { StoredTables, TableArchive, TablesChange } from '../../engine/ports.ts';

/** The reference tables of one tenant in the memory of this process. */
export class MemoryTableArchive implements TableArchive {
  readonly #chunks = new Map<string, readonly string[]>();
  /** As JSON: what does not survive JSON does not survive a real archive. */
  #stored = JSON.stringify({ revision: 0, tables: {} });

  async read(): Promise<StoredTables> {
    return JSON.parse(this.#stored) as StoredTables;
  }

  async replace({ expected, next, added }: TablesChange): Promise<'replaced' | 'conflict'> {
    if ((JSON.parse(this.#stored) as StoredTables).revision !== expected) return 'conflict';
    if (added !== undefined) this.#chunks.set(added.version, added.chunks);
    const listed = new Set(Object.values(next.tables).flatMap((kept) => kept.map(({ version }) => version)));
    for (const version of listed) assert(this.#chunks.has(version), `table ${version} comes without pieces`);
    for (const version of this.#chunks.keys()) if (!listed.has(version)) this.#chunks.delete(version);
    this.#stored = JSON.stringify(next);
    return 'replaced';
  }

  async chunks(version: string): Promise<readonly string[] | undefined> {
    return this.#chunks.get(version);
  }
}
