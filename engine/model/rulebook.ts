import type { ReferenceTable } from '../overlays/reference-table.ts';
import type { TimeZones } from '../ports.ts';
import type { Condition, DefinitionPlace } from './condition.ts';
import type { Feature } from './feature.ts';
import type { CustomerKey } from './ids.ts';
import type { Json } from './json.ts';
import type { OutcomeKind } from './outcome.ts';

import type { Segmentation } from './segmentation.ts';

export type { CalendarPeriod, Feature, FeatureKind, FeatureOf, QuintileEdges, RfmEdges } from './feature.ts';

/**
 * The compiled rulebook: what rule files become once they are parsed, checked and compiled. Immutable; a change of a
 * rule file makes a new one, and a decision holds on to the one it began with.
 */

/** The values of all facts of a rulebook for one decision, by slot. */
export type FactValues = readonly unknown[];

/** Where a fact's value comes from. `path` is the property chain below the source. */
export type FactSource =
  /** `part`: one of the values that the feature has beside its own, such as one of the keys it is told apart by. */
  | { readonly kind: 'feature'; readonly feature: string; readonly part?: string }
  | { readonly kind: 'traits'; readonly path: readonly string[] }
  | { readonly kind: 'context'; readonly path: readonly string[] }
  | { readonly kind: 'event'; readonly path: readonly string[] }
  | { readonly kind: 'customer'; readonly path: readonly string[] }
  /** An external attribute. `needs` is what its key is read from, where that does not exist everywhere. */
  | {
      readonly kind: 'overlay';
      readonly overlay: string;
      readonly attribute: string;
      readonly needs?: 'context';
    }
  /** The moment of the decision, epoch ms. */
  | { readonly kind: 'now' }
  /** What another fact was before the event that set off a trigger. */
  | { readonly kind: 'before'; readonly of: FactSource };

export interface FactSlot {
  readonly name: string;
  readonly source: FactSource;
}

/** Half-open `[from, until)`, epoch ms. */
export interface Validity {
  readonly from: number;
  readonly until: number;
}

export interface Treatment {
  readonly name: string;
  readonly channel: string;
  /** Empty: every placement of the channel. */
  readonly placements: readonly string[];
  readonly content: Content;
  /** Position among all treatments of the book. */
  readonly index: number;
}

/** Content whose strings are templates over `traits`, `context`, `event`, `features`, `action` and `customer`. */
export interface Content {
  readonly source: Json;
  readonly render: (scope: Readonly<Record<string, unknown>>) => Json;
  /** The form that may leave in decision streams: parts that read personal data stay as they are written. Absent: `render`. */
  readonly publish?: (scope: Readonly<Record<string, unknown>>) => Json;
}

/** Beta prior of a treatment's propensity, as pseudo-counts. */
export interface Prior {
  readonly positives: number;
  readonly negatives: number;
}

export interface Action {
  readonly name: string;
  readonly issue: string;
  /** Full name `issue/group`. */
  readonly group: string;
  /** Purpose of consent it needs; absent: none. */
  readonly purpose?: string;
  readonly value: number;
  /** Of one contact, by channel; absent channels cost nothing. */
  readonly cost: Readonly<Record<string, number>>;
  readonly lever: number;
  readonly prior: Prior;
  readonly valid: Validity;
  readonly eligibility: Condition | undefined;
  readonly applicability: Condition | undefined;
  readonly suitability: Condition | undefined;
  readonly treatments: readonly Treatment[];
  /** Names of the budgets that pay for it. */
  readonly budgets: readonly string[];
  /** Position in the book. */
  readonly index: number;
}

/** The engagement policy asks in this order: may they have it, is it relevant now, is it good for them? */
export type Tier = 'eligibility' | 'applicability' | 'suitability';

