import { canonicalJson } from '../../../engine/index.ts';
import { cellText, isEmptyCell } from './column.ts';
import type { ColumnReads, ReadCell } from './column-reads.ts';
import type { Row } from './rows.ts';
import type { NamedValue, ValueSource, ValueType } from './touchpoint-map.ts';

/** A cell that cannot become what the map says; its message is the reason for which the row is rejected. */
export class CellError extends Error {}

export function namedValues(
  columns: ColumnReads,
  values: readonly NamedValue[],
): ((row: Row) => Readonly<Record<string, unknown>>) | undefined {
  if (values.length === 0) return undefined;
  const reads = values.map(({ name, from }) => [name, valueRead(columns, from, name)] as const);
  return (row) => {
    const object: Record<string, unknown> = {};
    for (const [name, read] of reads) {
      const value = read(row);
      if (!isEmptyCell(value)) object[name] = value;
    }
    return object;
  };
}

function valueRead(columns: ColumnReads, source: ValueSource, name: string): ReadCell {
  if (source.kind === 'constant') return () => source.value;
  if (source.kind === 'column') {
    const read = columns.first(source.columns);
    const type = source.type;
    return type === undefined ? read : (row) => typed(read(row), type, name);
  }
  const reads = source.columns.map((column) => columns.one(column));
  return (row) => product(reads.map((read) => typed(read(row), 'number', name)));
}

/** Undefined when a factor is missing. Rounded to millionths, so that 6 x 2.55 is 15.3 and not 15.299999999999999. */
function product(factors: readonly unknown[]): number | undefined {
  let result = 1;
  for (const factor of factors) {
    if (typeof factor !== 'number') return undefined;
    result *= factor;
  }
  return Math.round(result * 1e6) / 1e6;
}

function typed(cell: unknown, type: ValueType, name: string): unknown {
  if (isEmptyCell(cell)) return undefined;
  const text = cellText(cell);
  if (type === 'string') return typeof cell === 'object' ? canonicalJson(cell) : text;
  if (type === 'boolean') {
    if (/^(true|yes|y|1)$/i.test(text)) return true;
    if (/^(false|no|n|0)$/i.test(text)) return false;
  } else {
    const number = text === '' ? Number.NaN : Number(text);
    if (Number.isFinite(number)) return number;
  }
  throw new CellError(`found ${show(cell)} for ${name}, expected a ${type}`);
}

export function show(cell: unknown): string {
  const text = cell === undefined ? 'nothing' : JSON.stringify(cell);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
