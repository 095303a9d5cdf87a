import type { CustomerKey } from '../../engine/index.ts';
import type { DeadLetter, RecordWrite } from '../../engine/ports.ts';
import { endOf, sequenceKey, sequenceOf, textKey, textOf } from './keys.ts';
import type { LmdbDatabase } from './lmdb-database.ts';
import type { WriteRound } from './lmdb-writer.ts';

/**
 * Records and dead letters: what expires, and may belong to a customer. A value opens with its customer as JSON (nothing
 * where it has none) and a line feed. The table `owned` lists by customer what there is, and expires with it; a row
 * there may be older than what the record holds now, so the customer in front of the value has the last word.
 */

/** Where to read. */
export interface Place {
  readonly database: LmdbDatabase;
  /** The start of every key of the partition. */
  readonly prefix: Buffer;
  readonly now: number;
  /** Given inside an atomic step, which sees its own writes. */
  readonly round?: WriteRound;
}

/** Where to write. */
export interface WritePlace extends Place {
  readonly round: WriteRound;
}

export function readRecord(id: string, { database, prefix, now, round }: Place): string | undefined {
  const value = database.expiring('records').get(textKey(prefix, id), now, round);
  return value === undefined ? undefined : textOfOwned(value);
}

export function readRecordsOf(
  customer: CustomerKey,
  { database, prefix, now }: Place,
): readonly { readonly id: string; readonly value: string }[] {
  const records = database.expiring('records');
  const start = kindPrefix(prefix, customer, 'record');
  const found: { readonly id: string; readonly value: string }[] = [];
  for (const { key } of database.expiring('owned').range({ start, end: endOf(start) }, now)) {
    const id = textOf(start, key);
    const value = records.get(textKey(prefix, id), now);
    if (value !== undefined && isOwnedBy(customer, value)) found.push({ id, value: textOfOwned(value) });
  }
  return found;
}

export function readDeadLetters(
  page: { readonly after: number; readonly limit: number },
  { database, prefix, now }: Place,
): readonly DeadLetter[] {
  const found: DeadLetter[] = [];
  const bounds = { start: sequenceKey(prefix, page.after + 1), end: endOf(prefix) };
  for (const { value } of database.expiring('dead-letters').range(bounds, now)) {
    if (found.length >= page.limit) break;
    found.push(JSON.parse(textOfOwned(value)) as DeadLetter);
  }
  return found;
}

export function writeRecords(records: readonly RecordWrite[], place: WritePlace): void {
  if (records.length === 0) return;
  const { database, prefix, now, round } = place;
  const table = database.expiring('records');
  for (const { id, value, expiresAt, customer } of records) {
    table.put(round, textKey(prefix, id), encodeOwned(customer, value), expiresAt);
    if (customer === undefined) continue;
    const listed = textKey(kindPrefix(prefix, customer, 'record'), id);
    database.expiring('owned').put(round, listed, '', expiresAt);
  }
  table.purge(round, now, records.length);
  database.expiring('owned').purge(round, now, records.length);
}

export function writeDeadLetters(letters: readonly DeadLetter[], place: WritePlace): void {
  if (letters.length === 0) return;
  const { database, prefix, now, round } = place;
  const table = database.expiring('dead-letters');
  for (const letter of letters) {
    const { sequence, expiresAt, message } = letter;
    const customer = 'key' in message ? message.key : undefined;
    const value = encodeOwned(customer, JSON.stringify(letter));
    table.put(round, sequenceKey(prefix, sequence), value, expiresAt);
    if (customer === undefined) continue;
    const listed = sequenceKey(kindPrefix(prefix, customer, 'dead-letter'), sequence);
    database.expiring('owned').put(round, listed, '', expiresAt);
  }
  table.purge(round, now, letters.length);
  database.expiring('owned').purge(round, now, letters.length);
}

export function removeDeadLetters(sequences: readonly number[], place: WritePlace): void {
  const table = place.database.expiring('dead-letters');
  for (const sequence of sequences) table.remove(place.round, sequenceKey(place.prefix, sequence));
}

/** Removes what belongs to a customer, and that it was listed. */
export function forgetOwned(customer: CustomerKey, place: WritePlace): void {
  const { database, prefix, now, round } = place;
  const owned = database.expiring('owned');
  const tables = { record: database.expiring('records'), 'dead-letter': database.expiring('dead-letters') };
  for (const kind of ['record', 'dead-letter'] as const) {
    const start = kindPrefix(prefix, customer, kind);
    for (const listed of owned.keysUnder(round, start)) {
      const end =
        kind === 'record'
          ? textKey(prefix, textOf(start, listed))
          : sequenceKey(prefix, sequenceOf(start, listed));
      const value = tables[kind].get(end, now, round);
      if (value === undefined || isOwnedBy(customer, value)) tables[kind].remove(round, end);
      owned.remove(round, listed);
    }
  }
}

/** The start of the keys in `owned` of one customer's records or dead letters. The length keeps two customers apart. */
function kindPrefix(prefix: Buffer, customer: CustomerKey, kind: 'record' | 'dead-letter'): Buffer {
  const name = textKey(Buffer.alloc(0), customer);
  const length = Buffer.of(name.length >> 8, name.length & 255);
  return Buffer.concat([prefix, length, name, Buffer.of(kind === 'record' ? 0 : 1)]);
}

function encodeOwned(customer: CustomerKey | undefined, text: string): string {
  return customer === undefined ? `\n${text}` : `${JSON.stringify(customer)}\n${text}`;
}

function textOfOwned(value: string): string {
  return value.slice(value.indexOf('\n') + 1);
}

function isOwnedBy(customer: CustomerKey, value: string): boolean {
  return value.startsWith(`${JSON.stringify(customer)}\n`);
}
