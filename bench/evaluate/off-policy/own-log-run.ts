import { OffPolicyEstimator, rowOf } from '../../../engine/index.ts';
import { Random } from '../../measure/random.ts';
import type { Arff } from '../data/read-arff.ts';
import { shuffled } from '../data/shuffle.ts';
import { classifier } from './classifier.ts';
import type { LabelledRows } from './labelled-rows.ts';
import { OwnLog } from './own-log.ts';
import { type RunResult, resultOf } from './run-result.ts';

/** Rows from which the target learns its own, different, view. */
const targetRows = 300;

/**
 * One log of the engine's own learner, and a fixed classifier as the new rules: it always chooses one action, which the learner
 * may have tried with the least probability only. DR leans on what the learner foresaw at the time.
 */
export function ownLogRun(
  { table, rows }: { readonly table: Arff; readonly rows: LabelledRows },
  { floor, seed }: { readonly floor: number; readonly seed: number },
): RunResult {
  const random = new Random(seed);
  const order = shuffled(Array.from(rows.labels.keys()), random);
  const target = classifier(rows, shuffled(order, random).slice(0, targetRows), 1);
  const situations = order.map((row) => ({
    values: (table.rows[row] ?? []).slice(0, -1),
    label: rows.labels[row] as number,
  }));
  const names = table.attributes.slice(0, -1).map(({ name }) => name);
  const log = new OwnLog({ situations, names, actions: rows.classes });
  const estimator = new OffPolicyEstimator();
  let right = 0;
  situations.forEach((situation, at) => {
    const step = log.decide(situation, floor, random);
    const wanted = target(order[at] as number);
    const distribution = new Float64Array(rows.classes);
    distribution[wanted] = 1;
    estimator.add(rowOf({ ...step, target: distribution }));
    right += wanted === situation.label ? 1 : 0;
  });
  const evaluation = estimator.evaluation();
  if (!evaluation) throw new Error('the set has no rows');
  return resultOf(evaluation, right / situations.length);
}
