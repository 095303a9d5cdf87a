import type { DecideInput } from '../decide/decide-input.ts';
import type { Decision } from '../model/decision.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { type Evaluation, OffPolicyEstimator } from '../off-policy/index.ts';
import type { BookWorth, Worth } from './book-worth.ts';
import { ChangedDecisions } from './changed-decisions.ts';
import { compareSlots } from './compare-slots.ts';
import type { BudgetUse } from './forecast-budgets.ts';
import { contactName, contactsOfDecision, type ForecastCustomer } from './forecast-customer.ts';
import { BookTally } from './forecast-tally.ts';
import type { PastDecision } from './past-decision.ts';
import { correctionOf, loggedRowOf, type PendingRow, rewardOf } from './pending-row.ts';
import { isSameSlot, keyOf, placementIn, slotOf } from './slots.ts';

/** One decision under both books; one of them may not have made it. */
export interface DecisionPair {
  readonly logged: PastDecision | undefined;
  readonly made: Decision | undefined;
  /** What the forecast decided, or would have decided, on. */
  readonly input: DecideInput;
}

/** What an action earned under one book. */
export interface ActionValue {
  logged: number;
  forecast: number;
}

/** Of each, so many are told apart; what comes beyond counts in the whole alone. */
const segmentsMax = 64;
/** Customers of whom nothing was decided are counted as far as this. */
const passedOverMax = 1_000_000;

/** What a forecast found, row by row and in sums. */
export class ForecastFindings {
  readonly logged = new BookTally();
  readonly forecast = new BookTally();
  readonly changes = new ChangedDecisions();
  readonly values = new Map<string, ActionValue>();
  readonly segments = new Map<string, Evaluation>();
  evaluation: Evaluation | undefined;
  budgets: readonly BudgetUse[] = [];
  /** Rows, one a rank of a placement. */
  rows = 0;
  /** So far, both books put the same there with the same chances, everywhere. */
  isSame = true;
  readonly #rulebook: Rulebook;
  readonly #moves: boolean;
  readonly #passed = new Set<string>();
  readonly #rows: PendingRow[] = [];

  constructor(rulebook: Rulebook, { moves }: { readonly moves: boolean }) {
    this.#rulebook = rulebook;
    this.#moves = moves;
  }

  /** Customers who had messages, but nothing was decided for them. */
  get passedOver(): number {
    return this.#passed.size;
  }

  passOver(key: string): void {
    if (this.#passed.size < passedOverMax) this.#passed.add(key);
  }

  /** Something is decided for the customer after all. */
  meet(key: string): void {
    this.#passed.delete(key);
  }

  compare(customer: ForecastCustomer, pair: DecisionPair, worth: BookWorth): void {
    const { logged, made, input } = pair;
    const worthOf = worthIn(pair, worth);
    this.changes.add(logged?.decision, made);
    if (logged) this.logged.add(logged.decision, contactsOfDecision(logged.decision), worthOf);
    if (made) this.forecast.add(made, contactsOfDecision(made), worthOf);
    const segments = Object.keys(input.state?.segments ?? {}).filter((name) =>
      this.#rulebook.segments.has(name),
    );
    for (const name of placementsOf(pair)) {
      const ranks = this.#ranksOf(pair, name);
      for (let rank = 1; rank <= ranks; rank += 1) {
        this.#compareRank(customer, { ...pair, name, rank, worthOf, segments, worth });
      }
    }
  }

  #compareRank(
    customer: ForecastCustomer,
    { logged, made, input, name, rank, worthOf, segments, worth }: RankPair,
  ): void {
    const placement = placementIn(logged?.decision, name);
    const [before, after] = [slotOf(placement, rank), slotOf(placementIn(made, name), rank)];
    const isPlain = this.#rulebook.placements.get(name)?.without.has('P') === true;
    const row = compareSlots({
      cluster: input.customer,
      place: `${name}/${rank}`,
      logged: before,
      forecast: after,
      placement,
      worthOf,
      ...(isPlain && { plainP: (key: string) => worth.propensityOf(key, input.model) }),
      segments,
      credit: (key, amount) => {
        this.#valueOf(key).forecast += amount;
      },
      ...(this.#moves && { moved: customer.moved }),
    });
    this.#rows.push(row);
    this.isSame &&= isSameSlot(before, after);
    if (before.chosen && logged) {
      const { action, treatment } = before.chosen;
      customer.rows.set(
        contactName({ decision: logged.decision.id, placement: name, action, treatment }),
        row,
      );
    }
  }

  /** Ranks that either book may fill. */
  #ranksOf({ logged, made, input }: DecisionPair, name: string): number {
    const filled = [logged?.decision, made].map((each) => placementIn(each, name)?.treatments.length ?? 0);
    const limits = [this.#rulebook, logged?.input.rulebook].map(
      (book) => book?.placements.get(name)?.limit ?? 0,
    );
    return Math.max(...filled, ...(input.limit === undefined ? limits : [input.limit]));
  }

  finish(customers: Iterable<ForecastCustomer>, budgets: readonly BudgetUse[]): void {
    this.budgets = budgets;
    for (const { moved } of customers) moved.settle();
    const whole = new OffPolicyEstimator();
    const bySegment = new Map<string, OffPolicyEstimator>();
    for (const row of this.#rows) {
      const logged = loggedRowOf(row);
      whole.add(logged);
      for (const name of row.segments) estimatorOf(bySegment, name)?.add(logged);
      if (row.shown === undefined) continue;
      const value = this.#valueOf(row.shown);
      value.logged += rewardOf(row);
      value.forecast += correctionOf(row);
    }
    this.rows = this.#rows.length;
    this.evaluation = whole.evaluation();
    for (const name of [...bySegment.keys()].sort()) {
      const evaluation = bySegment.get(name)?.evaluation();
      if (evaluation) this.segments.set(name, evaluation);
    }
  }

  #valueOf(key: string): ActionValue {
    const action = key.slice(0, key.indexOf('/'));
    const known = this.values.get(action);
    if (known) return known;
    const value = { logged: 0, forecast: 0 };
    this.values.set(action, value);
    return value;
  }
}

interface RankPair extends DecisionPair {
  readonly name: string;
  readonly rank: number;
  readonly worthOf: (key: string) => Worth;
  readonly segments: readonly string[];
  readonly worth: BookWorth;
}

/** What the new book does not know is worth what the log says of it. */
function worthIn({ logged, input }: DecisionPair, worth: BookWorth): (key: string) => Worth {
  const at = worth.at(input);
  const shown = new Map(
    (logged?.decision.placements ?? []).flatMap(({ treatments }) =>
      treatments.map((treatment) => [keyOf(treatment), treatment] as const),
    ),
  );
  return (key) => at(key, shown.get(key));
}

function placementsOf({ logged, made }: DecisionPair): ReadonlySet<string> {
  return new Set(
    [logged?.decision, made].flatMap((each) => each?.placements.map(({ placement }) => placement) ?? []),
  );
}

function estimatorOf(
  estimators: Map<string, OffPolicyEstimator>,
  name: string,
): OffPolicyEstimator | undefined {
  const known = estimators.get(name);
  if (known || estimators.size >= segmentsMax) return known;
  const estimator = new OffPolicyEstimator({ groupsMax: 10_000 });
  estimators.set(name, estimator);
  return estimator;
}
