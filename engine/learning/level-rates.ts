import type { Tallies, Tally } from '../model/model-snapshot.ts';
import type { Action, Prior } from '../model/rulebook.ts';

/** As much as so many contacts the rate of the level above counts for one below it. */
const weightOfAbove = 10;

/** What is borrowed from: contacts and conversions of a whole level. */
type Sum = [trials: number, positives: number];

interface LevelSums {
  readonly book: Sum;
  readonly issues: ReadonlyMap<string, Sum>;
  readonly groups: ReadonlyMap<string, Sum>;
  readonly actions: ReadonlyMap<string, Sum>;
}

/**
 * Rates of treatments that were tried little, drawn towards what is known of their action, that towards its group, its
 * issue and the whole book. What is well known keeps its own rate: ten contacts' worth is borrowed at each level.
 *
 * An action with a prior of its own is drawn towards that in place of its group: somebody knew better.
 */
export class LevelRates {
  readonly #actions: ReadonlyMap<string, Action>;
  readonly #prior: Prior;
  /** Added up once for every snapshot of the tallies. */
  readonly #sums = new WeakMap<Tallies, LevelSums>();

  constructor(actions: ReadonlyMap<string, Action>, prior: Prior) {
    this.#actions = actions;
    this.#prior = prior;
  }

  /** The rate of a treatment with this tally; undefined while nothing is known of anything. */
  rateOf(tallies: Tallies, action: Action, tally: Tally): number | undefined {
    const sums = this.#sumsOf(tallies);
    if (sums.book[0] === 0) return undefined;
    const ofAction = sums.actions.get(action.name);
    return drawn(tally, this.#rateOfAction(sums, action, ofAction));
  }

  #rateOfAction(sums: LevelSums, action: Action, tally: Tally | undefined): number {
    if (!isSame(action.prior, this.#prior)) return posterior(action.prior, tally ?? noTrials);
    const issue = drawn(sums.issues.get(action.issue), posterior(this.#prior, sums.book));
    return drawn(tally, drawn(sums.groups.get(action.group), issue));
  }

  #sumsOf(tallies: Tallies): LevelSums {
    const known = this.#sums.get(tallies);
    if (known) return known;
    const sums = this.#addUp(tallies);
    this.#sums.set(tallies, sums);
    return sums;
  }

  #addUp(tallies: Tallies): LevelSums {
    const sums = { book: [0, 0] as Sum, issues: newSums(), groups: newSums(), actions: newSums() };
    for (const [key, tally] of Object.entries(tallies)) {
      const name = key.slice(0, key.indexOf('/'));
      const action = this.#actions.get(name);
      if (!action) continue;
      add(sums.book, tally);
      add(sumOf(sums.issues, action.issue), tally);
      add(sumOf(sums.groups, action.group), tally);
      add(sumOf(sums.actions, name), tally);
    }
    return sums;
  }
}

const noTrials: Tally = [0, 0];

function newSums(): Map<string, Sum> {
  return new Map();
}

function sumOf(sums: Map<string, Sum>, name: string): Sum {
  const known = sums.get(name);
  if (known) return known;
  const sum: Sum = [0, 0];
  sums.set(name, sum);
  return sum;
}

function add(sum: Sum, [trials, positives]: Tally): void {
  sum[0] += Math.max(trials, positives);
  sum[1] += positives;
}

function drawn([trials, positives]: Tally = noTrials, above: number): number {
  return (weightOfAbove * above + positives) / (weightOfAbove + Math.max(trials, positives));
}

function posterior({ positives, negatives }: Prior, [trials, found]: Tally): number {
  return (positives + found) / (positives + negatives + Math.max(trials, found));
}

function isSame(one: Prior, other: Prior): boolean {
  return one.positives === other.positives && one.negatives === other.negatives;
}
