import { DataFault } from '../data/data-fault.ts';
import { type Arff, readSet } from '../data/read-arff.ts';
import { digitsRun } from './digits-run.ts';
import type { Job } from './jobs.ts';
import { type LabelledRows, labelledRows } from './labelled-rows.ts';
import { ownLogRun } from './own-log-run.ts';
import type { RunResult } from './run-result.ts';

/** A process that does the runs it is sent, one after the other, and ends when nobody is left to ask. */
const sets = new Map<string, { readonly table: Arff; readonly rows: LabelledRows }>();

/** The digits that the protocol is known for are the last ones of their file. */
const digitsRows = 1_797;

process.on('message', (job: Job) => {
  try {
    process.send?.(resultOfJob(job));
  } catch (error) {
    if (!(error instanceof DataFault)) throw error;
    process.send?.({ fault: error.message });
  }
});

function resultOfJob(job: Job): RunResult {
  const set = setOf(job);
  if (job.kind === 'digits') return digitsRun(set.rows, job.seed);
  return ownLogRun(set, { floor: job.floor, seed: job.seed });
}

function setOf({ kind, folder, set }: Job): { readonly table: Arff; readonly rows: LabelledRows } {
  const known = sets.get(`${kind} ${set}`);
  if (known) return known;
  const table = readSet(folder, set);
  const read = { table, rows: labelledRows(table, kind === 'digits' ? digitsRows : table.rows.length) };
  sets.set(`${kind} ${set}`, read);
  return read;
}
