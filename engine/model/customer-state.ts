import type { CustomerKey, DecisionId } from './ids.ts';
import type { Json } from './json.ts';
import type { OutcomeKind } from './outcome.ts';

/**
 * State of one feature, by the kind of aggregate:
 * - lifetime `count`: `[n]`; lifetime `sum`: `[millionths]`;
 * - rolling `count` and `sum`: `[width, t1, v1, t2, v2, ...]`, t ascending, width 0 while exact, else the bucket width in ms;
 * - `recency`: `[t]`; `last`: `[t, tie, value]`.
 */
export type FeatureState = readonly Json[];

/** A trait with the event time that set it, so that an older event never overwrites a newer one. */
export type TraitState = readonly [value: Json, at: number];

export type ConsentStatus = 'granted' | 'denied' | 'withdrawn';

export interface ConsentState {
  readonly status: ConsentStatus;
  /** Event time of the change, epoch ms. */
  readonly at: number;
  /** Where it was given: the `source` property, else the event's name. */
  readonly source: string;
}

/** One line of the ledger of contacts: what we put before this customer, in whichever channel. */
export interface Contact {
  readonly decision: DecisionId;
  readonly at: number;
  readonly action: string;
  readonly group: string;
  readonly treatment: string;
  readonly channel: string;
  readonly placement: string;
  /** First time of each outcome, epoch ms. */
  readonly outcomes?: Readonly<Partial<Record<OutcomeKind, number>>>;
}

/** What one presented id contributed. Kept apart after a merge, so that taking it out again is exact. */
export interface Profile {
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly traits: Readonly<Record<string, TraitState>>;
  readonly features: Readonly<Record<string, FeatureState>>;
  /** By purpose (`marketing`) or purpose and channel (`marketing/email`). */
  readonly consent: Readonly<Record<string, ConsentState>>;
  /** Ascending by time, then decision id. */
  readonly contacts: readonly Contact[];
}

/** A trigger that waits; it is due on the customer's own time line. */
export interface PendingTimer {
  readonly id: string;
  readonly due: number;
  readonly trigger: string;
  /** The event that started the wait. */
  readonly messageId: string;
  /** Facts of that event, which the trigger's conditions may read when the wait is over. */
  readonly event: Json;
  /** Timers of replayed events ripen on the partition's stream time, not on the wall clock. */
  readonly replayed?: true;
}

/** The document of one presented id. */
export interface CustomerState {
  readonly schema: 1;
  readonly key: CustomerKey;
  /** This id's own contribution. */
  readonly own: Profile;
  /** Contributions of the ids that were merged into this one, by their key. */
  readonly sources: Readonly<Record<string, Profile>>;
  /** Set once this id was merged into another: everything for it goes there. */
  readonly forward?: CustomerKey;
  /** Hashes of the messages applied lately, with their receipt time, newest last: `[hash, at, hash, at, ...]`. */
  readonly seen: readonly number[];
  readonly timers: readonly PendingTimer[];
}

export const emptyProfile: Profile = {
  firstSeenAt: 0,
  lastSeenAt: 0,
  traits: {},
  features: {},
  consent: {},
  contacts: [],
};

export function newCustomerState(key: CustomerKey): CustomerState {
  return { schema: 1, key, own: emptyProfile, sources: {}, seen: [], timers: [] };
}
