import type { JsonObject } from '../../engine/index.ts';
import { holds, isNothing } from './honesty/holds.ts';
import type { Judgement, Verdict } from './honesty/judge-change.ts';
import { judgeInWorkers } from './honesty/judge-in-workers.ts';
import { changeKinds } from './honesty/random-change.ts';

/**
 * Whether forecasts keep their word. In worlds whose tastes are known, the log of one rulebook is forecast under a random
 * change of it, and the forecast is held against what the changed rulebook is worth there. Beside it stands a replay without
 * a memory: every logged decision made again on the state that the log had, from the same log by the same estimator.
 */
export const needsData = false;

const seed = 1;
const worlds = 10;
const changesPerWorld = 20;
const size = { learned: 150, logged: 500, before: 10_000, after: 800 };

export async function evaluate(_folder: string, tell: (line: string) => void): Promise<JsonObject> {
  const orders = Array.from({ length: worlds }, (_, world) => ({
    world,
    seed,
    changes: changesPerWorld,
    size,
  }));
  const started = performance.now();
  const judgements = await judgeInWorkers(orders, (done) => {
    if (done % 20 === 0) tell(`${done} changes forecast`);
  });
  const told = judgements.filter(({ forecast }) => forecast.refusals.length === 0);
  const byKind = changeKinds.map((kind) =>
    kindFigures(
      kind,
      judgements.filter((each) => each.kind === kind),
    ),
  );
  for (const row of tableOf(judgements)) tell(row);
  return {
    evaluation: 'honesty',
    seed,
    changes: judgements.length,
    refused: judgements.length - told.length,
    refused_share: rounded(1 - told.length / judgements.length),
    refusals: countsOf(judgements.flatMap(({ forecast }) => forecast.refusals)),
    forecast: figures(told, ({ forecast }) => forecast),
    stateless: figures(told, ({ stateless }) => stateless),
    by_kind: byKind,
    shoppers_logged: size.logged,
    seconds: Math.round((performance.now() - started) / 1_000),
  };
}

/** How often intervals hold the truth, and how far values are off, as a share of the truth. */
function figures(judgements: readonly Judgement[], of: (judgement: Judgement) => Verdict) {
  const count = judgements.length;
  const errors = judgements.map((each) => of(each).value / each.truth - 1);
  const covered = judgements.filter((each) => holds(of(each), each.truth));
  const differences = judgements.filter((each) => holds(of(each).difference, each.truth - each.before));
  return {
    cases: count,
    coverage: rounded(covered.length / count),
    coverage_of_the_difference: rounded(differences.length / count),
    without_difference: judgements.filter(({ truth, before }) => isNothing(truth - before)).length,
    mean_error: rounded(mean(errors)),
    mean_absolute_error: rounded(mean(errors.map(Math.abs))),
    mean_half_width: rounded(mean(judgements.map((each) => (of(each).high - of(each).low) / 2 / each.truth))),
    believed: judgements.filter((each) => of(each).refusals.length === 0).length,
  };
}

function kindFigures(kind: string, judgements: readonly Judgement[]) {
  const told = judgements.filter(({ forecast }) => forecast.refusals.length === 0);
  return {
    kind,
    changes: judgements.length,
    refused: judgements.length - told.length,
    forecast: figures(told, ({ forecast }) => forecast),
    stateless: figures(told, ({ stateless }) => stateless),
  };
}

function countsOf(codes: readonly string[]): JsonObject {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function tableOf(judgements: readonly Judgement[]): readonly string[] {
  return judgements.map(({ world, kind, words, truth, before, forecast, stateless }) => {
    const { value, low, high, refusals } = forecast;
    const verdict = refusals.length > 0 ? refusals.join(' ') : holds(forecast, truth) ? 'holds' : 'MISSES';
    const figures = [before, truth, value, (high - low) / 2, stateless.value].map((figure) =>
      figure.toFixed(3),
    );
    return [String(world).padStart(2), kind.padEnd(15), words.padEnd(52), ...figures, verdict].join('  ');
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
