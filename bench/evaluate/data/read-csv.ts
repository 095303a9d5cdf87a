import { splitDelimited } from '../../../engine/text/split-delimited.ts';
import { DataFault } from './data-fault.ts';
import { readText } from './find-file.ts';

/** One row by column name. */
export type Row = Readonly<Record<string, string>>;

export interface CsvShape {
  /** A comma where nothing is said. */
  readonly separator?: string;
  /** Columns without which nothing can be told. */
  readonly columns: readonly string[];
}

/** The rows of a file of the folder with a header line; quotes as in RFC 4180, no line breaks inside cells. */
export function readCsv(
  folder: string,
  name: string,
  { separator = ',', columns }: CsvShape,
): readonly Row[] {
  const [header, ...records] = readText(folder, name)
    .split(/\r?\n/)
    .flatMap((line, index) => (line === '' ? [] : [cellsOf(line, separator, `${name}:${index + 1}`)]));
  if (!header || records.length === 0) throw new DataFault(`${name}: found no rows`);
  const missing = columns.find((column) => !header.includes(column));
  if (missing !== undefined) {
    const among = header.slice(0, 8).join(', ');
    throw new DataFault(`${name}:1 ${missing}: found nothing, expected a column of this name among ${among}`);
  }
  return records.map((cells) =>
    Object.fromEntries(header.map((column, index) => [column, cells[index] ?? ''])),
  );
}

function cellsOf(line: string, separator: string, place: string): readonly string[] {
  const cells = splitDelimited(line, separator);
  if (cells === 'open') throw new DataFault(`${place} line: found an open quote, expected a closing one`);
  return cells;
}
