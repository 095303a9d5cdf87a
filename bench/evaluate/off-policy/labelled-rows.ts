import type { Arff } from '../data/read-arff.ts';
import type { Features } from './logistic.ts';

/** Rows with a class, of which a bandit's problem is made: an action a class, the reward 1 for the right one. */
export interface LabelledRows {
  readonly features: Features;
  readonly labels: Uint8Array;
  readonly classes: number;
}

/** The last rows of a table whose last column is the class; numbers are brought to 0..1, symbols take a feature each. */
export function labelledRows(table: Arff, rowsMax: number): LabelledRows {
  const rows = table.rows.slice(-rowsMax);
  const classColumn = table.attributes.length - 1;
  const classes = valuesOf(rows, classColumn);
  const columns = table.attributes.slice(0, -1).flatMap((_, column) => featuresOf(rows, column));
  const width = columns.length + 1;
  const values = new Float64Array(rows.length * width);
  rows.forEach((_, row) => {
    values[row * width] = 1;
    columns.forEach((column, k) => {
      values[row * width + k + 1] = column[row] as number;
    });
  });
  const labels = Uint8Array.from(rows, (row) => classes.indexOf(String(row[classColumn])));
  return { features: { values, width }, labels, classes: classes.length };
}

type Cells = readonly (number | string | null)[];

function valuesOf(rows: readonly Cells[], column: number): readonly string[] {
  return [...new Set(rows.map((row) => String(row[column])))].sort();
}

/** One feature for a column of numbers, one a value for a column of symbols; none for a column that never changes. */
function featuresOf(rows: readonly Cells[], column: number): readonly (readonly number[])[] {
  const cells = rows.map((row) => row[column]);
  const numbers = cells.filter((cell) => typeof cell === 'number');
  if (numbers.length === 0) {
    const values = valuesOf(rows, column);
    return values.length > 1
      ? values.map((value) => cells.map((cell) => (String(cell) === value ? 1 : 0)))
      : [];
  }
  const low = numbers.reduce((least, value) => Math.min(least, value));
  const high = numbers.reduce((most, value) => Math.max(most, value));
  if (low === high) return [];
  return [cells.map((cell) => (typeof cell === 'number' ? (cell - low) / (high - low) : 0))];
}
