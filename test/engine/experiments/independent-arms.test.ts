import { describe, expect, it } from 'vitest';
import { armOf } from '../../../engine/experiments/draw-arms.ts';
import { userKey } from '../../../engine/index.ts';
import type { Experiment } from '../../../engine/model/experiment.ts';

/** An experiment that deals into equal arms, named by their numbers. */
function evenExperiment(name: string, arms: number): Experiment {
  const shares = Array.from({ length: arms }, (_, index) => ({
    arm: `${index}`,
    share: 1 / arms,
    until: (index + 1) / arms,
  }));
  const lists = { open: new Map(), closed: new Map() };
  return { kind: 'actions', name, salt: '', valid: { from: 0, until: Infinity }, shares, lists };
}

const ids = Array.from({ length: 200_000 }, (_, index) => userKey(`customer-${index}`));
/** Chi-square with 99 degrees of freedom exceeds it once in a hundred. */
const unusual = 134.6;

function chiSquareOfCells(cellOf: (id: (typeof ids)[number]) => number): number {
  const cells = new Array<number>(100).fill(0);
  for (const id of ids) cells[cellOf(id)] = (cells[cellOf(id)] ?? 0) + 1;
  const expected = ids.length / cells.length;
  return cells.reduce((sum, count) => sum + ((count - expected) * (count - expected)) / expected, 0);
}

describe('arms of 200,000 customers', () => {
  it('are evenly filled', () => {
    const experiment = evenExperiment('uniform', 100);
    expect(chiSquareOfCells((id) => Number(armOf(experiment, id)))).toBeLessThanOrEqual(unusual);
  });

  it.each([
    ['price', 'picture'],
    ['test-1', 'test-2'],
  ])('say nothing, in experiment %s, about the arm in experiment %s', (one, other) => {
    const [first, second] = [evenExperiment(one, 10), evenExperiment(other, 10)];
    const chiSquare = chiSquareOfCells((id) => Number(armOf(first, id)) * 10 + Number(armOf(second, id)));
    expect(chiSquare).toBeLessThanOrEqual(unusual);
  });

  it('are dealt anew by another salt', () => {
    const first = evenExperiment('price', 10);
    const again = { ...first, salt: 'second season' };
    const chiSquare = chiSquareOfCells((id) => Number(armOf(first, id)) * 10 + Number(armOf(again, id)));
    expect(chiSquare).toBeLessThanOrEqual(unusual);
  });
});
