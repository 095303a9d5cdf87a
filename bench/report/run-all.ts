import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchNames, type PlannedBench, plannedBenches } from './bench-plan.ts';
import { type Machine, machineHere } from './machine.ts';
import { missedTargets } from './missed.ts';
import { withResults } from './readme.ts';
import { layOut, readResults, writeResult } from './results.ts';
import { type Outcome, runBench } from './run-bench.ts';

export interface Wanted {
  /** Every benchmark in its quick form. */
  readonly quick: boolean;
  /** These alone; all when it is empty. */
  readonly only: readonly string[];
}

const project = new URL('../..', import.meta.url).pathname;
const results = join(project, 'bench/results');
const readme = join(project, 'bench/README.md');

/** Runs one benchmark after the other and writes down what they found. Resolves with the exit code. */
export async function runAll({ quick, only }: Wanted): Promise<number> {
  const names = benchNames();
  const planned = plannedBenches(names).filter(({ name }) => only.length === 0 || only.includes(name));
  const machine = machineHere();
  const faults: string[] = [];
  const missed: string[] = [];
  let dueAtMs = performance.now();
  for (const [index, bench] of planned.entries()) {
    const form = quick ? 'quick' : bench.form;
    tell(`${bench.name} (${form}), ${index + 1} of ${planned.length}`);
    // What one leaves of its time, those behind it may take: a busy machine slows now this one and now that.
    dueAtMs += bench.budgetMs;
    const budgetMs = dueAtMs - performance.now();
    const outcome = await measure({ name: bench.name, form, budgetMs }, machine);
    if (outcome.kind === 'failed') faults.push(`${bench.name}: ${outcome.why}`);
    else missed.push(...missedTargets(outcome.figures).map((target) => `${bench.name}: ${target}`));
    tell(`${outcome.kind} after ${Math.round(outcome.seconds)} s`);
  }
  writeFileSync(readme, withResults(readFileSync(readme, 'utf8'), readResults(results, names)));
  layOut(project, 'bench/results');
  for (const target of missed) tell(`missed its target: ${target}`);
  for (const fault of faults) tell(`failed, and what an earlier run found stays: ${fault}`);
  return faults.length > 0 ? 1 : 0;
}

/** What fails leaves the result of an earlier run alone. */
async function measure({ name, form, budgetMs }: PlannedBench, machine: Machine): Promise<Outcome> {
  const args = ['bench/run.ts', name, '--json', ...(form === 'quick' ? ['--quick'] : [])];
  const outcome = await runBench({ args, directory: project, budgetMs });
  if (outcome.kind === 'failed') return outcome;
  const date = new Date().toISOString().slice(0, 10);
  const seconds = Math.round(outcome.seconds);
  writeResult(results, { ...outcome.figures, bench: name, date, form, seconds, machine });
  return outcome;
}

function tell(words: string): void {
  process.stderr.write(`${words}\n`);
}
