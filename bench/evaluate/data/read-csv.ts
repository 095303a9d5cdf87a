import { splitDelimited } from '../../../engine/text/split-delimited.ts';

/** One row by column name. */
export type Row = Readonly<Record<string, string>>;

/** The rows of a text of separated values with a header line; quotes as in RFC 4180, no line breaks inside cells. */
export function readCsv(text: string, separator = ','): readonly Row[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const [header = [], ...records] = lines.map((line) => cellsOf(line, separator));
  return records.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
}

function cellsOf(line: string, separator: string): readonly string[] {
  const cells = splitDelimited(line, separator);
  if (cells === 'open') throw new Error(`a quote is never closed: ${line.slice(0, 80)}`);
  return cells;
}
