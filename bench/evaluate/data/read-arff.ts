import { DataFault } from './data-fault.ts';
import { readText } from './find-file.ts';

/** A table in the attribute-relation file format. */
export interface Arff {
  readonly attributes: readonly { readonly name: string; readonly kind: 'number' | 'symbol' }[];
  /** Numbers of numeric attributes, texts of the others, null where a value is missing. */
  readonly rows: readonly (readonly (number | string | null)[])[];
}

/** A set of the folder; its last column is the class. */
export function readSet(folder: string, set: string): Arff {
  const name = `${set}.arff`;
  const table = readArff(readText(folder, name));
  const { attributes, rows } = table;
  if (attributes.length < 2) throw new DataFault(`${name}: found no predictors, expected @attribute lines`);
  if (rows.length === 0) throw new DataFault(`${name}: found no rows, expected them behind @data`);
  const wrong = rows.findIndex((cells) => cells.length !== attributes.length);
  if (wrong === -1) return table;
  throw new DataFault(
    `${name}: found ${rows[wrong]?.length} cells in row ${wrong + 1}, expected ${attributes.length}`,
  );
}

export function readArff(text: string): Arff {
  const attributes: { name: string; kind: 'number' | 'symbol' }[] = [];
  const rows: (number | string | null)[][] = [];
  let isData = false;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('%')) continue;
    if (isData) rows.push(cellsOf(line).map((cell, index) => cellValue(cell, attributes[index]?.kind)));
    else if (/^@data/i.test(line)) isData = true;
    else if (/^@attribute/i.test(line)) attributes.push(attributeOf(line));
  }
  return { attributes, rows };
}

function attributeOf(line: string): { name: string; kind: 'number' | 'symbol' } {
  const match = /^@attribute\s+('(?:[^'\\]|\\.)*'|"[^"]*"|[^\s{]+)\s*(.*)$/i.exec(line);
  if (!match) throw new DataFault(`found ${line.slice(0, 80)}, expected an attribute`);
  const [, name = '', type = ''] = match;
  return { name: unquoted(name), kind: /^(?:real|integer|numeric)/i.test(type) ? 'number' : 'symbol' };
}

function cellsOf(line: string): readonly string[] {
  return (line.match(/'(?:[^'\\]|\\.)*'|"[^"]*"|[^,]+/g) ?? []).map((cell) => unquoted(cell.trim()));
}

function unquoted(text: string): string {
  return /^'.*'$|^".*"$/.test(text) ? text.slice(1, -1) : text;
}

function cellValue(cell: string, kind: 'number' | 'symbol' | undefined): number | string | null {
  if (cell === '?') return null;
  return kind === 'number' ? Number(cell) : cell;
}
