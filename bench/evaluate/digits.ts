import type { JsonObject } from '../../engine/index.ts';
import { DataFault } from './data/data-fault.ts';
import { namesWith } from './data/find-file.ts';
import { type Job, runJobs } from './off-policy/jobs.ts';
import { summaryOf } from './off-policy/run-result.ts';

const digitsRuns = 200;
const ownRuns = 200;
/** Floors that show what less and more chance is worth; the one that matters has runs enough for its coverage. */
const floors = [
  { floor: 0.02, runs: ownRuns },
  { floor: 0.005, runs: 30 },
  { floor: 0.05, runs: 30 },
  { floor: 0.1, runs: 30 },
];

/**
 * Estimators of the value of other rules, judged where the truth is known: the digits protocol, and logs that the engine's own
 * learner wrote at several floors of chance.
 */
export async function evaluate(folder: string, tell: (line: string) => void): Promise<JsonObject> {
  const sets = namesWith(folder, 'arff');
  const digits = chosenSet(sets, 'optdigits');
  const own = chosenSet(sets, 'pendigits');
  const digitsJobs = Array.from(
    { length: digitsRuns },
    (_, run): Job => ({ kind: 'digits', folder, set: digits, seed: run + 1 }),
  );
  const digitsSummary = summaryOf(await runJobs(digitsJobs));
  tell(`${digits}, digits protocol`);
  tellSummary(digitsSummary, tell);
  const logs: Record<string, JsonObject> = {};
  for (const { floor, runs } of floors) {
    const jobs = Array.from(
      { length: runs },
      (_, run): Job => ({ kind: 'own-log', folder, set: own, floor, seed: run + 1 }),
    );
    const summary = summaryOf(await runJobs(jobs));
    tell(`${own}, log of our own learner, floor ${floor}`);
    tellSummary(summary, tell);
    logs[`own_logs_${floor}`] = summary;
  }
  return { evaluation: 'digits', set: digits, ...digitsSummary, own_logs_set: own, ...logs };
}

/** The set that the protocol is known for, else the first there is. */
function chosenSet(sets: readonly string[], known: string): string {
  const set = sets.includes(known) ? known : sets[0];
  if (set === undefined) throw new DataFault('no set (*.arff) in the folder or its folders dev and uci');
  return set;
}

function tellSummary(summary: JsonObject, tell: (line: string) => void): void {
  const errors = summary.relative_error as Readonly<Record<string, number>>;
  const covers = summary.coverage as Readonly<Record<string, number>>;
  for (const name of Object.keys(errors)) {
    tell(
      `  ${name.padEnd(8)} relative error ${(errors[name] ?? 0).toFixed(4)}  coverage ${(covers[name] ?? 0).toFixed(3)}`,
    );
  }
  tell(`  runs ${String(summary.runs)}, refused ${String(summary.refused)}`);
}
