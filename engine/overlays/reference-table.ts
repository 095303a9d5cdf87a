import { assert } from '../assert.ts';
import { hash32, hashId } from '../chance/hash.ts';
import { limits } from '../limits.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { AttributeType } from '../model/rulebook.ts';

/**
 * A table of external attributes by a key, such as a postcode.
 *
 * O1. A table never changes; its version follows from its content, where it came from and when, whatever the order of
 *     its rows. Equal versions answer alike on every node.
 * O2. A key that is not there, a value that is not there and a value that has expired are all undefined.
 */

/** What a table says of itself. */
export interface TableHeader {
  readonly overlay: string;
  readonly attributes: Readonly<Record<string, AttributeType>>;
  /** Where it comes from: a file's name and digest. */
  readonly source: string;
  /** When the source told it, epoch ms; absent: it is part of the rule files. */
  readonly at?: number;
  /** Epoch ms from which its values count no more; absent: never. */
  readonly expiresAt?: number;
}

/** A key with its values, in the order of the table's attributes; null where there is none. */
export type TableRow = readonly [key: string, ...values: readonly Json[]];

type Column =
  | { readonly type: 'number'; readonly numbers: Float64Array }
  /** 0 stands for no value, so that a column of few words takes four bytes a row. */
  | {
      readonly type: 'text';
      readonly words: string[];
      readonly codeOf: Map<string, number>;
      readonly codes: Uint32Array;
    }
  /** 0 none, 1 false, 2 true. */
  | { readonly type: 'flag'; readonly flags: Uint8Array };

export class ReferenceTable {
  readonly version: string;
  readonly header: TableHeader;
  private readonly rowOf = new Map<string, number>();
  private readonly columns: ReadonlyMap<string, Column>;

  /** Filled by whoever makes it, before anybody else sees it; it has room for so many rows. */
  constructor(header: TableHeader, version: string, room: number) {
    this.header = header;
    this.version = version;
    this.columns = new Map(
      Object.entries(header.attributes).map(([name, type]) => [name, emptyColumn(type, room)]),
    );
  }

  get rows(): number {
    return this.rowOf.size;
  }

  fill(rows: readonly TableRow[]): void {
    for (const [key, ...values] of rows) {
      const row = this.rowOf.size;
      assert(!this.rowOf.has(key), 'a table has every key once');
      this.rowOf.set(key, row);
      let index = 0;
      for (const column of this.columns.values()) {
        setCell(column, row, values[index] ?? null);
        index += 1;
      }
    }
  }

  has(key: string): boolean {
    return this.rowOf.has(key);
  }

  isCurrent(now: number): boolean {
    return this.header.expiresAt === undefined || now < this.header.expiresAt;
  }

  /** Of a key that may be of any kind: it is compared as text, and a number as its digits. */
  read(key: unknown, attribute: string, now: number): Json | undefined {
    const text = keyText(key);
    const row = text === undefined || !this.isCurrent(now) ? undefined : this.rowOf.get(text);
    const column = this.columns.get(attribute);
    return row === undefined || column === undefined ? undefined : cellOf(column, row);
  }

  /** All values of a key. */
  values(key: unknown, now: number): JsonObject {
    const found: Record<string, Json> = {};
    for (const name of this.columns.keys()) {
      const value = this.read(key, name, now);
      if (value !== undefined) found[name] = value;
    }
    return found;
  }
}

/** What a key is looked up as; undefined for what cannot be one. */
export function keyText(key: unknown): string | undefined {
  if (typeof key === 'number' && Number.isFinite(key)) return String(key);
  if (typeof key !== 'string') return undefined;
  const text = key.trim();
  return text === '' ? undefined : text;
}

function emptyColumn(type: AttributeType, room: number): Column {
  switch (type) {
    case 'number':
      return { type, numbers: new Float64Array(room).fill(Number.NaN) };
    case 'flag':
      return { type, flags: new Uint8Array(room) };
    case 'text':
      return { type, words: [], codeOf: new Map(), codes: new Uint32Array(room) };
  }
}

