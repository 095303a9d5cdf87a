import { asBuffer, sortableNumber } from './keys.ts';
import type { Table, WriteRound } from './lmdb-writer.ts';

/** Rows taken away per call: more than a caller adds at a time, so that the table cannot grow for ever. */
const purgeSlice = 64;

/** Rows with an end: past it they read as absent, and they leave the disk slice by slice as others are written. */
export class ExpiringTable {
  readonly #rows: Table;
  /** The rows' keys by the time they expire. A row that was written again has several; only the newest counts. */
  readonly #due: Table;

  constructor(tables: { readonly rows: Table; readonly due: Table }) {
    this.#rows = tables.rows;
    this.#due = tables.due;
  }

  /** Inside a round, reads what the round wrote too. */
  get(key: Buffer, now: number, round?: WriteRound): string | undefined {
    const row = round === undefined ? this.#rows.get(key) : round.get(this.#rows, key);
    if (row === undefined || expiryOf(row) <= now) return undefined;
    return row.slice(row.indexOf('\n') + 1);
  }

  /** The row and its end. `expiresAt` is epoch ms. */
  put(round: WriteRound, key: Buffer, value: string, expiresAt: number): void {
    round.put(this.#rows, key, `${expiresAt}\n${value}`);
    round.put(this.#due, Buffer.concat([sortableNumber(expiresAt), key]), '1');
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
      if (round.get(this.#due, dueKey) === undefined) continue;
      round.remove(this.#due, dueKey);
      const key = dueKey.subarray(8);
      const row = round.get(this.#rows, key);
      if (row !== undefined && expiryOf(row) <= now) round.remove(this.#rows, key);
    }
  }
}

function expiryOf(row: string): number {
  return Number(row.slice(0, row.indexOf('\n')));
}
