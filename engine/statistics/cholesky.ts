/**
 * Symmetric positive-definite systems by Cholesky's factor A = L L'.
 *
 * CH1. A matrix is dense, row by row, of which the lower triangle alone is read and written: the factor takes its place.
 * CH2. Sums are added in one order, so the same matrix has the same factor in every JavaScript engine.
 * CH3. Nothing is allocated: whoever calls brings the room to work in.
 *
 * Four sums go on side by side, so that none waits for the one before: the processor's additions are long, not scarce.
 */

/** The factor in the place of the matrix; false, with the matrix in ruins, where it is not positive definite. */
export function factorise(matrix: Float64Array, size: number): boolean {
  for (let column = 0; column < size; column += 1) {
    const start = column * size;
    let pivot = matrix[start + column] as number;
    for (let k = start; k < start + column; k += 1) pivot -= squareOf(matrix[k] as number);
    if (!(pivot > 0) || pivot === Infinity) return false;
    const root = Math.sqrt(pivot);
    matrix[start + column] = root;
    fillColumn(matrix, size, column, 1 / root);
  }
  return true;
}

/** What stands below the pivot of a column, from the columns before it. */
function fillColumn(matrix: Float64Array, size: number, column: number, scale: number): void {
  const pivots = column * size;
  let row = column + 1;
  for (; row + 3 < size; row += 4) {
    const first = row * size;
    const second = first + size;
    const third = second + size;
    const fourth = third + size;
    let a = matrix[first + column] as number;
    let b = matrix[second + column] as number;
    let c = matrix[third + column] as number;
    let d = matrix[fourth + column] as number;
    for (let k = 0; k < column; k += 1) {
      const factor = matrix[pivots + k] as number;
      a -= (matrix[first + k] as number) * factor;
      b -= (matrix[second + k] as number) * factor;
      c -= (matrix[third + k] as number) * factor;
      d -= (matrix[fourth + k] as number) * factor;
    }
    matrix[first + column] = a * scale;
    matrix[second + column] = b * scale;
    matrix[third + column] = c * scale;
    matrix[fourth + column] = d * scale;
  }
  for (; row < size; row += 1) {
    const start = row * size;
    let sum = matrix[start + column] as number;
    for (let k = 0; k < column; k += 1) sum -= (matrix[start + k] as number) * (matrix[pivots + k] as number);
    matrix[start + column] = sum * scale;
  }
}

/** A^-1 b in the place of b. */
export function solve(factor: Float64Array, size: number, vector: Float64Array): void {
  for (let row = 0; row < size; row += 1) {
    const start = row * size;
    let sum = vector[row] as number;
    for (let k = 0; k < row; k += 1) sum -= (factor[start + k] as number) * (vector[k] as number);
    vector[row] = sum / (factor[start + row] as number);
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    const start = row * size;
    const value = (vector[row] as number) / (factor[start + row] as number);
    vector[row] = value;
    // Row by row here as well: columns of the factor are far apart in memory.
    for (let k = 0; k < row; k += 1)
      vector[k] = (vector[k] as number) - (factor[start + k] as number) * value;
  }
}

/** The diagonal of A^-1. `room` holds four numbers for each of the size. */
export function inverseDiagonal(
  factor: Float64Array,
  { size, diagonal, room }: { size: number; diagonal: Float64Array; room: Float64Array },
): void {
  for (let column = 0; column < size; column += 4) {
    invertColumns(factor, size, column, room);
    for (let lane = 0; lane < 4 && column + lane < size; lane += 1) {
      let sum = 0;
      for (let row = column; row < size; row += 1) sum += squareOf(room[row * 4 + lane] as number);
      diagonal[column + lane] = sum;
    }
  }
}

/** Four columns of L^-1 side by side, from the first row in which one of them is not nothing. */
function invertColumns(factor: Float64Array, size: number, column: number, room: Float64Array): void {
  for (let row = column; row < size; row += 1) {
    const start = row * size;
    let a = row === column ? 1 : 0;
    let b = row === column + 1 ? 1 : 0;
    let c = row === column + 2 ? 1 : 0;
    let d = row === column + 3 ? 1 : 0;
    for (let k = column; k < row; k += 1) {
      const value = factor[start + k] as number;
      const lane = k * 4;
      a -= value * (room[lane] as number);
      b -= value * (room[lane + 1] as number);
      c -= value * (room[lane + 2] as number);
      d -= value * (room[lane + 3] as number);
    }
    const scale = 1 / (factor[start + row] as number);
    const lane = row * 4;
    room[lane] = a * scale;
    room[lane + 1] = b * scale;
    room[lane + 2] = c * scale;
    room[lane + 3] = d * scale;
  }
}

function squareOf(value: number): number {
  return value * value;
}
