import type { LabelledRows } from './labelled-rows.ts';
import { dot, fitLogistic } from './logistic.ts';

/** The class that a logistic regression of each against the rest holds for the likeliest, by row. */
export function classifier(
  { features, labels, classes }: LabelledRows,
  rows: readonly number[],
  penalty: number,
): (row: number) => number {
  const label = (fit: number, row: number) => (labels[row] === fit ? 1 : 0);
  const weights = fitLogistic(features, { rows, penalty, fits: classes, label });
  return (row) => {
    let best = 0;
    let highest = Number.NEGATIVE_INFINITY;
    weights.forEach((own, candidate) => {
      const score = dot(features.values, row * features.width, own);
      if (score > highest) {
        best = candidate;
        highest = score;
      }
    });
    return best;
  };
}
