import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figures } from './figures.ts';
import { figuresIn } from './figures-line.ts';
import { whenThisProcessEnds } from './when-process-ends.ts';

export interface BenchRun {
  /** Behind Node: the program, and what it is told. */
  readonly args: readonly string[];
  readonly directory: string;
  readonly budgetMs: number;
}

export type Outcome =
  | { readonly kind: 'done'; readonly figures: Figures; readonly seconds: number }
  | { readonly kind: 'failed'; readonly why: string; readonly seconds: number };

/**
 * Runs one benchmark as a process group of its own, with a folder of its own for temporary files: when its time is over,
 * or this process is told to end, the servers and the files that it left go with it.
 */
export async function runBench({ args, directory, budgetMs }: BenchRun): Promise<Outcome> {
  const begun = performance.now();
  const scratch = mkdtempSync(join(tmpdir(), 'nextbest-bench-'));
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], {
    cwd: directory,
    env: { ...process.env, TMPDIR: scratch },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const clearAway = () => {
    endGroup(child);
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  };
  const release = whenThisProcessEnds(clearAway);
  try {
    const ended = await endOf(child, budgetMs);
    return { ...outcomeOf(ended, budgetMs), seconds: (performance.now() - begun) / 1_000 };
  } finally {
    release();
    clearAway();
  }
}

interface Ended {
  readonly output: string;
  readonly code: number | null;
  readonly isOverBudget: boolean;
}

async function endOf(child: ChildProcess, budgetMs: number): Promise<Ended> {
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    output += part;
  });
  let isOverBudget = false;
  const timer = setTimeout(() => {
    isOverBudget = true;
    endGroup(child);
  }, budgetMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { output, code, isOverBudget };
}

type Judged =
  | { readonly kind: 'done'; readonly figures: Figures }
  | { readonly kind: 'failed'; readonly why: string };

function outcomeOf({ output, code, isOverBudget }: Ended, budgetMs: number): Judged {
  if (isOverBudget) return failed(`it was ended after its ${Math.round(budgetMs / 1_000)} seconds`);
  if (code !== 0) return failed(`it ended with exit code ${code}`);
  try {
    return { kind: 'done', figures: figuresIn(output) };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function failed(why: string): Judged {
  return { kind: 'failed', why };
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Nobody of the group is left: that is what is wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
