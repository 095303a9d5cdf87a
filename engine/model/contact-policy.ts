import type { Condition } from './condition.ts';
import type { OutcomeKind } from './outcome.ts';

/** What a contact policy counts apart, from the widest to the narrowest. */
export const policyScopes = [
  'customer',
  'channel',
  'placement',
  'issue',
  'group',
  'action',
  'treatment',
] as const;

export type PolicyScope = (typeof policyScopes)[number];

/** What a contact must have become in order to count. `decided` counts at once. */
export type Counted = 'decided' | OutcomeKind;

/** Contacts and candidates that a policy speaks of; an empty list means all. */
export interface ContactMatch {
  readonly channels: readonly string[];
  readonly placements: readonly string[];
  /** Full names; an issue stands here as all its groups. */
  readonly groups: readonly string[];
  readonly actions: readonly string[];
  /** `action/treatment`. */
  readonly treatments: readonly string[];
}

export type CalendarWindow = 'day' | 'week' | 'month';

/** Which contacts count by their time. */
export type ContactWindow =
  | { readonly kind: 'rolling'; readonly ms: number }
  /** So far, in the customer's time zone. */
  | { readonly kind: 'calendar'; readonly period: CalendarWindow }
  /** Those of the session that the request names. */
  | { readonly kind: 'session' }
  /** Since the customer's current visit began, by this feature of the kind `sessions`. */
  | { readonly kind: 'visit'; readonly feature: string }
  | { readonly kind: 'ever' };

interface PolicyBase {
  readonly name: string;
  readonly match: ContactMatch;
  /** The customers whom it binds; absent: all. */
  readonly when?: Condition;
}

interface CountingPolicy extends PolicyBase {
  readonly scope: PolicyScope;
  readonly counts: Counted;
  /** Ms for which a contact that was decided counts as if it had become what is counted. */
  readonly reserveMs?: number;
}

/** At most `limit` counted contacts of one scope in the window, this one included. */
export interface FrequencyCap extends CountingPolicy {
  readonly kind: 'cap';
  readonly limit: number;
  readonly window: ContactWindow;
}

/** None of one scope for a while after one that counted. */
export interface CoolDown extends CountingPolicy {
  readonly kind: 'cool-down';
  readonly pauseMs: number;
}

/** A rest for one scope after so many outcomes within so long. */
export interface OutcomeRest extends PolicyBase {
  readonly kind: 'rest';
  readonly scope: PolicyScope;
  readonly after: { readonly outcome: OutcomeKind; readonly times: number; readonly withinMs: number };
  readonly restMs: number;
}

/** None at all, for those whom it binds. */
export interface Prohibition extends PolicyBase {
  readonly kind: 'forbid';
}

/** Only at these times, in the customer's time zone. */
export interface TimeWindow extends PolicyBase {
  readonly kind: 'hours';
  /** Ms since midnight; a window that ends before it begins goes past midnight. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Days on which a window begins: 0 for Monday to 6 for Sunday, ascending. */
  readonly days: readonly number[];
}

/** Of the actions it speaks of only one at a time: the first to be counted keeps the others out. */
export interface ExclusiveActions extends CountingPolicy {
  readonly kind: 'exclusive';
  readonly withinMs: number;
}

/** Not for a while after another, related action. */
export interface RelatedAction extends CountingPolicy {
  readonly kind: 'not-after';
  readonly withinMs: number;
  /** The related ones; an empty list of the two adds none. */
  readonly after: { readonly actions: readonly string[]; readonly groups: readonly string[] };
}

export type ContactPolicy =
  | FrequencyCap
  | CoolDown
  | OutcomeRest
  | Prohibition
  | TimeWindow
  | ExclusiveActions
  | RelatedAction;

export type PolicyKind = ContactPolicy['kind'];

/** Those that count contacts when they were decided or came to an outcome. */
export type Tallying = FrequencyCap | CoolDown | ExclusiveActions | RelatedAction;

/** An action that goes before all others, and the policies that it passes over. */
export interface Mandatory {
  readonly overrides: 'all' | readonly string[];
}

/** What a contact policy saw when it forbade a contact. */
export interface PolicySight {
  /** Contacts or outcomes that counted. */
  readonly count?: number;
  readonly limit?: number;
  /** Epoch ms from which on this policy alone would not stand in the way, if nothing else happens; absent: not by time. */
  readonly until?: number;
}
