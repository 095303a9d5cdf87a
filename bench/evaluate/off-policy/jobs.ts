import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { DataFault } from '../data/data-fault.ts';
import type { RunResult } from './run-result.ts';

/** One run, as a process of its own is asked for it. */
export type Job =
  | { readonly kind: 'digits'; readonly folder: string; readonly set: string; readonly seed: number }
  | {
      readonly kind: 'own-log';
      readonly folder: string;
      readonly set: string;
      readonly floor: number;
      readonly seed: number;
    };

const processesMax = 4;

/** All jobs, on as many processes as there are cores; in the order of the jobs, whoever did them. */
export async function runJobs(jobs: readonly Job[]): Promise<readonly RunResult[]> {
  const results = new Array<RunResult>(jobs.length);
  let next = 0;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const child = fork(new URL('./job-process.ts', import.meta.url));
      let asked = -1;
      const ask = () => {
        asked = next;
        next += 1;
        const job = jobs[asked];
        if (job) child.send(job);
        else child.disconnect();
      };
      child.on('message', (result: RunResult | { readonly fault: string }) => {
        if ('fault' in result) {
          reject(new DataFault(result.fault));
          child.disconnect();
          return;
        }
        results[asked] = result;
        ask();
      });
      child.on('error', reject);
      child.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`a run ended with code ${code}`)),
      );
      ask();
    });
  const processes = Math.min(processesMax, availableParallelism(), jobs.length);
  await Promise.all(Array.from({ length: processes }, work));
  return results;
}
