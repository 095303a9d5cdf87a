import type { ModelSnapshot, Tallies, Tally } from '../model/model-snapshot.ts';
import type { Action, Treatment } from '../model/rulebook.ts';

/** The one empty record, by which a fold that taught nothing is told. */
export const noEvidence: Tallies = {};

const noTrials: Tally = [0, 0];

/** The name under which a treatment's evidence is kept. */
export function tallyKey(action: string, treatment: string): string {
  return `${action}/${treatment}`;
}

/** Mean of the Beta posterior: the action's prior pseudo-counts and what this treatment earned so far. */
export function propensity(model: ModelSnapshot, action: Action, treatment: Treatment): number {
  const [trials, positives] = tallyOf(model, treatment.key);
  const { positives: priorPositives, negatives: priorNegatives } = action.prior;
  return (priorPositives + positives) / (priorPositives + priorNegatives + Math.max(trials, positives));
}

/** What a treatment earned so far. */
export function tallyOf({ tallies, asked }: ModelSnapshot, key: string): Tally {
  // A key has a slash in it, so no name that every object has is ever one.
  const tally = tallies[key] ?? noTrials;
  if (asked && tally !== noTrials) asked.set(key, tally);
  return tally;
}

/** Sums evidence; integers, so the order and the grouping do not matter. */
export function addTallies(left: Tallies, right: Tallies): Tallies {
  const sum: Record<string, Tally> = { ...left };
  for (const [key, [trials, positives]] of Object.entries(right)) {
    const before = Object.hasOwn(sum, key) ? (sum[key] as Tally) : ([0, 0] as const);
    sum[key] = [before[0] + trials, before[1] + positives];
  }
  return sum;
}

/** A snapshot of summed tallies. Its version grows with the evidence. */
export function snapshotOf(tallies: Tallies): ModelSnapshot {
  let version = 0;
  for (const [trials, positives] of Object.values(tallies)) version += trials + positives;
  return { version, tallies };
}
