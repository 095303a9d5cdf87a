import { buildProgram } from './build-program.ts';
import { compared, type Pair } from './compared.ts';
import type { Figures } from './figures.ts';
import { runBench } from './run-bench.ts';
import { measureTable } from './tables.ts';
import { whenThisProcessEnds } from './when-process-ends.ts';
import { commitOf, hasFile, openWorktree } from './worktree.ts';

interface Comparison {
  readonly name: string;
  readonly revision: string;
  readonly isJson: boolean;
}

const pairsWanted = 5;
const pairsLeast = 3;
/** When this is over, no further pair begins once there are the least. */
const pairsMs = 10 * 60_000;
/** Of one run; the quick form takes less than 50 seconds of a quiet machine. */
const budgetMs = 180_000;

const project = new URL('../..', import.meta.url).pathname;

/** Runs a benchmark's quick form as it is now and as it was then, in turns. Resolves with the exit code. */
export async function compareRevisions({ name, revision, isJson }: Comparison): Promise<number> {
  const commit = commitOf(project, revision);
  if (commit === undefined) return refuse(`git knows no revision ${JSON.stringify(revision)}`);
  const file = `bench/${name}.ts`;
  if (!hasFile(project, commit, file))
    return refuse(`${revision} has no ${file}: there is nothing to compare`);
  const before = openWorktree(project, commit);
  const release = whenThisProcessEnds(before.remove);
  try {
    buildProgram(before.directory);
    const sides = { name, now: project, before: before.directory, revision };
    const figures = compared(await pairsOf(sides), { name, revision, commit });
    if (!isJson) process.stdout.write(`${measureTable(figures.measures, ['now', revision]).join('\n')}\n`);
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    return 0;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  } finally {
    release();
    before.remove();
  }
}

interface Sides {
  readonly name: string;
  readonly now: string;
  readonly before: string;
  readonly revision: string;
}

/** Now one goes first and now the other: what a run leaves behind on the machine meets both. */
async function pairsOf(sides: Sides): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  const until = performance.now() + pairsMs;
  while (pairs.length < pairsWanted && (pairs.length < pairsLeast || performance.now() < until)) {
    const isOldFirst = pairs.length % 2 === 0;
    const found: Partial<Record<'now' | 'before', Figures>> = {};
    for (const side of isOldFirst ? (['before', 'now'] as const) : (['now', 'before'] as const)) {
      found[side] = await measured(sides, side);
    }
    pairs.push(found as Pair);
    process.stderr.write(`${pairs.length} of ${pairsWanted} pairs\n`);
  }
  return pairs;
}

async function measured({ name, revision, ...directories }: Sides, side: 'now' | 'before'): Promise<Figures> {
  const args = ['bench/run.ts', name, '--quick', '--json'];
  const outcome = await runBench({ args, directory: directories[side], budgetMs });
  if (outcome.kind === 'done') return outcome.figures;
  throw new Error(`${name} failed ${side === 'now' ? 'now' : `at ${revision}`}: ${outcome.why}`);
}

function refuse(words: string): number {
  process.stderr.write(`${words}\n`);
  return 1;
}
