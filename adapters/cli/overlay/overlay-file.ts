import { stat } from 'node:fs/promises';
import { CodedError, isJsonObject, openDelimited } from '../../../engine/index.ts';
import { readLines } from '../replay/read-lines.ts';
import { openParquet } from './read-parquet.ts';

/** A row as the file has it, or the reason why a record of it is none. */
export type OverlayRow =
  | { readonly place: number; readonly cells: Readonly<Record<string, unknown>> }
  | { readonly place: number; readonly reason: string };

export interface OverlayFile {
  /** What places count: lines of a text, rows of anything else; the first is 1. */
  readonly unit: 'line' | 'row';
  /** In the order of the file, with how much of it was read, 0 to 1. */
  readonly groups: AsyncGenerator<{ readonly fraction: number; readonly rows: readonly OverlayRow[] }>;
}

/** Opens a file of external attributes by its name. NB_INVALID_INPUT, NB_CONFIG for a name that tells no format. */
export async function openOverlayFile(file: string): Promise<OverlayFile> {
  const name = file.replace(/\.gz$/i, '');
  if (/\.parquet$/i.test(name)) return openParquet(file);
  if (/\.(csv|tsv)$/i.test(name))
    return openText(file, delimitedReader(file, /\.tsv$/i.test(name) ? '\t' : ','));
  if (/\.(jsonl|ndjson)$/i.test(name)) return openText(file, jsonReader());
  throw new CodedError(
    'NB_CONFIG',
    `the name ${file} does not tell its format; expected .csv, .tsv, .jsonl or .parquet, texts also with .gz`,
  );
}

interface LineReader {
  /** The rows that end in this line. */
  readonly take: (line: string, number: number) => readonly OverlayRow[];
  readonly end: () => readonly OverlayRow[];
}

async function openText(file: string, reader: LineReader): Promise<OverlayFile> {
  return { unit: 'line', groups: groupsOf(file, reader) };
}

async function* groupsOf(file: string, reader: LineReader): OverlayFile['groups'] {
  const total = await sizeOf(file);
  let bytes = 0;
  let number = 0;
  const lines = readLines(file, (read) => {
    bytes = read;
  });
  for await (const group of lines) {
    const rows = group.flatMap((line) => {
      number += 1;
      return reader.take(line, number);
    });
    yield { fraction: bytes / Math.max(1, total), rows };
  }
  yield { fraction: 1, rows: reader.end() };
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('NB_INVALID_INPUT', `${file} cannot be read: ${reason}`, { cause });
  }
}

const openQuote = 'a quote is never closed, so what follows it could not be told apart either';

/** The first record names the columns. */
function delimitedReader(file: string, separator: string): LineReader {
  let header: readonly string[] | undefined;
  let found: OverlayRow[] = [];
  const records = openDelimited(separator, (cells, place) => {
    if (cells === 'open') found.push({ place, reason: openQuote });
    else if (header === undefined) header = columnsOf(cells, file, place);
    else found.push(rowOf(header, cells, place));
  });
  const taken = () => {
    const rows = found;
    found = [];
    return rows;
  };
  return {
    take: (line, number) => {
      records.line(line, number);
      return taken();
    },
    end: () => {
      records.end();
      return taken();
    },
  };
}

function columnsOf(cells: readonly string[], file: string, line: number): readonly string[] {
  const names = cells.map((name) => name.replace(/^\uFEFF/, '').trim());
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (twice === undefined) return names;
  throw new CodedError('NB_INVALID_INPUT', `${file}:${line}: the column "${twice}" stands there twice`);
}

function rowOf(header: readonly string[], cells: readonly string[], place: number): OverlayRow {
  if (cells.length !== header.length) {
    return { place, reason: `found ${cells.length} columns, expected ${header.length}` };
  }
  return { place, cells: Object.fromEntries(header.map((name, index) => [name, cells[index]])) };
}

function jsonReader(): LineReader {
  return {
    take: (line, place) => (line.trim() === '' ? [] : [jsonRow(line, place)]),
    end: () => [],
  };
}

function jsonRow(line: string, place: number): OverlayRow {
  try {
    const cells: unknown = JSON.parse(line);
    return isJsonObject(cells) ? { place, cells } : { place, reason: 'expected a JSON object' };
  } catch (error) {
    return { place, reason: `it is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
