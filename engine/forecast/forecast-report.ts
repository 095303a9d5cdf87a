import { type Evaluation, type Interval, offPolicyReport, type Refusal } from '../off-policy/index.ts';
import type { ReasonCode } from '../reasons.ts';
import type { ChangedDecision } from './changed-decisions.ts';
import type { BudgetUse } from './forecast-budgets.ts';
import type { ForecastFindings } from './forecast-findings.ts';
import type { ActionCounts, BookReach } from './forecast-tally.ts';

/** What a forecast comes to, in the currency of the new book; values are those of one decision. */
export interface ForecastReport {
  readonly decisions: number;
  readonly changed: number;
  readonly examples: readonly ChangedDecision[];
  readonly value: ForecastValue;
  /** Who gains and who loses, by segment of the new book; those with the largest difference first. */
  readonly segments: readonly SegmentForecast[];
  /** By action, the largest change first. */
  readonly actions: readonly ActionForecast[];
  readonly reach: BeforeAfter<BookReach>;
  /** What contact policies and budgets keep out. */
  readonly limits: readonly LimitForecast[];
  readonly budgets: readonly BudgetUse[];
  /** Actions of the new book that nobody would have been shown, and why. */
  readonly neverChosen: readonly NeverChosen[];
  /** Customers who had events, but for whom nothing was decided: the forecast knows nothing of them. */
  readonly customersWithoutDecisions: number;
}

export interface BeforeAfter<Figure> {
  readonly before: Figure;
  readonly after: Figure;
}

export interface ForecastValue {
  readonly answer: 'better' | 'worse' | 'no-difference' | 'refused';
  readonly words: string;
  readonly refusals: readonly Refusal[];
  /** For whom something was decided. */
  readonly customers?: number;
  /** Value of one decision; absent where nothing was decided. Of a refused forecast it shows why it was refused. */
  readonly perDecision?: {
    readonly inForce: Estimated;
    readonly forecast: Estimated;
    readonly difference: Estimated;
  };
  /** How far the log resembles the new book. */
  readonly overlap?: Evaluation['overlap'];
}

export interface Estimated {
  readonly value: number;
  readonly interval: Interval;
}

export interface SegmentForecast {
  readonly segment: string;
  readonly customers: number;
  readonly answer: ForecastValue['answer'];
  readonly difference: Estimated;
}

export interface ActionForecast {
  readonly action: string;
  readonly group?: string;
  readonly contacts: BeforeAfter<number>;
  /** What it earned less what it cost, in all; after: an estimate without an interval. */
  readonly value: BeforeAfter<number>;
}

export interface LimitForecast {
  readonly name: string;
  readonly code: ReasonCode;
  /** Decisions in which it kept something out. */
  readonly decisions: BeforeAfter<number>;
}

export interface NeverChosen {
  readonly action: string;
  /** Decisions in which it was a candidate. */
  readonly asked: number;
  /** A code and who spoke, with its share; the most frequent first. */
  readonly reasons: readonly { readonly why: string; readonly share: number }[];
}

const reasonsMax = 3;
const roundingMax = 1e-9;

export function forecastReport(findings: ForecastFindings, actionsOfBook: Iterable<string>): ForecastReport {
  const { changes, logged, forecast, budgets, passedOver } = findings;
  return {
    decisions: changes.decisions,
    changed: changes.changed,
    examples: changes.examples(),
    value: worthTold(findings),
    segments: segmentsOf(findings),
    actions: actionsOf(findings),
    reach: { before: logged.reach, after: forecast.reach },
    limits: limitsOf(findings),
    budgets,
    neverChosen: neverChosenOf(findings, actionsOfBook),
    customersWithoutDecisions: passedOver,
  };
}

function worthTold({ evaluation, changes, isSame }: ForecastFindings): ForecastValue {
  if (!evaluation) return verdictOf(undefined);
  const scale = evaluation.rows / Math.max(1, changes.decisions);
  const { old, dr } = evaluation.estimates;
  const inForce = estimated(old, scale);
  const { overlap, clusters: customers } = evaluation;
  if (isSame) {
    // What both books choose alike needs no weighing, so no log is too short for it.
    const words = 'no change: the new rules choose what was chosen, with the same probabilities';
    const perDecision = { inForce, forecast: inForce, difference: none };
    return { answer: 'no-difference', words, refusals: [], customers, perDecision, overlap };
  }
  const told = withDifference(evaluation, scale);
  const difference = estimated(told.estimates.difference, 1);
  return {
    ...verdictOf(told),
    customers,
    perDecision: { inForce, forecast: estimated(dr, scale), difference },
    overlap,
  };
}