function setCell(column: Column, row: number, cell: Json): void {
  switch (column.type) {
    case 'number':
      // Zero has no sign, wherever the table comes from: JSON knows none.
      if (typeof cell === 'number') column.numbers[row] = cell + 0;
      return;
    case 'flag':
      if (typeof cell === 'boolean') column.flags[row] = 1 + Number(cell);
      return;
    case 'text':
      if (typeof cell === 'string') column.codes[row] = codeOf(column, cell);
  }
}

function codeOf({ words, codeOf: known }: Extract<Column, { readonly type: 'text' }>, word: string): number {
  const code = known.get(word);
  if (code !== undefined) return code;
  words.push(word);
  known.set(word, words.length);
  return words.length;
}

function cellOf(column: Column, row: number): Json | undefined {
  switch (column.type) {
    case 'number': {
      const value = column.numbers[row];
      return value === undefined || Number.isNaN(value) ? undefined : value;
    }
    case 'flag': {
      const value = column.flags[row] ?? 0;
      return value === 0 ? undefined : value === 2;
    }
    case 'text':
      return column.words[(column.codes[row] ?? 0) - 1];
  }
}

/** A table as it is kept: pieces of text, none longer than `limits.tableChunkBytesMax` as UTF-8. */
export interface TableText {
  readonly version: string;
  readonly chunks: readonly string[];
}

/**
 * The form in which a table is kept: one line for the header, one for each row. A large table takes seconds, so the
 * generator stops after every piece and lets its caller see to others.
 */
export function* writeTable(header: TableHeader, rows: readonly TableRow[]): Generator<void, TableText> {
  const head = headerLine(header, rows.length);
  const sums = new Uint32Array(rowSeeds.length);
  const chunks: string[] = [];
  let chunk = head;
  for (const row of rows) {
    const line = JSON.stringify(row);
    for (const [index, seed] of rowSeeds.entries()) sums[index] = (sums[index] ?? 0) + hash32(line, seed);
    // A UTF-16 unit takes three bytes of UTF-8 at most.
    if (3 * (chunk.length + line.length + 1) > limits.tableChunkBytesMax) {
      chunks.push(chunk);
      chunk = line;
      yield;
    } else chunk += `\n${line}`;
  }
  chunks.push(chunk);
  // A sum does not depend on the order of its parts.
  return { version: hashId(`${head}\n${sums.join(' ')}`), chunks };
}

const rowSeeds = [0x2545f491, 0x4f6cdd1d, 0x9e3779b1, 0x85ebca77] as const;

function headerLine({ overlay, attributes, source, at, expiresAt }: TableHeader, rows: number): string {
  return JSON.stringify({ overlay, attributes: Object.entries(attributes), source, at, expiresAt, rows });
}

/** The inverse, which stops in the same way. */
export function* readTable({ version, chunks }: TableText): Generator<void, ReferenceTable> {
  let table: ReferenceTable | undefined;
  for (const chunk of chunks) {
    const lines = chunk.split('\n');
    table ??= emptyTable(lines.shift() ?? '', version);
    table.fill(lines.map((line) => JSON.parse(line) as TableRow));
    yield;
  }
  assert(table, 'a table has a header');
  return table;
}

function emptyTable(line: string, version: string): ReferenceTable {
  const { attributes, rows, ...rest } = JSON.parse(line) as Omit<TableHeader, 'attributes'> & {
    readonly attributes: readonly (readonly [string, AttributeType])[];
    readonly rows: number;
  };
  return new ReferenceTable({ ...rest, attributes: Object.fromEntries(attributes) }, version, rows);
}

/** Runs a generator to its end without a stop. */
export function inOneGo<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The tables by which something is decided, all of one moment. */
export interface TablesInForce {
  table(overlay: string): ReferenceTable | undefined;
}

export const noTables: TablesInForce = { table: () => undefined };
