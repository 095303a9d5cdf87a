import type { Database, RootDatabase } from 'lmdb';
import { assert } from '../../engine/index.ts';
import { endOf, keyBytesMax } from './keys.ts';

/** One ordered table of the environment: of texts, or of bytes. */
export type Table<Value extends TableValue = string> = Database<Value, Uint8Array>;

type TableValue = string | Uint8Array;
type AnyTable = Table<TableValue>;

/** What one operation reads and writes; it sees the writes of the operations before it in the same round. */
export interface WriteRound {
  get<Value extends TableValue>(table: Table<Value>, key: Buffer): Value | undefined;
  /** The keys that begin with `prefix`, in no particular order. Looks through the whole round. */
  keysUnder(table: Table, prefix: Buffer): readonly Buffer[];
  put<Value extends TableValue>(table: Table<Value>, key: Buffer, value: Value): void;
  remove<Value extends TableValue>(table: Table<Value>, key: Buffer): void;
  /** Called once the round is on disk and before the next one begins; not at all when it failed. */
  onCommitted(callback: () => void): void;
}

interface Write {
  readonly table: AnyTable;
  readonly key: Buffer;
  readonly value: TableValue | undefined;
}

interface Queued {
  readonly run: (round: WriteRound) => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A round takes no further operation beyond so many writes. */
const writesPerRoundMax = 20_000;

/**
 * The one writer of the environment: it runs operations one after the other, commits what they wrote as one
 * transaction, off this thread, and resolves them once it is on disk. What comes in meanwhile makes the next round, so
 * many small commits share one flush. The environment belongs to one process, so an operation that reads through the
 * round sees the state that its writes will meet: that makes its checks and its writes one atomic step.
 *
 * The database's own transactions with a callback are no use here: a synchronous one holds this thread up while the
 * disk works, and the callback of an asynchronous one was never called (lmdb 3.5.6, Node 20, Linux).
 */
export class LmdbWriter {
  readonly #root: RootDatabase<string, Uint8Array>;
  #queue: Queued[] = [];
  #working: Promise<void> | undefined;

  constructor(root: RootDatabase<string, Uint8Array>) {
    this.#root = root;
  }

  /** Resolves with what `operation` returned, once its writes are on disk. All of them are stored or, if it throws, none. */
  run<Result>(operation: (round: WriteRound) => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#queue.push({ run: operation, resolve: (result) => resolve(result as Result), reject });
      this.#working ??= Promise.resolve().then(() => this.#work());
    });
  }

  /** Resolves once everything asked for so far is done. */
  async idle(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) await this.#commitRound();
    this.#working = undefined;
  }

  async #commitRound(): Promise<void> {
    // The checks of this round must see everything that the round before it stored.
    this.#root.resetReadTxn();
    const round = new Round();
    const done: { readonly operation: Queued; readonly result: unknown }[] = [];
    const queue = this.#queue;
    let taken = 0;
    for (; taken < queue.length && round.writes.length < writesPerRoundMax; taken += 1) {
      const operation = queue[taken];
      if (operation === undefined) continue;
      const mark = round.mark();
      try {
        done.push({ operation, result: operation.run(round) });
      } catch (error) {
        round.undo(mark);
        operation.reject(error);
      }
    }
    this.#queue = queue.slice(taken);
    try {
      if (round.writes.length > 0) await this.#store(round.writes);
      for (const callback of round.committed) callback();
    } catch (error) {
      for (const { operation } of done) operation.reject(error);
      return;
    }
    for (const { operation, result } of done) operation.resolve(result);
  }

  async #store(writes: readonly Write[]): Promise<void> {
    await this.#root.batch(() => {
      for (const { table, key, value } of writes) {
        if (value === undefined) void table.remove(key);
        else void table.put(key, value);
      }
    });
  }
}

interface Mark {
  readonly writes: number;
  readonly committed: number;
}

class Round implements WriteRound {
  readonly writes: Write[] = [];
  readonly committed: (() => void)[] = [];
  /** The newest write of this round by table and key. */
  readonly #newest = new Map<AnyTable, Map<string, Write>>();

  get<Value extends TableValue>(table: Table<Value>, key: Buffer): Value | undefined {
    const write = this.#newest.get(table as AnyTable)?.get(key.toString('latin1'));
    // What was put into a table is of the table's kind.
    return write === undefined ? table.get(key) : (write.value as Value | undefined);
  }

  keysUnder(table: Table, prefix: Buffer): readonly Buffer[] {
    const start = prefix.toString('latin1');
    const keys = new Map<string, Buffer>();
    for (const key of table.getKeys({ start: prefix, end: endOf(prefix) })) {
      const copy = Buffer.from(key);
      keys.set(copy.toString('latin1'), copy);
    }
    for (const [text, { key, value }] of this.#newest.get(table as AnyTable) ?? []) {
      if (!text.startsWith(start)) continue;
      if (value === undefined) keys.delete(text);
      else keys.set(text, key);
    }
    return [...keys.values()];
  }

  put<Value extends TableValue>(table: Table<Value>, key: Buffer, value: Value): void {
    this.#write({ table: table as AnyTable, key, value });
  }

  remove<Value extends TableValue>(table: Table<Value>, key: Buffer): void {
    this.#write({ table: table as AnyTable, key, value: undefined });
  }

  onCommitted(callback: () => void): void {
    this.committed.push(callback);
  }

  mark(): Mark {
    return { writes: this.writes.length, committed: this.committed.length };
  }

  /** Takes back everything since the mark; rare, so it simply builds the index anew. */
  undo(mark: Mark): void {
    this.writes.length = mark.writes;
    this.committed.length = mark.committed;
    this.#newest.clear();
    for (const write of this.writes) this.#index(write);
  }

  /** A key that LMDB would refuse must fail here: in the middle of the batch it would leave half of it. */
  #write(write: Write): void {
    assert(
      write.key.length <= keyBytesMax,
      `a key of ${write.key.length} bytes is longer than ${keyBytesMax}`,
    );
    this.writes.push(write);
    this.#index(write);
  }

  #index(write: Write): void {
    let table = this.#newest.get(write.table);
    if (table === undefined) {
      table = new Map();
      this.#newest.set(write.table, table);
    }
    table.set(write.key.toString('latin1'), write);
  }
}
