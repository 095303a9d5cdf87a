import type { Tallies, Tally } from '../model/model-snapshot.ts';
import type { Action, Prior } from '../model/rulebook.ts';

/** As much as so many contacts the rate of the level above counts for one below it. */
const weightOfAbove = 10;

/** What is borrowed from: contacts and conversions of a whole level. */
type Sum = readonly [trials: number, positives: number];
type MutableSum = [trials: number, positives: number];

interface LevelSums {
  readonly book: Sum;
  readonly issues: ReadonlyMap<string, Sum>;
  readonly groups: ReadonlyMap<string, Sum>;
  /** By name. */
  readonly actions: ReadonlyMap<string, Sum>;
}

/**
 * Rates of treatments that were tried little, drawn towards what is known of their action, that towards its group, its
 * issue and the whole book. What is well known keeps its own rate: ten contacts' worth is borrowed at each level.
 *
 * A level is what is in it beside what borrows from it. A contact so counts once: were it in every level as well, ten failures
 * of an action that is alone in its group and its issue would not halve what is expected of it, but divide it by 32.
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
    const own = countOf(tally);
    return drawn(own, this.#rateOfAction(sums, action, own));
  }

  /** Of its treatments but the one with this count. */
  #rateOfAction({ book, issues, groups, actions }: LevelSums, action: Action, own: Sum): number {
    const ofAction = actions.get(action.name) ?? nothing;
    const rest = without(ofAction, own);
    if (!isSame(action.prior, this.#prior)) return posterior(action.prior, rest);
    const ofGroup = groups.get(action.group) ?? nothing;
    const ofIssue = issues.get(action.issue) ?? nothing;
    const inBook = posterior(this.#prior, without(book, ofIssue));
    const inIssue = drawn(without(ofIssue, ofGroup), inBook);
    return drawn(rest, drawn(without(ofGroup, ofAction), inIssue));
  }

  #sumsOf(tallies: Tallies): LevelSums {
    const known = this.#sums.get(tallies);
    if (known) return known;
    const sums = this.#addUp(tallies);
    this.#sums.set(tallies, sums);
    return sums;
  }

  #addUp(tallies: Tallies): LevelSums {
    const sums = { book: [0, 0] as MutableSum, issues: newSums(), groups: newSums(), actions: newSums() };
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

const nothing: Sum = [0, 0];

function newSums(): Map<string, MutableSum> {
  return new Map();
}

function sumOf(sums: Map<string, MutableSum>, name: string): MutableSum {
  const known = sums.get(name);
  if (known) return known;
  const sum: MutableSum = [0, 0];
  sums.set(name, sum);
  return sum;
}

function add(sum: MutableSum, tally: Tally): void {
  const [trials, positives] = countOf(tally);
  sum[0] += trials;
  sum[1] += positives;
}

/** A conversion that was counted ahead of its contact is a contact all the same. */
function countOf([trials, positives]: Tally): Sum {
  return [Math.max(trials, positives), positives];
}

function without([trials, positives]: Sum, [less, lessPositives]: Sum): Sum {
  return [trials - less, positives - lessPositives];
}

function drawn([trials, positives]: Sum, above: number): number {
  return (weightOfAbove * above + positives) / (weightOfAbove + trials);
}

function posterior({ positives, negatives }: Prior, [trials, found]: Sum): number {
  return (positives + found) / (positives + negatives + trials);
}

function isSame(one: Prior, other: Prior): boolean {
  return one.positives === other.positives && one.negatives === other.negatives;
}
