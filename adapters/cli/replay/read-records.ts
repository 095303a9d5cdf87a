import { CodedError, splitDelimited } from '../../../engine/index.ts';
import { readLines } from './read-lines.ts';
import type { FileRecord, RecordReader } from './rows.ts';
import { delimitedRecords, formatOf, jsonRecords, whitespaceRecords } from './rows.ts';
import { splitWhitespace } from './split-whitespace.ts';
import type { FileFormat, TouchpointMap } from './touchpoint-map.ts';

export interface FileRecords {
  /** Names of the columns of separated values; undefined for JSON. */
  readonly header: readonly string[] | undefined;
  /** Records in the order of the file, in groups as they are read. */
  readonly groups: AsyncIterable<readonly PlacedRecord[]>;
}

export interface PlacedRecord {
  readonly record: FileRecord;
  /** The record's last line: whoever has dealt with it may go on after this line. */
  readonly through: number;
}

/** The records of a file that begin after the line `after`. NB_INVALID_INPUT when the file cannot be read. */
export async function openRecords(options: {
  readonly file: string;
  readonly map: TouchpointMap;
  readonly after: number;
  readonly onBytes: (bytes: number) => void;
}): Promise<FileRecords> {
  const { file, map, after } = options;
  const format = formatOf(file, map);
  const lines = readLines(file, options.onBytes);
  const hasHeader = format !== 'jsonl' && map.columns === undefined;
  const first = hasHeader ? await firstGroup(lines) : [];
  const header = format === 'jsonl' ? undefined : (map.columns ?? splitHeader(file, first[0], format, map));
  const reader = recordReader(format, map, header?.length ?? 0);
  return { header, groups: records(reader, first, lines, Math.max(after, hasHeader ? 1 : 0)) };
}

function recordReader(format: FileFormat, map: TouchpointMap, width: number): RecordReader {
  if (format === 'jsonl') return jsonRecords(map.each);
  return format === 'csv' ? delimitedRecords(map.separator, width) : whitespaceRecords(width);
}

/** The first group that holds a whole line. */
async function firstGroup(lines: AsyncGenerator<readonly string[]>): Promise<readonly string[]> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) return [];
    if (value.length > 0) return value;
  }
}

function splitHeader(
  file: string,
  line: string | undefined,
  format: FileFormat,
  map: TouchpointMap,
): readonly string[] {
  const cells =
    format === 'csv' ? splitDelimited(line ?? '', map.separator) : splitWhitespace((line ?? '').trim());
  const names = cells === 'open' ? [] : cells.map((name) => name.trim());
  if (names.some((name) => name !== '')) return names;
  throw new CodedError('NB_INVALID_INPUT', `${file}:1:1 found no column names in the first line`);
}

async function* records(
  reader: RecordReader,
  first: readonly string[],
  lines: AsyncIterable<readonly string[]>,
  after: number,
): AsyncGenerator<readonly PlacedRecord[]> {
  let number = 0;
  const take = (group: readonly string[]): readonly PlacedRecord[] => {
    const taken: PlacedRecord[] = [];
    for (const line of group) {
      number += 1;
      const record = number > after ? reader.take(line, number) : undefined;
      if (record !== undefined) taken.push({ record, through: number });
    }
    return taken;
  };
  yield take(first);
  for await (const group of lines) yield take(group);
  const last = reader.end();
  if (last !== undefined) yield [{ record: last, through: number }];
}
