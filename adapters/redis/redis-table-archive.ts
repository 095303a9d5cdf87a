import { randomUUID } from 'node:crypto';
import { assert, CodedError, type Tenant } from '../../engine/index.ts';
import type { StoredTables, TableArchive, TablesChange } from '../../engine/ports.ts';
import type { RedisConnection } from './redis-connection.ts';
import { RedisKeys } from './redis-keys.ts';
import { replaceTablesScript } from './scripts/replace-tables-script.ts';

/** Where the pieces of a version are: in a hash of this name. */
interface Place {
  readonly id: string;
  readonly pieces: number;
}

type Places = Readonly<Record<string, Place>>;

/** Pieces of a table that did not come into force are forgotten after this. */
const unclaimedMs = 3_600_000;

/**
 * The reference tables of one tenant: a hash for what is in force, and one for the pieces of each version. Every load has
 * a hash of its own, so that clearing away an old one can never meet a new one of the same version.
 */
export class RedisTableArchive implements TableArchive {
  readonly #redis: RedisConnection;
  readonly #keys: RedisKeys;

  constructor(options: { readonly connection: RedisConnection; readonly tenant: Tenant }) {
    this.#redis = options.connection;
    this.#keys = new RedisKeys(options.tenant);
  }

  async read(): Promise<StoredTables> {
    const { revision, tables } = await this.#read();
    return { revision, tables };
  }

  async replace({ expected, next, added }: TablesChange): Promise<'replaced' | 'conflict'> {
    const before = await this.#read();
    if (before.revision !== expected) return 'conflict';
    const place = added && { id: randomUUID(), pieces: added.chunks.length };
    if (place) await this.#store(place, added.chunks);
    const known: Places = { ...before.places, ...(added && place && { [added.version]: place }) };
    const places = placesOf(next, known);
    const kept = new Set(Object.values(places).map(({ id }) => id));
    const dropped = Object.values(before.places).filter(({ id }) => !kept.has(id));
    const reply = await this.#redis.write(
      'put tables into force',
      replaceTablesScript,
      [
        this.#keys.tables(),
        place ? this.#keys.table(place.id) : this.#keys.tables(),
        ...dropped.map(({ id }) => this.#keys.table(id)),
      ],
      [expected, next.revision, JSON.stringify(next.tables), JSON.stringify(places), place?.pieces ?? 0],
    );
    if (reply === -1)
      throw new CodedError('NB_STORE_UNAVAILABLE', 'Redis lost pieces of a table on their way');
    return reply === 1 ? 'replaced' : 'conflict';
  }

  async chunks(version: string): Promise<readonly string[] | undefined> {
    const place = (await this.#read()).places[version];
    if (place === undefined) return undefined;
    const chunks: string[] = [];
    for (let index = 0; index < place.pieces; index += 1) {
      const key = this.#keys.table(place.id);
      const piece = await this.#redis.call('return a table', (client) => client.hget(key, String(index)));
      // It was dropped meanwhile.
      if (piece === null) return undefined;
      chunks.push(piece);
    }
    return chunks;
  }

  async #read(): Promise<StoredTables & { readonly places: Places }> {
    const key = this.#keys.tables();
    const [revision, tables, places] = await this.#redis.call('return the tables in force', (client) =>
      client.hmget(key, 'revision', 'tables', 'places'),
    );
    return {
      revision: Number(revision ?? '0'),
      tables: JSON.parse(tables ?? '{}') as StoredTables['tables'],
      places: JSON.parse(places ?? '{}') as Places,
    };
  }

  /** Piece by piece, so that nobody else waits for long. */
  async #store({ id }: Place, chunks: readonly string[]): Promise<void> {
    const key = this.#keys.table(id);
    for (const [index, piece] of chunks.entries()) {
      await this.#redis.call('store a table', (client) => client.hset(key, String(index), piece));
      if (index === 0) await this.#redis.call('store a table', (client) => client.pexpire(key, unclaimedMs));
    }
  }
}

function placesOf({ tables }: StoredTables, known: Places): Places {
  const versions = Object.values(tables).flatMap((kept) => kept.map(({ version }) => version));
  return Object.fromEntries(
    versions.map((version) => {
      const place = known[version];
      assert(place !== undefined, `table ${version} comes without pieces`);
      return [version, place];
    }),
  );
}
