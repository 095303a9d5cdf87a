import { hopefulStart } from '../learning/hopeful-start.ts';
import { PosteriorSolver } from '../learning/posterior.ts';
import { tallyOf } from '../learning/propensity.ts';
import { limits } from '../limits.ts';
import type { Tallies } from '../model/model-snapshot.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { logit } from '../statistics/elementary.ts';
import type { LearnedModel } from './learned-models.ts';
import type { LearnerContext, LearnerMind } from './learner-mind.ts';

/** What a propensity begins with where nothing is known. */
const unknownRate = 0.05;

/**
 * Solves models anew of which enough is new, those first of which most is. One solution takes some milliseconds: between two
 * of them everything else has its turn, and a round has an end. Returns how long it solved, in ms.
 */
export async function solveModels(
  mind: LearnerMind,
  { ports: { clock, timing } }: LearnerContext,
  { rulebook, tallies, signal }: { rulebook: Rulebook; tallies: Tallies; signal: AbortSignal },
): Promise<number> {
  let solved = 0;
  for (const learned of dueModels(mind)) {
    if (signal.aborted || solved >= limits.refreshMsMax) break;
    const { model, key } = learned;
    const { precisions, interceptPrecision, link } = model.options;
    const begin = priorOf(learned, rulebook, tallies);
    const interceptMean = link === 'logit' ? logit(begin) : begin;
    const slow = [];
    for (const precision of precisions) {
      const begun = clock.now();
      slow.push(solverOf(mind, learned).solve(model.sums, { precision, interceptPrecision, interceptMean }));
      const took = clock.now() - begun;
      solved += took;
      await timing.sleep(took);
    }
    Object.assign(model, { slow, prior: interceptMean, pending: 0 });
    mind.unsolved.delete(key);
    mind.models.dirty.add(key);
  }
  return solved;
}

function dueModels({ unsolved, models }: LearnerMind): readonly LearnedModel[] {
  const due = [...unsolved].flatMap((key) => models.get(key) ?? []).filter(({ model }) => model.isDue());
  const newsOf = ({ model }: LearnedModel) => model.pending / (model.trials + 1);
  return due.sort((one, other) => newsOf(other) - newsOf(one));
}

function solverOf({ solvers }: LearnerMind, { code: { dimension } }: LearnedModel): PosteriorSolver {
  const known = solvers.get(dimension) ?? new PosteriorSolver(dimension);
  solvers.set(dimension, known);
  return known;
}

/** What its action, its group and so on say of it before it is tried: a mildly hopeful guess. */
function priorOf({ name }: LearnedModel, { actions, learning }: Rulebook, tallies: Tallies): number {
  const action = actions.get(name.slice(0, name.indexOf('/')));
  const rate = action && learning.levels.rateOf(tallies, action, tallyOf({ version: 0, tallies }, name));
  return hopefulStart(rate ?? unknownRate);
}