const none: Estimated = { value: 0, interval: { low: 0, high: 0 } };

function verdictOf(evaluation: Evaluation | undefined): Pick<ForecastValue, 'answer' | 'words' | 'refusals'> {
  const { answer, words, refusals } = offPolicyReport(evaluation);
  return { answer, words, refusals };
}

/** A row is a rank of a placement; what is told is told of a whole decision. */
function withDifference(evaluation: Evaluation, scale: number): Evaluation {
  const { difference, old } = evaluation.estimates;
  const { standardError, sequence } = difference;
  // Where nothing changes, sums that were taken in another order differ in their last digits.
  const own = Math.abs(difference.value) + standardError > roundingMax * Math.abs(old.value) ? scale : 0;
  const told = {
    ...estimated(difference, own),
    standardError: standardError * own,
    sequence: times(sequence, own),
  };
  return { ...evaluation, estimates: { ...evaluation.estimates, difference: told } };
}

function estimated({ value, interval }: Estimated, scale: number): Estimated {
  return { value: value * scale, interval: times(interval, scale) };
}

/** Nothing times a number below nothing would be -0. */
function times({ low, high }: Interval, scale: number): Interval {
  return scale === 0 ? none.interval : { low: low * scale, high: high * scale };
}

/** Of one rank of a placement: how many a decision of a segment has differs little. */
function segmentsOf({ segments, evaluation, changes, isSame }: ForecastFindings): readonly SegmentForecast[] {
  const scale = (evaluation?.rows ?? 0) / Math.max(1, changes.decisions);
  return [...segments]
    .map(([segment, own]): SegmentForecast => {
      const told = withDifference(own, scale);
      return {
        segment,
        customers: own.clusters,
        answer: isSame ? 'no-difference' : offPolicyReport(told).answer,
        difference: isSame ? none : estimated(told.estimates.difference, 1),
      };
    })
    .sort((one, other) => Math.abs(other.difference.value) - Math.abs(one.difference.value));
}

function actionsOf({ logged, forecast, values }: ForecastFindings): readonly ActionForecast[] {
  const names = new Set([...logged.actions.keys(), ...forecast.actions.keys()]);
  return [...names]
    .map((action) => {
      const [before, after] = [logged.actions.get(action), forecast.actions.get(action)];
      const group = after?.group ?? before?.group;
      const value = values.get(action);
      return {
        action,
        ...(group !== undefined && { group }),
        contacts: { before: before?.contacts ?? 0, after: after?.contacts ?? 0 },
        value: { before: value?.logged ?? 0, after: value?.forecast ?? 0 },
      };
    })
    .filter(({ contacts }) => contacts.before + contacts.after > 0)
    .sort((one, other) => changeOf(other) - changeOf(one) || (one.action < other.action ? -1 : 1));
}

function changeOf({ contacts }: ActionForecast): number {
  return Math.abs(contacts.after - contacts.before);
}

function limitsOf({ logged, forecast }: ForecastFindings): readonly LimitForecast[] {
  const names = new Set([...logged.limits.keys(), ...forecast.limits.keys()]);
  return [...names]
    .map((name) => {
      const [before, after] = [logged.limits.get(name), forecast.limits.get(name)];
      const code = (after ?? before)?.code ?? 'contact-policy';
      return { name, code, decisions: { before: before?.decisions ?? 0, after: after?.decisions ?? 0 } };
    })
    .sort((one, other) => other.decisions.after - one.decisions.after || (one.name < other.name ? -1 : 1));
}

function neverChosenOf({ forecast }: ForecastFindings, actions: Iterable<string>): readonly NeverChosen[] {
  return [...actions]
    .filter((action) => (forecast.actions.get(action)?.contacts ?? 0) === 0)
    .map((action) => whyNever(action, forecast.actions.get(action)));
}

function whyNever(action: string, counts: ActionCounts | undefined): NeverChosen {
  if (!counts) return { action, asked: 0, reasons: [] };
  const total = [...counts.reasons.values()].reduce((sum, count) => sum + count, 0);
  const reasons = [...counts.reasons]
    .sort(([, one], [, other]) => other - one)
    .slice(0, reasonsMax)
    .map(([why, count]) => ({ why, share: count / total }));
  return { action, asked: counts.asked, reasons };
}
