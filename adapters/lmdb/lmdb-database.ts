import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { AssertionError, CodedError, type ErrorCode } from '../../engine/index.ts';
import { DirectoryLock } from './directory-lock.ts';
import { ExpiringTable } from './expiring-table.ts';
import { LmdbWriter, type Table, type WriteRound } from './lmdb-writer.ts';

/** How the data is laid out. It is kept with the data; data of another layout is not opened. */
interface Layout {
  readonly layout: 2;
  readonly partitions: number;
}

const layoutKey = Buffer.from('layout');

const tableNames = [
  'meta',
  'log',
  'checkpoints',
  'counters',
  'timers',
  'timers-due',
  'outbox',
  'notes',
  'decisions',
  'receipts',
  'receipt-heads',
  'receipts-by-customer',
  'receipts-by-decision',
  'rulebooks',
  'reference-tables',
] as const;

type TableName = (typeof tableNames)[number];

/** Each of them is two tables. */
const expiringNames = [
  'records',
  'dead-letters',
  'owned',
  'decision-ids',
  'accounts',
  'budget-ledgers',
] as const;

type ExpiringName = (typeof expiringNames)[number];

/**
 * One LMDB environment in a data directory, which this process holds alone: the tables of all ports and the writer
 * through which every change goes. Whoever opened it closes it, after the readers and the runner.
 */
export class LmdbDatabase {
  readonly partitions: number;
  readonly #root: RootDatabase<string, Uint8Array>;
  readonly #lock: DirectoryLock;
  readonly #writer: LmdbWriter;
  readonly #tables: ReadonlyMap<TableName, Table>;
  readonly #expiring: ReadonlyMap<ExpiringName, ExpiringTable>;
  readonly #documents: Table<Uint8Array>;
  #closed = false;

  private constructor(directory: string, lock: DirectoryLock, partitions: number) {
    this.#lock = lock;
    this.partitions = partitions;
    this.#root = open<string, Uint8Array>({
      path: join(directory, 'nextbest.lmdb'),
      noSubdir: true,
      maxDbs: 1 + tableNames.length + 2 * expiringNames.length,
      keyEncoding: 'binary',
      encoding: 'string',
      // A write resolves once it is on disk, not before.
      overlappingSync: false,
    });
    this.#writer = new LmdbWriter(this.#root);
    this.#documents = this.#root.openDB('documents', { keyEncoding: 'binary', encoding: 'binary' });
    this.#tables = new Map(tableNames.map((name) => [name, this.#openTable(name)]));
    this.#expiring = new Map(
      expiringNames.map((name) => [
        name,
        new ExpiringTable({ rows: this.#openTable(name), due: this.#openTable(`${name}-due`) }),
      ]),
    );
  }

  /**
   * Opens or creates the data directory. Rejects with NB_DATA_IN_USE when another process has it, and with
   * NB_LAYOUT_MISMATCH when it was created with another number of partitions.
   */
  static async open(options: {
    readonly directory: string;
    readonly partitions: number;
  }): Promise<LmdbDatabase> {
    const lock = DirectoryLock.acquire(options.directory);
    let database: LmdbDatabase | undefined;
    try {
      database = new LmdbDatabase(options.directory, lock, options.partitions);
      await database.#checkLayout(options);
      return database;
    } catch (error) {
      if (database === undefined) lock.release();
      else await database.close();
      throw error;
    }
  }

  table(name: TableName): Table {
    return this.#whileOpen(this.#tables.get(name));
  }

  /** The one table of bytes. */
  documents(): Table<Uint8Array> {
    return this.#whileOpen(this.#documents);
  }

  expiring(name: ExpiringName): ExpiringTable {
    return this.#whileOpen(this.#expiring.get(name));
  }

  /** One atomic step; see `LmdbWriter`. What fails in the world rejects with `code`. */
  async write<Result>(code: ErrorCode, operation: (round: WriteRound) => Result): Promise<Result> {
    if (this.#closed) throw new CodedError(code, 'the database is closed');
    try {
      return await this.#writer.run(operation);
    } catch (error) {
      // A bug stays one: only what the world did is worth another try.
      if (error instanceof CodedError || error instanceof AssertionError) throw error;
      throw new CodedError(code, 'the database did not store a write; is the disk full?', { cause: error });
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writer.idle();
    await this.#root.close();
    this.#lock.release();
  }

  #openTable(name: string): Table {
    return this.#root.openDB<string, Uint8Array>(name, { keyEncoding: 'binary', encoding: 'string' });
  }

  #whileOpen<Value>(value: Value | undefined): Value {
    if (this.#closed || value === undefined)
      throw new CodedError('NB_STORE_UNAVAILABLE', 'the database is closed');
    return value;
  }

  async #checkLayout(options: { readonly directory: string; readonly partitions: number }): Promise<void> {
    const meta = this.table('meta');
    const layout: Layout = { layout: 2, partitions: options.partitions };
    const found = meta.get(layoutKey);
    if (found === undefined) {
      await this.write('NB_STORE_UNAVAILABLE', (round) => round.put(meta, layoutKey, JSON.stringify(layout)));
    } else if (found !== JSON.stringify(layout)) {
      throw new CodedError(
        'NB_LAYOUT_MISMATCH',
        `The data in ${options.directory} was created with ${found}, but ${JSON.stringify(layout)} is configured. ` +
          'Set the number of partitions to that of the data, or choose another directory.',
      );
    }
  }
}
