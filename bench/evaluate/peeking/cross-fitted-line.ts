import { factorise, solve } from '../../../engine/statistics/cholesky.ts';

/** Against columns that say the same. */
const ridge = 1e-6;

/** For each row the prediction of a linear model that was fitted without the fold which the row is in. */
export function crossFittedLine(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  folds: number,
): readonly number[] {
  const scaled = scaledColumns(rows);
  const models = Array.from({ length: folds }, (_, fold) => fitWithout(scaled, targets, { fold, folds }));
  return scaled.map((row, index) => {
    const model = models[index % folds] as Float64Array;
    return row.reduce((sum, value, column) => sum + value * (model[column] as number), 0);
  });
}

/** Columns of one size, so that the ridge weighs alike on all. */
function scaledColumns(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const [first = []] = rows;
  const sizes = first.map((_, column) => {
    const squares = rows.reduce((sum, row) => sum + (row[column] as number) ** 2, 0);
    return Math.sqrt(squares / rows.length) || 1;
  });
  return rows.map((row) => row.map((value, column) => value / (sizes[column] as number)));
}

function fitWithout(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  { fold, folds }: { readonly fold: number; readonly folds: number },
): Float64Array {
  const size = rows[0]?.length ?? 0;
  const matrix = new Float64Array(size * size);
  const vector = new Float64Array(size);
  for (const [index, row] of rows.entries()) {
    if (index % folds === fold) continue;
    for (let i = 0; i < size; i += 1) {
      const value = row[i] as number;
      if (value === 0) continue;
      vector[i] = (vector[i] as number) + value * (targets[index] as number);
      for (let j = 0; j <= i; j += 1) {
        matrix[i * size + j] = (matrix[i * size + j] as number) + value * (row[j] as number);
      }
    }
  }
  for (let i = 0; i < size; i += 1)
    matrix[i * size + i] = (matrix[i * size + i] as number) + ridge * rows.length;
  if (!factorise(matrix, size)) throw new Error('the predictors say the same as each other');
  solve(matrix, size, vector);
  return vector;
}
