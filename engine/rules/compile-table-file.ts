import { limits } from '../limits.ts';
import type { Overlay } from '../model/rulebook.ts';
import { readAttributes, readKey } from '../overlays/read-attributes.ts';
import { inOneGo, ReferenceTable, type TableRow, writeTable } from '../overlays/reference-table.ts';
import { openDelimited } from '../text/split-delimited.ts';
import type { BookContext } from './book-context.ts';
import type { Cursor } from './cursor.ts';
import type { DiagnosticCode } from './diagnostic-codes.ts';
import { didYouMean } from './nearest-name.ts';
import { inWords } from './scalar-shapes.ts';

interface TableSource extends Pick<Overlay, 'attributes' | 'column'> {
  readonly overlay: string;
  readonly path: string;
}

/** A table that lies beside the rules. A row at fault is an error of the book: nothing of it is left out in silence. */
export function compileTableFile(
  source: TableSource,
  at: Cursor,
  { drafts, findings }: BookContext,
): ReferenceTable | undefined {
  const { overlay, path, attributes } = source;
  const text = drafts.tables.get(path);
  if (text === undefined) {
    reportMissing(path, at, [...drafts.tables.keys()]);
    return undefined;
  }
  drafts.tablesUsed.add(path);
  const report = (code: DiagnosticCode, line: number, message: string) =>
    findings.push({ code, severity: 'error', file: path, line, column: 1, message });
  const before = findings.length;
  const rows = readRows(text, source, report);
  if (findings.length > before) return undefined;
  const header = { overlay, attributes, source: path };
  const table = new ReferenceTable(header, inOneGo(writeTable(header, rows)).version, rows.length);
  table.fill(rows);
  return table;
}

function reportMissing(path: string, at: Cursor, known: readonly string[]): void {
  if (!path.toLowerCase().endsWith('.csv')) {
    at.error(
      'NBR_WRONG_VALUE',
      `${at.label}: expected a \`.csv\` file, found "${path}".`,
      'Leave `file` out and load other formats with `nextbest overlay load`.',
    );
    return;
  }
  at.error(
    'NBR_MISSING_TABLE',
    `${at.label}: expected a file of the rules folder, found no "${path}".`,
    didYouMean(path, known) ?? 'The path begins at the rules folder, such as `data/postcodes.csv`.',
  );
}

type Report = (code: DiagnosticCode, line: number, message: string) => void;

function readRows(text: string, { column, attributes }: TableSource, report: Report): readonly TableRow[] {
  const names = Object.keys(attributes);
  const lineOf = new Map<string, number>();
  const rows: TableRow[] = [];
  let header: readonly string[] | undefined;
  const take = (cells: readonly string[] | 'open', line: number) => {
    if (cells === 'open') return report('NBR_SYNTAX', line, 'found a quote that is never closed.');
    if (header === undefined) {
      header = cells.map((cell) => cell.trim());
      return reportColumns(header, [column, ...names], (code, message) => report(code, line, message));
    }
    if (cells.length !== header.length) {
      const message = `found ${cells.length} columns, expected ${header.length}, as in the first line.`;
      return report('NBR_WRONG_VALUE', line, message);
    }
    const row = Object.fromEntries(header.map((name, index) => [name, cells[index]] as const));
    const key = readKey(column, row);
    if (key === undefined)
      return report('NBR_WRONG_VALUE', line, `expected a key in \`${column}\`, found none.`);
    const first = lineOf.get(key);
    if (first !== undefined) {
      return report(
        'NBR_DUPLICATE',
        line,
        `found the key "${key}" again, expected it once; it stands in line ${first}.`,
      );
    }
    lineOf.set(key, line);
    const read = readAttributes(attributes, row);
    if ('reason' in read) return report('NBR_WRONG_VALUE', line, `${read.reason}.`);
    rows.push([key, ...names.map((name) => read.values[name] ?? null)]);
  };
  const records = openDelimited(',', take);
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries())
    records.line(line, index + 1);
  records.end();
  if (header === undefined)
    report('NBR_EMPTY_DOCUMENT', 1, 'expected a first line with the names of the columns, found none.');
  if (rows.length > limits.tableRowsMax) {
    report('NBR_TOO_LARGE', 1, `found ${rows.length} rows, expected ${limits.tableRowsMax} at most.`);
  }
  return rows;
}

function reportColumns(
  header: readonly string[],
  wanted: readonly string[],
  report: (code: DiagnosticCode, message: string) => void,
): void {
  const twice = wanted.filter((name) => header.indexOf(name) !== header.lastIndexOf(name));
  if (twice.length > 0) report('NBR_DUPLICATE', `expected each column once, found ${inWords(twice)} again.`);
  const missing = wanted.filter((name) => !header.includes(name));
  if (missing.length > 0)
    report('NBR_MISSING_FIELD', `expected the columns ${inWords(missing)}, found ${inWords(header)}.`);
}