/** The engagement policies of all actions, answered together. */
export interface EngagementMatcher {
  /**
   * Judges every candidate of these placements. What it found stands until the next match, which is no danger: a decision
   * is made in one go.
   */
  match(facts: FactValues, placements: readonly Placement[]): void;
  /** The first tier that keeps a candidate out; undefined when none does. */
  failedTier(action: Action): Tier | undefined;
}

export interface Channel {
  readonly name: string;
  /** Push channels are sent to; pull channels ask. */
  readonly direction: 'pull' | 'push';
  /** A contact in this channel needs this purpose for the channel itself: `marketing` also asks for `marketing/email`. */
  readonly consentPerChannel: boolean;
}

export interface Placement {
  readonly name: string;
  readonly channel: string;
  readonly limit: number;
  readonly fallback: Content | undefined;
  /** Factors that this placement leaves out. */
  readonly without: ReadonlySet<'P' | 'V' | 'C' | 'L' | 'cost'>;
  /** The treatments that may stand here, best one per action is chosen in arbitration; ordered by action, then treatment. */
  readonly candidates: readonly Candidate[];
}

/** One action with the treatments that fit one placement. An action without any is a candidate too: it leaves with a reason. */
export interface Candidate {
  readonly action: Action;
  readonly treatments: readonly Treatment[];
}

export type PolicyScope = 'customer' | 'channel' | 'placement' | 'group' | 'action' | 'treatment';

/** A cap on contacts: at most `limit` counted contacts of the same scope in the window, this one included. */
export interface ContactPolicy {
  readonly name: string;
  readonly scope: PolicyScope;
  /** Contacts and candidates it speaks of; an empty list means all. */
  readonly match: {
    readonly channels: readonly string[];
    readonly placements: readonly string[];
    readonly groups: readonly string[];
    readonly actions: readonly string[];
  };
  readonly limit: number;
  readonly windowMs: number;
  /** What a contact must have become in order to count. `decided` counts at once. */
  readonly counts: 'decided' | OutcomeKind;
}

export type BudgetPeriod = 'hour' | 'day' | 'week' | 'total';

/**
 * Customers by a condition on what is known of them. A condition that uses it asks anew each time; beside that,
 * membership is kept in the customer's state, so that entering and leaving are events and sizes are known.
 */
export interface Segment {
  readonly name: string;
  readonly when: Condition;
  /** Feature whose sum over the members is the segment's value. */
  readonly value?: string;
  readonly description?: string;
}

/** A volume limit across customers. Never exceeded. */
export interface Budget {
  readonly name: string;
  readonly unit: 'contacts' | 'cost';
  /** Contacts, or millionths of the currency for `cost`. */
  readonly total: number;
  readonly period: BudgetPeriod;
}

export interface ContextWeight {
  readonly when: Condition;
  /** Full group name, or action name; empty lists match all. */
  readonly groups: readonly string[];
  readonly actions: readonly string[];
  readonly weight: number;
}

export interface Arbitration {
  /** Share of decisions in which a rank is filled at random among those permitted, 0..1. */
  readonly explorationRate: number;
  /** C multiplies every weight whose condition holds. */
  readonly contextWeights: readonly ContextWeight[];
  /** Levers by issue or full group name; they multiply with the action's own. */
  readonly levers: Readonly<Record<string, number>>;
  readonly prior: Prior;
}

export interface Holdout {
  readonly name: string;
  readonly salt: string;
  /** Share of customers held out, 0..1. */
  readonly share: number;
}

/** An event that asks for a decision in push placements. */
export interface Trigger {
  readonly name: string;
  readonly events: readonly string[];
  readonly when: Condition | undefined;
  readonly placements: readonly string[];
  /** Decide this long after the event, if `when` still holds then; 0 decides in the event's own fold. */
  readonly waitMs: number;
}

/** An identifier that events carry and by which documents are recognised as one customer: an e-mail address, a card. */
export interface Identifier {
  readonly name: string;
  /** Property chains below the event. */
  readonly from: readonly (readonly string[])[];
  /** Values are compared, and kept, as hashes. */
  readonly hash: boolean;
  /** The id that such a value presents; undefined for a value that identifies nobody. */
  readonly keyOf: (value: unknown) => CustomerKey | undefined;
}

