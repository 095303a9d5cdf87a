import type { Json, TouchpointType } from '../../../engine/index.ts';

/** How a row of a file becomes a touchpoint event: a mapping file, read and checked. */
export interface TouchpointMap {
  /** Where it was read from, for messages. */
  readonly file: string;
  /** Absent: told by the file's extension. */
  readonly format?: FileFormat;
  /** Names of the columns of a file without a header line. */
  readonly columns?: readonly string[];
  /** `csv` only; one character. */
  readonly separator: string;
  /** `jsonl` only: the column that holds an array, one touchpoint per element. */
  readonly each?: Column;
  /** The first non-empty of these columns; without any, the row is anonymous. */
  readonly userId: readonly Column[];
  readonly anonymousId: readonly Column[];
  readonly type: TouchpointType;
  /** `track` only. */
  readonly event?: EventName;
  readonly timestamp: TimestampSource;
  /** Rows that agree in all of these columns are the same event. Absent: every row is one of its own. */
  readonly messageId?: readonly Column[];
  readonly properties: readonly NamedValue[];
  readonly traits: readonly NamedValue[];
  readonly context: readonly NamedValue[];
  /** A row that fails one of these is passed over. */
  readonly where: readonly RowFilter[];
}

export const fileFormats = ['csv', 'jsonl', 'text'] as const;
export type FileFormat = (typeof fileFormats)[number];

/** A column, or a member below it in nested JSON; with the place where the mapping file names it. */
export interface Column {
  readonly path: readonly string[];
  readonly text: string;
  /** `file:line:column`. */
  readonly place: string;
}

export type EventName =
  | { readonly kind: 'constant'; readonly name: string }
  | {
      readonly kind: 'column';
      readonly column: Column;
      readonly names: Patterns<string>;
      /** What to do with a value that no pattern knows. */
      readonly otherwise: 'keep' | 'reject' | 'skip';
    };

/** Text to something: exact texts, then the longest prefix (`C*`). */
export interface Patterns<Value> {
  readonly exact: ReadonlyMap<string, Value>;
  /** Longest first. */
  readonly prefixes: readonly (readonly [prefix: string, value: Value])[];
}

export interface TimestampSource {
  readonly column: Column;
  /** Epoch ms of a cell, undefined when it cannot be read. */
  readonly read: (cell: unknown) => number | undefined;
  /** What `read` understands, for the reason of a rejected row. */
  readonly expected: string;
}

export type ValueType = 'number' | 'string' | 'boolean';

export interface NamedValue {
  readonly name: string;
  readonly from: ValueSource;
}

export type ValueSource =
  | { readonly kind: 'column'; readonly columns: readonly Column[]; readonly type?: ValueType }
  | { readonly kind: 'product'; readonly columns: readonly Column[] }
  | { readonly kind: 'constant'; readonly value: Json };

export interface RowFilter {
  readonly column: Column;
  readonly among: Patterns<true>;
  /** `in` passes rows whose text is among these, `notIn` those whose text is not. */
  readonly passes: boolean;
}

/** The value of the pattern that fits best; undefined when none does. An empty text fits no prefix. */
export function matchPattern<Value>(patterns: Patterns<Value>, text: string): Value | undefined {
  const exact = patterns.exact.get(text);
  if (exact !== undefined || text === '') return exact;
  for (const [prefix, value] of patterns.prefixes) if (text.startsWith(prefix)) return value;
  return undefined;
}

export function toPatterns<Value>(entries: Iterable<readonly [string, Value]>): Patterns<Value> {
  const exact = new Map<string, Value>();
  const prefixes: [string, Value][] = [];
  for (const [text, value] of entries) {
    if (text.endsWith('*')) prefixes.push([text.slice(0, -1), value]);
    else exact.set(text, value);
  }
  prefixes.sort(([left], [right]) => right.length - left.length);
  return { exact, prefixes };
}
