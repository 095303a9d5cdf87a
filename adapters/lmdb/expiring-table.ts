import { asBuffer, endOf, sortableNumber } from './keys.ts';
import type { Table, WriteRound } from './lmdb-writer.ts';

/** Rows taken away per call: more than a caller adds at a time, so that the table cannot grow for ever. */
const purgeSlice = 64;

/** Rows with an end: past it they read as absent, and they leave the disk slice by slice as others are written. */
export class ExpiringTable {
  readonly #rows: Table;
  /** The rows' keys by the time they expire, one for each row. */
  readonly #due: Table;

  constructor(tables: { readonly rows: Table; readonly due: Table }) {
    this.#rows = tables.rows;
    this.#due = tables.due;
  }

  /** Inside a round, reads what the round wrote too. */
  get(key: Buffer, now: number, round?: WriteRound): string | undefined {
    const row = round === undefined ? this.#rows.get(key) : round.get(this.#rows, key);
    return row === undefined || expiryOf(row) <= now ? undefined : contentOf(row);
  }

  /** The rows whose keys lie in a range, in order, without those that expired. */
  *range(
    bounds: { readonly start: Buffer; readonly end: Buffer },
    now: number,
  ): Generator<{ readonly key: Buffer; readonly value: string }> {
    for (const { key, value } of this.#rows.getRange(bounds)) {
      if (expiryOf(value) > now) yield { key: asBuffer(key), value: contentOf(value) };
    }
  }

  /** The keys of rows that begin with `prefix`, expired ones included. */
  keysUnder(round: WriteRound, prefix: Buffer): readonly Buffer[] {
    return round.keysUnder(this.#rows, prefix);
  }

  /** The row and its end. `expiresAt` is epoch ms. */
  put(round: WriteRound, key: Buffer, value: string, expiresAt: number): void {
    this.remove(round, key);
    round.put(this.#rows, key, `${expiresAt}\n${value}`);
    round.put(this.#due, dueKeyOf(key, expiresAt), '1');
  }

  remove(round: WriteRound, key: Buffer): void {
    const row = round.get(this.#rows, key);
    if (row === undefined) return;
    round.remove(this.#rows, key);
    round.remove(this.#due, dueKeyOf(key, expiryOf(row)));
  }

  /** Rows on disk, expired ones that are still to be taken away included. */
  size(): number {
    return this.#rows.getKeysCount();
  }

  /** Takes the longest expired rows away, `purgeSlice` and twice `written` at most. */
  purge(round: WriteRound, now: number, written: number): void {
    const limit = purgeSlice + 2 * written;
    for (const found of this.#due.getKeys({ end: sortableNumber(now), limit })) {
      const dueKey = Buffer.from(asBuffer(found));
      // Another operation of the same round was faster.
      if (round.get(this.#due, dueKey) !== undefined) this.remove(round, dueKey.subarray(8));
    }
  }

  /** Takes some rows away whose keys begin with `prefix`, and tells whether there may be more. */
  wipe(round: WriteRound, prefix: Buffer, limit: number): boolean {
    let found = 0;
    for (const key of this.#rows.getKeys({ start: prefix, end: endOf(prefix), limit })) {
      this.remove(round, Buffer.from(asBuffer(key)));
      found += 1;
    }
    return found === limit;
  }
}

function dueKeyOf(key: Buffer, expiresAt: number): Buffer {
  return Buffer.concat([sortableNumber(expiresAt), key]);
}

function expiryOf(row: string): number {
  return Number(row.slice(0, row.indexOf('\n')));
}

function contentOf(row: string): string {
  return row.slice(row.indexOf('\n') + 1);
}