export interface IdentityRules {
  readonly identifiers: readonly Identifier[];
  /** How many ids of a kind (`user`, `anonymous`, an identifier's name) one customer may have; others are not limited. */
  readonly limits: Readonly<Record<string, number>>;
  /** Ids and patterns that the book blocks beside those that are always blocked, as they are written. */
  readonly block: readonly string[];
  /** Ids that many people share, such as `unknown`: they are never merged. */
  readonly isBlocked: (key: CustomerKey) => boolean;
}

/** What must not leave: places below `traits`, `context` and `properties` that hold personal data. */
export interface PrivacyRules {
  /** Such as `['traits', 'email']` or `['properties', 'phone']`. */
  readonly personal: readonly (readonly string[])[];
}

/** What an external attribute is. */
export type AttributeType = 'number' | 'text' | 'flag';

/** External attributes, joined to customers or to a key such as a postcode. */
export interface Overlay {
  readonly name: string;
  readonly description?: string;
  /** Those that it may bring. */
  readonly attributes: Readonly<Record<string, AttributeType>>;
  /** Ms after which what is told from now on counts no more; absent: never. */
  readonly expiresMs?: number;
  /** Of a file: where the customer or the key stands. */
  readonly column: string;
  readonly join: OverlayOfCustomer | OverlayByKey;
}

export interface OverlayOfCustomer {
  readonly kind: 'customer';
  /** What stands in the column: `userId`, `anonymousId`, or the name of an identifier. */
  readonly by: string;
  /** Asked for a customer of whom nothing current is known. */
  readonly service?: OverlayService;
}

export interface OverlayByKey {
  readonly kind: 'key';
  /** The fact whose value is the key. */
  readonly fact: FactSlot;
  /** The table that lies beside the rules, with its path; absent: it is loaded into the store. */
  readonly file?: { readonly path: string; readonly table: ReferenceTable };
}

