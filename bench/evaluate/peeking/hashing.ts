import { armOf } from '../../../engine/experiments/draw-arms.ts';
import { type CustomerKey, userKey } from '../../../engine/index.ts';
import type { Experiment } from '../../../engine/model/experiment.ts';

/** How evenly, and how independently of each other, experiments deal customers; chi-squares with 99 degrees of freedom. */
export interface HashingFigures {
  readonly uniform: number;
  readonly independent: number;
  /** The part of further pairs of experiments that chance would exceed once in a hundred; about .01 where all is well. */
  readonly unusualPairs: number;
}

/** Chi-square with 99 degrees of freedom exceeds it once in a hundred. */
const unusual = 134.642;
const furtherPairs = 50;

export function hashingFigures(customers: number): HashingFigures {
  const ids = Array.from({ length: customers }, (_, index) => userKey(`customer-${index}`));
  const far = Array.from({ length: furtherPairs }, (_, pair) =>
    pairChiSquare(ids.slice(0, customers / 10), [`further-${pair}-a`, `further-${pair}-b`]),
  );
  return {
    uniform: chiSquareOf(countCells(ids, evenExperiment('uniform', 100), evenExperiment('one', 1))),
    independent: pairChiSquare(ids, ['first', 'second']),
    unusualPairs: far.filter((value) => value > unusual).length / furtherPairs,
  };
}

function pairChiSquare(ids: readonly CustomerKey[], [first, second]: readonly [string, string]): number {
  return chiSquareOf(countCells(ids, evenExperiment(first, 10), evenExperiment(second, 10)));
}

/** An experiment that deals into equal arms, named by their numbers. */
function evenExperiment(name: string, arms: number): Experiment {
  const shares = Array.from({ length: arms }, (_, index) => ({
    arm: `${index}`,
    share: 1 / arms,
    until: (index + 1) / arms,
  }));
  const valid = { from: -Infinity, until: Infinity };
  return { kind: 'actions', name, salt: '', valid, shares, lists: { open: new Map(), closed: new Map() } };
}

/** Customers by the arms of both. */
function countCells(ids: readonly CustomerKey[], first: Experiment, second: Experiment): number[] {
  const cells = new Array<number>(first.shares.length * second.shares.length).fill(0);
  for (const id of ids) {
    const cell = Number(armOf(first, id)) * second.shares.length + Number(armOf(second, id));
    cells[cell] = (cells[cell] as number) + 1;
  }
  return cells;
}

function chiSquareOf(cells: readonly number[]): number {
  const expected = cells.reduce((sum, count) => sum + count, 0) / cells.length;
  return cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
