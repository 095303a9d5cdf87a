import { hopefulStart } from '../learning/hopeful-start.ts';
import { type Posterior, PosteriorSolver } from '../learning/posterior.ts';
import { tallyOf } from '../learning/propensity.ts';
import { guessedRateWithout, noActionModel } from '../learning/uplift.ts';
import { limits } from '../limits.ts';
import type { Tallies } from '../model/model-snapshot.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { LearnedModel } from './learned-models.ts';
import { type LearnerContext, type LearnerMind, numbersOf } from './learner-mind.ts';

/** What a propensity begins with where nothing is known. */
const unknownRate = 0.05;

/** A model that is to be solved anew, and what it begins with. */
interface DueModel {
  readonly learned: LearnedModel;
  readonly begin: number;
}

/**
 * Solves models anew of which enough is new, or whose treatment now begins elsewhere because of what became known of its
 * like; those first of which most is new. One solution takes some milliseconds: between two of them everything else has its
 * turn, and a round has an end. Returns how long it solved, in ms.
 */
export async function solveModels(
  mind: LearnerMind,
  { ports: { clock, timing } }: LearnerContext,
  { rulebook, tallies, signal }: { rulebook: Rulebook; tallies: Tallies; signal: AbortSignal },
): Promise<number> {
  let solvedMs = 0;
  for (const { learned, begin } of dueModels(mind, rulebook, tallies)) {
    if (signal.aborted || solvedMs >= limits.refreshMsMax) break;
    const { model, key } = learned;
    const solver = solverOf(mind, learned);
    const slow: Posterior[] = [];
    for (const expert of model.options.precisions.keys()) {
      const begun = clock.now();
      slow.push(model.solved(expert, begin, solver));
      const took = clock.now() - begun;
      solvedMs += took;
      await timing.sleep(took);
    }
    model.renew(begin, slow);
    mind.unsolved.delete(key);
    mind.models.dirty.add(key);
  }
  return solvedMs;
}

function dueModels(
  { unsolved, models, record }: LearnerMind,
  rulebook: Rulebook,
  tallies: Tallies,
): readonly DueModel[] {
  const due: DueModel[] = [];
  const codes = numbersOf(record.codes);
  for (const learned of models.all()) {
    const { model, key, code } = learned;
    const isMovedByOthers = model.isYoung && model.slow.length > 0;
    if (!codes.has(code.number) || !(unsolved.has(key) || isMovedByOthers)) continue;
    const rate = rateOf(learned, rulebook, tallies);
    // Where nothing is known of anything, as when evidence was not summed up yet, there is no other prior to go by.
    const known = rate === undefined ? undefined : startOf(learned, rate);
    if (model.isDue(known)) due.push({ learned, begin: known ?? hopefulStart(unknownRate) });
  }
  const newsOf = ({ learned: { model } }: DueModel) => model.pending / (model.trials + 1);
  return due.sort((one, other) => newsOf(other) - newsOf(one));
}

function solverOf({ solvers }: LearnerMind, { code: { dimension } }: LearnedModel): PosteriorSolver {
  const known = solvers.get(dimension) ?? new PosteriorSolver(dimension);
  solvers.set(dimension, known);
  return known;
}

/** To do nothing is not tried for its promise. */
function startOf({ name }: LearnedModel, rate: number): number {
  return name === noActionModel ? rate : hopefulStart(rate);
}

/** What its action, its group and so on say of it before it is tried. */
function rateOf(
  { name }: LearnedModel,
  { actions, learning }: Rulebook,
  tallies: Tallies,
): number | undefined {
  if (name === noActionModel) return guessedRateWithout({ version: 0, tallies });
  const action = actions.get(name.slice(0, name.indexOf('/')));
  return action && learning.levels.rateOf(tallies, action, tallyOf({ version: 0, tallies }, name));
}