export interface OverlayService {
  /** As it is written: `https://...` with gaps such as `{{ customer.id }}`. */
  readonly url: string;
  /** The address to ask for one customer; undefined where a gap has no value. */
  readonly addressOf: (customer: ServiceCustomer) => string | undefined;
  readonly timeoutMs: number;
  /** Names of environment variables by the header that they fill. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a service's address may tell of a customer. */
export interface ServiceCustomer {
  readonly key: CustomerKey;
  readonly trait: (name: string) => Json | undefined;
}

/** An event that tells what became of a contact. */
export interface OutcomeRule {
  readonly name: string;
  readonly events: readonly string[];
  readonly outcome: OutcomeKind;
  readonly where: Condition | undefined;
  /** Only contacts of these; empty lists match all. */
  readonly groups: readonly string[];
  readonly actions: readonly string[];
  readonly channels: readonly string[];
  /** Property chain below the event that names the decision; absent: the last contact inside the window. */
  readonly decisionAt?: readonly string[];
  readonly windowMs: number;
}

/** An event that changes consent. */
export interface ConsentRule {
  readonly events: readonly string[];
  readonly where: Condition | undefined;
  readonly status: 'granted' | 'denied' | 'withdrawn';
  readonly purpose: string;
  readonly channel?: string;
  /** Ms after which a grant counts no more; absent: never. */
  readonly expiresMs?: number;
  /** Property chain below the event that tells when the grant ends; it goes before `expiresMs`. */
  readonly expiresFrom?: readonly string[];
}

/** An event that a test makes up. */
export interface TestEvent {
  readonly name: string;
  readonly properties: Readonly<Record<string, Json>>;
  readonly context: Readonly<Record<string, Json>>;
  readonly traits: Readonly<Record<string, Json>>;
}

/** A test inside a rule file. */
export interface RulebookTest {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** Epoch ms; absent: the moment of the run. */
  readonly at?: number;
  readonly customer: {
    readonly known: boolean;
    readonly features: Readonly<Record<string, Json>>;
    readonly traits: Readonly<Record<string, Json>>;
    /** Values of overlays, by `overlay.<name>.<attribute>`. */
    readonly overlays: Readonly<Record<string, Json>>;
    /** `expired`: granted, and over by then. */
    readonly consent: Readonly<Record<string, 'granted' | 'denied' | 'withdrawn' | 'expired'>>;
    readonly contacts: readonly {
      readonly action: string;
      readonly treatment?: string;
      readonly channel?: string;
      readonly placement?: string;
      /** Age of the contact in ms. */
      readonly agoMs: number;
    }[];
  };
  readonly placement: string;
  readonly context: Readonly<Record<string, Json>>;
  /** The event at hand, as for a trigger that asks; it happens at the moment of the decision. */
  readonly event?: TestEvent;
  readonly expect: {
    readonly first?: string;
    /** In this order, from the top. */
    readonly ranked?: readonly string[];
    readonly in: readonly string[];
    /** Action -> reason code. */
    readonly out: Readonly<Record<string, string>>;
    /** All triggers that the event sets off, in any order. */
    readonly triggers?: readonly string[];
    readonly fallback?: boolean;
  };
}

/** What a rulebook defines by name. */
export type DefinitionKind =
  | 'action'
  | 'feature'
  | 'channel'
  | 'placement'
  | 'policy'
  | 'budget'
  | 'trigger'
  | 'outcome'
  | 'condition'
  | 'segment'
  | 'overlay';

/** Where the definitions of a book stand in its files, for tools that point at them. */
export interface DefinitionPlaces {
  readonly named: Readonly<Record<DefinitionKind, ReadonlyMap<string, DefinitionPlace>>>;
  /** Rules of consent have no names. */
  readonly consent: ReadonlyMap<ConsentRule, DefinitionPlace>;
  /** Settings of the whole book that are written out: `arbitration`, `holdout`, `currency`, `timeZone`, `privacy`. */
  readonly settings: ReadonlyMap<string, DefinitionPlace>;
}

export interface Rulebook {
  /** Hash of the content of all rule files. */
  readonly version: string;
  readonly currency: string;
  readonly facts: readonly FactSlot[];
  /** Whose clock counts where nothing is known of the customer's own, and what counts as the name of a time zone. */
  readonly timeZones: TimeZones & { readonly fallback: string };
  readonly segments: ReadonlyMap<string, Segment>;
  readonly segmentation: Segmentation;
  /** Shared conditions by name, as they are written. */
  readonly conditions: ReadonlyMap<string, Json>;
  readonly identity: IdentityRules;
  readonly privacy: PrivacyRules;
  readonly overlays: ReadonlyMap<string, Overlay>;
  readonly features: ReadonlyMap<string, Feature>;
  readonly featuresByEvent: ReadonlyMap<string, readonly Feature[]>;
  readonly actions: ReadonlyMap<string, Action>;
  readonly engagement: EngagementMatcher;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly placements: ReadonlyMap<string, Placement>;
  readonly policies: readonly ContactPolicy[];
  /** The longest window of any policy or outcome rule: older contacts are forgotten. */
  readonly contactMemoryMs: number;
  readonly budgets: ReadonlyMap<string, Budget>;
  readonly arbitration: Arbitration;
  readonly holdout: Holdout | undefined;
  readonly triggersByEvent: ReadonlyMap<string, readonly Trigger[]>;
  readonly triggers: ReadonlyMap<string, Trigger>;
  readonly outcomesByEvent: ReadonlyMap<string, readonly OutcomeRule[]>;
  readonly consentByEvent: ReadonlyMap<string, readonly ConsentRule[]>;
  readonly tests: readonly RulebookTest[];
  readonly places: DefinitionPlaces;
}
