import { CodedError, isJsonObject, type JsonObject, openDelimited } from '../../../engine/index.ts';
import { splitWhitespace } from './split-whitespace.ts';
import type { Column, FileFormat, TouchpointMap } from './touchpoint-map.ts';

/** One record of a file that may become one touchpoint. Cells are named (JSON) or numbered (separated values). */
export interface Row {
  /** Line where the record begins, 1 is the first. */
  readonly line: number;
  /** Place in the array of `each`, from 0. */
  readonly element?: number;
  readonly cells: readonly string[];
  readonly object: JsonObject;
  /** The row around an element. */
  readonly outer: JsonObject;
}

/** What the lines of a file gave: rows, or the reason why a record is none. */
export type FileRecord =
  | { readonly rows: readonly Row[] }
  | { readonly line: number; readonly reason: string };

/** Takes the lines of a file one after the other; undefined while a record is not complete or a line is blank. */
export interface RecordReader {
  readonly take: (line: string, number: number) => FileRecord | undefined;
  /** After the last line. */
  readonly end: () => FileRecord | undefined;
}

const nothing: JsonObject = {};

const byExtension: readonly (readonly [RegExp, FileFormat])[] = [
  [/\.csv$/i, 'csv'],
  [/\.(jsonl|ndjson|json)$/i, 'jsonl'],
  [/\.(txt|text|dat)$/i, 'text'],
];

/** The format that the map states, else the one that the file's name tells; NB_CONFIG when neither does. */
export function formatOf(file: string, map: TouchpointMap): FileFormat {
  const name = file.replace(/\.gz$/i, '');
  const format = map.format ?? byExtension.find(([extension]) => extension.test(name))?.[1];
  if (format !== undefined) return format;
  throw new CodedError(
    'NB_CONFIG',
    `${map.file}:1:1 the name ${file} does not tell its format; expected a field "format" with csv, jsonl or text`,
  );
}

export function jsonRecords(each: Column | undefined): RecordReader {
  return {
    take: (line, number) => (line.trim() === '' ? undefined : jsonRecord(line, number, each)),
    end: () => undefined,
  };
}

function jsonRecord(text: string, line: number, each: Column | undefined): FileRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { line, reason: `it is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (!isJsonObject(value)) return { line, reason: 'expected a JSON object' };
  const outer = value;
  if (each === undefined) return { rows: [{ line, cells: [], object: outer, outer: nothing }] };
  const elements = followPath(outer, each.path);
  if (!Array.isArray(elements)) return { line, reason: `expected an array in the column ${each.text}` };
  const odd = elements.findIndex((element) => !isJsonObject(element));
  if (odd !== -1) return { line, reason: `expected a JSON object at ${each.text}[${odd}]` };
  return {
    rows: elements.map((object: JsonObject, element) => ({ line, element, cells: [], object, outer })),
  };
}

/** Own members only: a path must never reach what every object inherits. */
export function followPath(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<{ [name: string]: unknown }>)[name];
  }
  return found;
}

/** Separated values after the header; every record must have `width` cells. */
export function delimitedRecords(separator: string, width: number): RecordReader {
  let found: FileRecord | undefined;
  const records = openDelimited(separator, (cells, line) => {
    found = cells === 'open' ? { line, reason: 'a quote is never closed' } : cellsRecord(cells, line, width);
  });
  const taken = () => {
    const record = found;
    found = undefined;
    return record;
  };
  return {
    take: (text, number) => {
      records.line(text, number);
      return taken();
    },
    end: () => {
      records.end();
      return taken();
    },
  };
}

export function whitespaceRecords(width: number): RecordReader {
  return {
    take: (text, line) => (text.trim() === '' ? undefined : cellsRecord(splitWhitespace(text), line, width)),
    end: () => undefined,
  };
}

function cellsRecord(cells: readonly string[], line: number, width: number): FileRecord {
  if (cells.length === width) return { rows: [{ line, cells, object: nothing, outer: nothing }] };
  return { line, reason: `found ${cells.length} columns, expected ${width}` };
}
