import { isHeld } from '../../decide/arms.ts';
import type { Experiment } from '../../model/experiment.ts';
import type { Action, Candidate, Placement, Rulebook, Treatment } from '../../model/rulebook.ts';

/**
 * What an experiment is about. It follows from the book and from what is asked for alone, never from an arm or from what a
 * customer did, so that customers of all arms are exposed at the same moments.
 */

/** Whether a decision for these placements may come out otherwise in another arm; then whoever it is made for is exposed. */
export function mayDiffer(experiment: Experiment, book: Rulebook, placements: readonly string[]): boolean {
  return placements.some((name) => {
    const placement = book.placements.get(name);
    return placement?.candidates.some((candidate) => isSubject(experiment, candidate, placement)) === true;
  });
}

export interface Subject {
  readonly action: Action;
  readonly treatments: readonly Treatment[];
}

/** The actions that an experiment is about, with the treatments it may show of them. */
export function subjectsOf(experiment: Experiment, book: Rulebook): readonly Subject[] {
  return [book, ...challengersOf(experiment, book)].flatMap(({ placements }) =>
    [...placements.values()].flatMap((placement) =>
      placement.candidates.filter((candidate) => isSubject(experiment, candidate, placement)),
    ),
  );
}

/** Whether two definitions put the same customers into the same arms. */
export function dealAlike(one: Experiment, other: Experiment): boolean {
  return (
    one.kind === other.kind &&
    one.salt === other.salt &&
    one.shares.length === other.shares.length &&
    one.shares.every(({ arm, until }, index) => {
      const share = other.shares[index];
      return share?.arm === arm && share.until === until;
    })
  );
}

/** Whether some arm of the experiment goes without: nobody can report a conversion of what was never shown. */
export function withholds(experiment: Experiment): boolean {
  switch (experiment.kind) {
    case 'holdout':
      return true;
    case 'treatments':
    case 'actions':
      return experiment.shares.some(({ arm }) => (experiment.lists.open.get(arm) ?? []).length === 0);
    case 'challenger':
    case 'modelControl':
      return false;
  }
}

function isSubject(experiment: Experiment, { action, treatments }: Candidate, placement: Placement): boolean {
  if (treatments.length === 0) return false;
  switch (experiment.kind) {
    case 'holdout':
      return action.mandatory === undefined && isHeld(experiment, action, placement);
    case 'treatments':
      return (
        action.name === experiment.action &&
        treatments.some(({ name }) => isListed(experiment.lists.open, name))
      );
    case 'actions':
      return isListed(experiment.lists.open, action.name);
    case 'challenger':
      return true;
    case 'modelControl':
      return action.mandatory === undefined && isChoice(placement);
  }
}

function isListed(lists: ReadonlyMap<string, readonly string[]>, name: string): boolean {
  for (const names of lists.values()) if (names.includes(name)) return true;
  return false;
}

/** Whether more than one answer may be drawn; where a placement ranks by uplift, to show nothing is one. */
function isChoice({ candidates, ranksByUplift }: Placement): boolean {
  let options = ranksByUplift ? 1 : 0;
  for (const { action, treatments } of candidates) {
    if (action.mandatory === undefined) options += treatments.length;
    if (options > 1) return true;
  }
  return false;
}

/** The books that decide on customers of the experiment beside the book itself. */
function challengersOf(experiment: Experiment, { challengers }: Rulebook): readonly Rulebook[] {
  if (experiment.kind === 'modelControl') return [...challengers.values()];
  const challenger = experiment.kind === 'challenger' ? challengers.get(experiment.challenger) : undefined;
  return challenger ? [challenger] : [];
}
