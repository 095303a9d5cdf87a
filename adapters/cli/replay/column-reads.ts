import { nearestName } from '../../../engine/index.ts';
import { isEmptyCell } from './column.ts';
import { mapError } from './map-document.ts';
import type { Row } from './rows.ts';
import { followPath } from './rows.ts';
import type { Column } from './touchpoint-map.ts';

export type ReadCell = (row: Row) => unknown;

/** Cells by column, resolved once. Collects the columns that the header does not have. */
export class ColumnReads {
  readonly #header: readonly string[] | undefined;
  readonly #faults: { readonly pointer: string; readonly detail: string }[] = [];

  constructor(header: readonly string[] | undefined) {
    this.#header = header;
  }

  one(column: Column): ReadCell {
    const [first = '', ...below] = column.path;
    if (this.#header === undefined) {
      return ({ object, outer }) => followPath(Object.hasOwn(object, first) ? object : outer, column.path);
    }
    const index = this.#header.indexOf(column.path.join('.'));
    if (index === -1) this.#missing(column, below.length > 0);
    return (row) => row.cells[index];
  }

  /** The first of the columns that is not empty. */
  first(columns: readonly Column[]): ReadCell {
    const reads = columns.map((column) => this.one(column));
    const [only] = reads;
    if (only !== undefined && reads.length === 1) return only;
    return (row) => {
      for (const read of reads) {
        const cell = read(row);
        if (!isEmptyCell(cell)) return cell;
      }
      return undefined;
    };
  }

  finish(): void {
    if (this.#faults.length > 0) throw mapError(this.#faults);
  }

  #missing({ text, place }: Column, isNested: boolean): void {
    const names = this.#header ?? [];
    const near = nearestName(text, names);
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    const nested = isNested ? ' (only JSON has columns below columns)' : '';
    this.#faults.push({
      pointer: place,
      detail: `found the column "${text}"${nested}, expected one of the file's: ${names.join(', ')}${hint}`,
    });
  }
}
