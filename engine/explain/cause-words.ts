import type { ContactPolicy, FrequencyCap } from '../model/contact-policy.ts';
import type { ExplainedAction } from '../model/explanation.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { failureWords } from './fact-words.ts';
import {
  countWords,
  durationWords,
  listWords,
  momentWords,
  nameWords,
  numberWords,
  type WallClock,
} from './phrases.ts';

/** What sentences are told with. */
export interface Teller {
  readonly rulebook: Rulebook;
  readonly timeZone: string;
  /** The moment of the decision. */
  readonly now: number;
}

export function clockOf({ rulebook, timeZone, now }: Teller): WallClock {
  return { timeZone, zones: rulebook.timeZones, now };
}

/** Why an action was not shown, as what follows a "because". */
export function causeWords(teller: Teller, told: Omit<ExplainedAction, 'words' | 'counterfactual'>): string {
  const by = nameWords(told.by ?? '');
  switch (told.code) {
    case 'chosen':
      return 'it was the best choice';
    case 'not-valid-now':
      return validityWords(teller, told);
    case 'no-treatment':
      return 'there is no version of it for this place';
    case 'eligibility':
      return withFailure(teller, told, 'the customer may not have it');
    case 'applicability':
      return withFailure(teller, told, 'it does not matter to the customer right now');
    case 'suitability':
      return withFailure(teller, told, 'it would not be good for the customer');
    case 'consent':
      return consentWords(told.by ?? '');
    case 'quiet-hours':
      return `it is a quiet time where the customer is${untilWords(teller, told)}`;
    case 'contact-policy':
      return policyWords(teller, told);
    case 'budget':
      return `the budget ${by} is used up`;
    case 'paced':
      return `the budget ${by} is spread over time, and its share for now is used up`;
    case 'not-worth-its-cost':
      return `reaching the customer would cost more than it is likely to bring in${worthWords(told)}`;
    case 'adds-nothing':
      return `it makes a success no likelier than it is without any offer${upliftWords(told)}`;
    case 'holdout':
      return `the customer is in a group (${by}) that is left alone so that the effect of our offers can be measured`;
    case 'other-arm':
      return `it is being tried out (${by}) with other customers`;
    case 'outranked':
      return `other offers came first${rankWords(told)}`;
    case 'left-alone':
      return 'by chance nothing was shown this time, so that we learn what happens without any offer';
    case 'diversity':
      return `enough offers of its kind came first${rankWords(told)}`;
    case 'already-placed':
      return 'the customer already sees it in another place';
    case 'degraded':
      return 'what is known of the customer could not be looked up at that moment';
    case 'coupled':
      return `it only appears together with another place (${by}), for which nothing was left`;
  }
}

function withFailure(teller: Teller, { failed }: Pick<ExplainedAction, 'failed'>, cause: string): string {
  return failed
    ? `${cause}: ${failureWords(failed, { rulebook: teller.rulebook, clock: clockOf(teller) })}`
    : cause;
}

function validityWords(
  teller: Teller,
  { action: name, treatment }: Pick<ExplainedAction, 'action' | 'treatment'>,
): string {
  const { rulebook, now } = teller;
  const action = rulebook.actions.get(name);
  const own = action?.treatments.find((one) => one.name === treatment)?.policy?.valid;
  const valid = [action?.valid, own].find((one) => one && (now < one.from || now >= one.until));
  if (!valid) return 'it is not on offer at this time';
  if (valid.until <= valid.from) return 'it is never on offer';
  return now < valid.from
    ? `it only starts on ${momentWords(valid.from, clockOf(teller))}`
    : `it ended on ${momentWords(valid.until, clockOf(teller))}`;
}

/** `marketing` or `marketing (expired)`. */
function consentWords(by: string): string {
  const [, purpose = by, expired] = /^(.*?)( \(expired\))?$/.exec(by) ?? [];
  return expired === undefined
    ? `the customer has not agreed to ${nameWords(purpose)}`
    : `the customer's consent to ${nameWords(purpose)} is over`;
}

