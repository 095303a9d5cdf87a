import type { Counted } from './contact-policy.ts';
import type { CustomerKey, DecisionId } from './ids.ts';
import type { Json, JsonObject } from './json.ts';
import type { OutcomeKind } from './outcome.ts';
import type { ServedContext } from './propensity-model.ts';

/**
 * State of one feature: an array of plain JSON, mostly numbers. What stands where is the business of the feature's kind
 * (`features/`).
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
  /** Epoch ms from which a grant counts no more; absent: never. */
  readonly expiresAt?: number;
}

/** External attributes of one overlay, joined to a presented id. */
export interface OverlayState {
  readonly values: JsonObject;
  /** When the source told them, epoch ms; of two tellings the newer one stands. */
  readonly at: number;
  /** Where they come from: a file's name and digest, or a service's address without its query. */
  readonly source: string;
  /** Epoch ms from which they count no more; absent: never. */
  readonly expiresAt?: number;
}

/** A customer's place in a segment, as it was last judged. */
export interface SegmentMembership {
  /** Epoch ms. */
  readonly since: number;
  /** What the customer adds to the segment's value, in millionths; 0 where the segment tracks none. */
  readonly value: number;
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
  /** `hash48` of the session that the request named; only where a policy counts by session. */
  readonly session?: number;
  /** First time of each outcome, epoch ms. */
  readonly outcomes?: Readonly<Partial<Record<OutcomeKind, number>>>;
  /** What the models knew when it was made, by code; until it converted, or its learning window is over. */
  readonly served?: readonly ServedContext[];
  /** It teaches nothing unless it is viewed: its channel asked for views when it was made. */
  readonly needsView?: true;
}

/**
 * A decision that showed the customer nothing by chance, so that what happens without any action is learned. It is no
 * contact: nothing but the learning of `none/none` knows of it.
 */
export interface Baseline {
  readonly decision: DecisionId;
  readonly at: number;
  readonly channel: string;
  readonly placement: string;
  /** What a hold-out kept from being shown; further trials keep its contact policies. Absent: showing nothing was drawn. */
  readonly instead?: Pick<Contact, 'action' | 'group' | 'treatment'>;
  /** What the models knew, by code; until it converted. */
  readonly served?: readonly ServedContext[];
  /** When the customer converted without having been shown anything, epoch ms. */
  readonly converted?: number;
}

/** What became of the contacts with one offer that the ledger forgot: kept where a policy counts for ever. */
export interface ForgottenContacts {
  readonly action: string;
  readonly group: string;
  readonly treatment: string;
  readonly channel: string;
  readonly placement: string;
  /** Contacts by what they had become; absent: none. */
  readonly counts: Readonly<Partial<Record<Counted, number>>>;
}

/** What one presented id contributed. Kept apart after a merge, so that taking it out again is exact. */
export interface Profile {
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly traits: Readonly<Record<string, TraitState>>;
  /** By the feature's key (`Feature.key`), which follows from its definition. */
  readonly features: Readonly<Record<string, FeatureState>>;
  /** By purpose (`marketing`) or purpose and channel (`marketing/email`). */
  readonly consent: Readonly<Record<string, ConsentState>>;
  /** Ascending by time, then decision id. */
  readonly contacts: readonly Contact[];
  /** In the order of their offers; absent: none. */
  readonly forgotten?: readonly ForgottenContacts[];
  /** External attributes by the name of their overlay. */
  readonly overlays: Readonly<Record<string, OverlayState>>;
  /** Ascending by time, then decision id; absent: none. */
  readonly baselines?: readonly Baseline[];
}

/** A trigger that waits; it is due on the customer's own time line. */
export interface PendingTimer {
  /**
   * The trigger's name, with the merged id where there is one: each id of a customer waits for itself. What quiet hours
   * put off waits under an id with the event's, so that every event is answered.
   */
  readonly id: string;
  readonly due: number;
  readonly trigger: string;
  /** The event that started the wait. */
  readonly messageId: string;
  /** Facts of that event, which the trigger's conditions may read when the wait is over. */
  readonly event: Json;
  /** Timers of replayed events ripen on the partition's stream time, not on the wall clock. */
  readonly replayed?: true;
  /** The merged id whose event started it; absent: the document's own. */
  readonly of?: CustomerKey;
  /** When the trigger asked first, epoch ms, where quiet hours put the decision off. */
  readonly since?: number;
}

/** The document of one presented id. */
export interface CustomerState {
  readonly schema: 4;
  readonly key: CustomerKey;
  /** This id's own contribution. */
  readonly own: Profile;
  /** Contributions of the ids that were merged into this one, by their key. */
  readonly sources: Readonly<Record<string, Profile>>;
  /** Of merged ids that had been merged into another before they came here: that other id. All others came directly. */
  readonly via: Readonly<Record<string, CustomerKey>>;
  /** Set once this id was merged into another: everything for it goes there. */
  readonly forward?: CustomerKey;
  /**
   * `[mine, theirs, mine, theirs, ...]`: an id of this customer, and one it was parted from, with which it is not brought
   * together again by itself.
   */
  readonly splits: readonly CustomerKey[];
  /** Hashes of the messages applied lately, with their receipt time, newest last: `[hash, at, hash, at, ...]`. */
  readonly seen: readonly number[];
  readonly timers: readonly PendingTimer[];
  /** Segments the customer is in, by name. */
  readonly segments: Readonly<Record<string, SegmentMembership>>;
  /** The moment for which the segments were judged last, epoch ms; it never goes back. Absent before. */
  readonly judgedAt?: number;
  /** The customer began anew after an erasure: nothing that happened up to here is taken in. Epoch ms. */
  readonly erasedUntil?: number;
  /**
   * Changes of consent that were accepted while their events are still on their way through the log. Whoever asks for a
   * decision is bound by them at once; the fold is not, so that a replay comes to the same state. Absent when empty.
   */
  readonly pendingConsent?: readonly PendingConsent[];
}

/** A change of consent ahead of its event. */
export interface PendingConsent {
  /** `hash48` of the id under which the event will arrive at this document; it settles the change. */
  readonly message: number;
  /** The id that said it. */
  readonly of: CustomerKey;
  /** `marketing` or `marketing/email`. */
  readonly name: string;
  readonly state: ConsentState;
}

export const emptyProfile: Profile = {
  firstSeenAt: 0,
  lastSeenAt: 0,
  traits: {},
  features: {},
  consent: {},
  contacts: [],
  overlays: {},
};

/** `erasedUntil`: where an erasure left a mark that is still in force. */
export function newCustomerState(key: CustomerKey, erasedUntil?: number): CustomerState {
  return {
    schema: 4,
    key,
    own: emptyProfile,
    sources: {},
    via: {},
    splits: [],
    seen: [],
    timers: [],
    segments: {},
    ...(erasedUntil !== undefined && { erasedUntil }),
  };
}
