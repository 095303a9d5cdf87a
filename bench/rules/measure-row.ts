import { median, spread } from '../measure/statistics.ts';
import { takeTurns, type WarmUp } from '../measure/take-turns.ts';
import { agree, matchedShare } from './agreement.ts';
import {
  type CompetitorName,
  competitorNames,
  type Form,
  fastestOf,
  formsOf,
  leftOut,
} from './competitors.ts';
import { NextbestEvaluator } from './evaluators/nextbest.ts';
import type { Workload } from './workload.ts';

export interface Effort {
  readonly quick: boolean;
  readonly rounds: number;
  /** After this time, five rounds have to do. */
  readonly roundsMs: number;
  readonly sliceMs: number;
  readonly warmUp: WarmUp;
  readonly agreeMs: number;
}

export interface Comparison {
  readonly form: string;
  readonly ns: number;
  /** What we took beside it. */
  readonly oursNs: number;
  /** Theirs divided by ours, round by round. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
  /** Customers whose matches were compared before anything was timed. */
  readonly agreedOn: number;
}

export interface Row {
  readonly book: Workload['book'];
  readonly n: number;
  readonly ns: { readonly median: number; readonly low: number; readonly high: number };
  readonly compileMs: number;
  readonly indexBytes: number;
  readonly matchedShare: number;
  readonly comparisons: ReadonlyMap<CompetitorName, Comparison>;
  readonly notes: readonly string[];
}

/** Everything about one workload. Evaluators are there one at a time, beside ours. */
export async function measureRow(workload: Workload, effort: Effort): Promise<Row> {
  const { ours, compileMs } = compileOurs(workload);
  const comparisons = new Map<CompetitorName, Comparison>();
  const ourTimes: number[] = [];
  const notes: string[] = [];
  for (const name of competitorNames) {
    const reason = leftOut(name, workload, effort);
    if (reason !== undefined) {
      notes.push(reason);
      continue;
    }
    const { comparison, times } = await compare(ours, { name, workload, effort });
    comparisons.set(name, comparison);
    ourTimes.push(...times);
  }
  return {
    book: workload.book,
    n: workload.actions.length,
    ns: { median: median(ourTimes), ...spread(ourTimes) },
    compileMs,
    indexBytes: ours.indexBytes,
    matchedShare: await matchedShare(workload, ours),
    comparisons,
    notes,
  };
}

/** Compiles again until a quarter of a second is over: the first time is the compiler's own warm-up. */
function compileOurs(workload: Workload): { readonly ours: NextbestEvaluator; readonly compileMs: number } {
  const times: number[] = [];
  let spent = 0;
  for (;;) {
    const started = process.hrtime.bigint();
    const ours = new NextbestEvaluator(workload);
    const ms = Number(process.hrtime.bigint() - started) / 1e6;
    times.push(ms);
    spent += ms;
    if (spent >= 250) return { ours, compileMs: median(times) };
  }
}

async function compare(
  ours: NextbestEvaluator,
  { name, workload, effort }: { name: CompetitorName; workload: Workload; effort: Effort },
): Promise<{ readonly comparison: Comparison; readonly times: readonly number[] }> {
  const { form, evaluator } = await fastestOf(triedForms(name, workload, effort), effort.warmUp);
  const agreedOn = await agree(workload, { ours, theirs: evaluator, name, forMs: effort.agreeMs });
  const turns = await takeTurns({ ...effort, ours, theirs: evaluator });
  const ratios = turns.theirs.map((ns, round) => ns / (turns.ours[round] as number));
  const comparison = {
    form,
    ns: median(turns.theirs),
    oursNs: median(turns.ours),
    ratio: median(ratios),
    ...spread(ratios),
    rounds: ratios.length,
    agreedOn,
  };
  return { comparison, times: turns.ours };
}

/** Building every form takes long where there are many rules; there, the first has to do, which is the usual winner. */
function triedForms(name: CompetitorName, workload: Workload, { quick }: Effort): readonly Form[] {
  const forms = formsOf(name, workload);
  return workload.actions.length > (quick ? 1_000 : 10_000) ? forms.slice(0, 1) : forms;
}