function untilWords(teller: Teller, { until }: Pick<ExplainedAction, 'until'>): string {
  return until === undefined ? '' : `, until ${momentWords(until, clockOf(teller))}`;
}

function worthWords({ ranking }: Pick<ExplainedAction, 'ranking'>): string {
  return ranking ? ` (by ${numberWords(-ranking.own.priority)})` : '';
}

/** ` (4 % with it, 5 % without)`. */
function upliftWords({ ranking }: Pick<ExplainedAction, 'ranking'>): string {
  const { P, P0 } = ranking?.own ?? {};
  return P === undefined || P0 === undefined
    ? ''
    : ` (${numberWords(P * 100)} % with it, ${numberWords(P0 * 100)} % without)`;
}

function rankWords({ ranking }: Pick<ExplainedAction, 'ranking'>): string {
  if (!ranking?.last) return '';
  return ` (its score was ${numberWords(ranking.own.priority)}, the last one shown had ${numberWords(ranking.last.priority)})`;
}

function policyWords(teller: Teller, told: Pick<ExplainedAction, 'by' | 'seen'>): string {
  const policy = teller.rulebook.policies.find(({ name }) => name === told.by);
  if (!policy) return `the rule ${nameWords(told.by ?? '')} does not allow it now`;
  const rule = `rule ${nameWords(policy.name)}`;
  switch (policy.kind) {
    case 'cap':
      return capWords(policy, told.seen?.count);
    case 'cool-down':
      return `${subjectWords(policy)} came less than ${durationWords(policy.pauseMs)} ago (${rule})`;
    case 'rest':
      return `after ${countWords(told.seen?.count ?? policy.after.times, policy.after.outcome)} of the customer we wait for ${durationWords(policy.restMs)} (${rule})`;
    case 'forbid':
      return `we do not offer it to customers like this one (${rule})`;
    case 'hours':
      return `it may only come between ${timeWords(policy.fromMs)} and ${timeWords(policy.untilMs)} (${rule})`;
    case 'exclusive':
      return `another offer of the same kind is still running (${rule})`;
    case 'not-after':
      return `a related offer came less than ${durationWords(policy.withinMs)} ago (${rule})`;
  }
}

/** `the customer already got 3 push messages in the last 7 days, and 3 is the limit`. */
function capWords(policy: FrequencyCap, count = policy.limit): string {
  const { window, limit, counts } = policy;
  if (limit === 0) return `nothing of this kind is allowed at all (rule ${nameWords(policy.name)})`;
  const what =
    counts === 'decided'
      ? countWords(count, nounOf(policy))
      : `${countWords(count, counts)} of ${nounOf(policy)}s`;
  const got = counts === 'decided' ? 'already got' : 'already had';
  return `the customer ${got} ${what} ${windowWords(window)}, and ${numberWords(limit)} is the limit (rule ${nameWords(policy.name)})`;
}

function nounOf({ match }: Pick<ContactPolicy, 'match'>): string {
  const { channels, actions, groups } = match;
  const about = [...actions, ...groups].map(nameWords);
  const kind = channels.length > 0 ? `${listWords(channels, 'or')} message` : 'message';
  return about.length === 0 ? kind : `${listWords(about, 'or')} ${kind}`;
}

function subjectWords(policy: Pick<ContactPolicy, 'match'>): string {
  return `the last ${nounOf(policy)}`;
}

function windowWords(window: FrequencyCap['window']): string {
  switch (window.kind) {
    case 'rolling':
      return `in the last ${durationWords(window.ms)}`.replace(/^in the last 1 /, 'in the last ');
    case 'calendar':
      return window.period === 'day' ? 'today' : `this ${window.period}`;
    case 'session':
      return 'in this session';
    case 'visit':
      return 'in this visit';
    case 'ever':
      return 'so far';
  }
}

function timeWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}
