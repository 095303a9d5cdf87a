import { parseArgs } from 'node:util';
import { explorationDefaults } from '../engine/learning/learning-options.ts';
import { optimismOf, propensityOf, scoreOf } from '../engine/learning/score.ts';
import { drawnFrom, squareCb } from '../engine/learning/squarecb.ts';
import type { ScoringRow } from '../engine/model/propensity-model.ts';
import { Random } from './measure/random.ts';
import { median, spread } from './measure/statistics.ts';
import { type Turns, takeTurns } from './measure/take-turns.ts';
import type { Figures, Measure, Ratio } from './report/figures.ts';
import { ratioOf } from './report/ratio-of.ts';

const about = {
  question:
    "What does a model's propensity cost a decision, and what is allocated for it? One score; and a decision over 20 actions: score, propensity and optimism of each, the distribution over all, and the draw.",
  workload:
    '1,000 actions of 160 feature ids in memory, 16 active ids and the intercept, each decision over 20 other actions',
  baseline: 'the bare sum of the same weights, as often, in turns; the ratio is ours divided by it',
  notMeasured: 'reading the predictors, coding them, everything else of a decision',
};
const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const actions = 1_000;
const dimension = 160;
const active = 16;
const perDecision = 20;
const rounds = options.quick ? 21 : 61;

interface Workload {
  readonly rows: readonly ScoringRow[];
  readonly contexts: readonly Uint16Array[];
}

function workloadOf(random: Random): Workload {
  const rows = Array.from({ length: actions }, () => rowOf(random));
  const contexts = Array.from({ length: 256 }, () =>
    Uint16Array.from({ length: active }, (_, index) => 1 + index * 9 + random.between(0, 8)),
  );
  return { rows, contexts };
}

function rowOf(random: Random): ScoringRow {
  const weights = Float32Array.from({ length: dimension }, () => random.next() - 0.5);
  weights[0] = -2;
  return {
    weights,
    variances: Float32Array.from({ length: dimension }, () => random.next()),
    calibration: Float32Array.from({ length: 40 }, (_, bin) => (bin + 1) / 50),
    link: 'logit',
    trials: 10_000,
    positives: 1_000,
  };
}

/** What the loops end with, so that nothing of them can be left out. */
let kept = 0;

function plainSum(weights: Float32Array, ids: Uint16Array): number {
  let sum = weights[0] as number;
  for (let index = 0; index < ids.length; index += 1) sum += weights[ids[index] as number] as number;
  return sum;
}

function sumAgain(calls: number, { rows, contexts }: Workload): void {
  let sum = 0;
  for (let call = 0; call < calls; call += 1) {
    sum += plainSum((rows[(call * 7) % actions] as ScoringRow).weights, contexts[call & 255] as Uint16Array);
  }
  kept += sum;
}

function scoreAgain(calls: number, { rows, contexts }: Workload): void {
  let sum = 0;
  for (let call = 0; call < calls; call += 1) {
    const row = rows[(call * 7) % actions] as ScoringRow;
    sum += propensityOf(row, scoreOf(row, contexts[call & 255] as Uint16Array));
  }
  kept += sum;
}

const indices = new Float64Array(perDecision);
const probabilities = new Float64Array(perDecision);
const how = { decisions: 100_000, ...explorationDefaults, scale: 1 };

function sumsAgain(calls: number, { rows, contexts }: Workload): void {
  let sum = 0;
  for (let call = 0; call < calls; call += 1) {
    const ids = contexts[call & 255] as Uint16Array;
    for (let option = 0; option < perDecision; option += 1) {
      sum += plainSum((rows[(call * 37 + option * 53) % actions] as ScoringRow).weights, ids);
    }
  }
  kept += sum;
}

function decideAgain(calls: number, { rows, contexts }: Workload): void {
  let sum = 0;
  for (let call = 0; call < calls; call += 1) {
    const ids = contexts[call & 255] as Uint16Array;
    for (let option = 0; option < perDecision; option += 1) {
      const row = rows[(call * 37 + option * 53) % actions] as ScoringRow;
      const p = propensityOf(row, scoreOf(row, ids));
      indices[option] = p + explorationDefaults.optimism * optimismOf(row, ids, p);
    }
    squareCb(indices, perDecision, how, probabilities);
    sum += drawnFrom(probabilities, perDecision, (call % 1_000) / 1_000);
  }
  kept += sum;
}

/** Bytes that one call leaves on the heap; the least of some tries, as whatever else goes on allocates as well. */
function bytesPerCall(run: (calls: number) => void): number {
  const calls = 100_000;
  const tries = Array.from({ length: 9 }, () => {
    const before = process.memoryUsage().heapUsed;
    run(calls);
    return Math.max(0, process.memoryUsage().heapUsed - before) / calls;
  });
  return Math.min(...tries);
}

interface Measured {
  readonly nanoseconds: number;
  /** Of the quickest tenth of the rounds: what is left where a machine is busy with other things. */
  readonly quickest: number;
  readonly plain: number;
  readonly ratio: Ratio;
  readonly bytes: number;
}

type Loop = (calls: number, workload: Workload) => void;

async function measure(
  loops: { readonly ours: Loop; readonly plain: Loop },
  workload: Workload,
): Promise<Measured> {
  const turns: Turns = await takeTurns({
    ours: { run: (calls) => loops.ours(calls, workload) },
    theirs: { run: (calls) => loops.plain(calls, workload) },
    rounds,
    roundsMs: 30_000,
    sliceMs: 5,
    warmUp: { ms: 300, msMax: 2_000 },
  });
  return {
    nanoseconds: median(turns.ours),
    quickest: spread(turns.ours).low,
    plain: median(turns.theirs),
    ratio: ratioOf(turns.ours, turns.theirs),
    bytes: bytesPerCall((calls) => loops.ours(calls, workload)),
  };
}

function lineOf(what: string, { nanoseconds, quickest, plain, ratio, bytes }: Measured): string {
  const range = `${ratio.low.toFixed(1)} .. ${ratio.high.toFixed(1)}`;
  return `${what}: ${nanoseconds.toFixed(0)} ns (quickest rounds ${quickest.toFixed(0)}), bare sums ${plain.toFixed(0)} ns, ratio ${ratio.median.toFixed(1)} (80 % of rounds ${range}), ${bytes.toFixed(2)} bytes allocated`;
}

function measuresOf(what: string, { nanoseconds, plain, ratio, bytes }: Measured): readonly Measure[] {
  return [
    { name: what, unit: 'ns', ours: nanoseconds, theirs: plain, ratio },
    { name: `${what}, allocated`, unit: 'bytes', ours: bytes },
  ];
}

async function main(): Promise<void> {
  const workload = workloadOf(new Random(1));
  const score = await measure({ ours: scoreAgain, plain: sumAgain }, workload);
  const decision = await measure({ ours: decideAgain, plain: sumsAgain }, workload);
  const found = { 'one propensity': score, [`a decision over ${perDecision} actions`]: decision };
  for (const [what, measured] of options.json ? [] : Object.entries(found)) {
    process.stdout.write(`${lineOf(what, measured)}\n`);
  }
  const figures: Figures = {
    bench: 'learning',
    about,
    ratio: decision.ratio.median,
    measures: Object.entries(found).flatMap(([what, measured]) => measuresOf(what, measured)),
    raw: { actions, dimension, active, score, decision, sum: Number.isFinite(kept) },
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

await main();
