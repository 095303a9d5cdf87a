import type { Expression } from '../expressions/expression.ts';
import type { LevelRates } from '../learning/level-rates.ts';
import type { ReferenceTable } from '../overlays/reference-table.ts';
import type { Condition, DefinitionPlace, FactRead } from './condition.ts';
import type { ContactPolicy, Mandatory } from './contact-policy.ts';
import type { DegradedRules } from './degraded-rules.ts';
import type { Experiment } from './experiment.ts';
import type { Feature } from './feature.ts';
import type { CustomerKey } from './ids.ts';
import type { Json } from './json.ts';
import type { OutcomeKind } from './outcome.ts';
import type { JurisdictionRules, QuietRules, ZoneRules } from './quiet-hours.ts';

import type { Segmentation } from './segmentation.ts';

export type { ContactPolicy, Mandatory, PolicyScope } from './contact-policy.ts';
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
  /** `action/treatment`, under which its evidence is kept. */
  readonly key: string;
  /** What one conversion is worth, and what one contact costs: its own, else the action's. */
  readonly value: Amount;
  readonly cost: Amount;
  /** Of these, what is written at the treatment itself. */
  readonly own: { readonly value?: Amount; readonly cost?: Amount };
  /** Percentage points of its own. */
  readonly lever: number;
  /** L: the levers of issue, group, action and treatment add up to 1 + sum / 100, never below 0. */
  readonly leverFactor: number;
  /** The context weights that speak of it. */
  readonly weights: readonly ContextWeight[];
  /** Asked beside what its action asks; absent: nothing. */
  readonly policy?: EngagementPolicy;
}

/** A number that is written out, or read from facts when it is asked for. */
export type Amount = number | FactAmount;

export interface FactAmount {
  /** Finite and never below 0; `default` where there is no number. Never throws, never allocates. */
  readonly of: (facts: FactValues) => number;
  readonly default: number;
  readonly tree: Expression;
  readonly reads: readonly FactRead[];
}

/** What the priority of an option is made of. */
export interface Factors {
  readonly P: number;
  readonly V: number;
  readonly C: number;
  readonly L: number;
  readonly cost: number;
}

/** A placement's own way from factors to a priority. */
export interface Formula {
  /** Finite; 0 where there is no number. */
  readonly of: (facts: FactValues, factors: Factors) => number;
  readonly tree: Expression;
  readonly reads: readonly FactRead[];
}

/** Who may have something, when it is relevant, for whom it is good, and from when until when. */
export interface EngagementPolicy {
  readonly valid: Validity;
  readonly eligibility: Condition | undefined;
  readonly applicability: Condition | undefined;
  readonly suitability: Condition | undefined;
}

/** What holds for all actions of an issue or a group. */
export interface HierarchyLevel extends EngagementPolicy {
  /** An issue, or a full group name. */
  readonly name: string;
  readonly purpose?: string;
  /** Percentage points. */
  readonly lever: number;
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
  readonly value: Amount;
  /** Of one contact, by channel; absent channels cost nothing. Treatments may have a cost of their own. */
  readonly cost: Readonly<Record<string, Amount>>;
  /** Percentage points of its own, without those of its issue, its group and its treatments. */
  readonly lever: number;
  readonly prior: Prior;
  /** Of all levels together: the issue's, the group's and its own, and as conditions in this order. */
  readonly valid: Validity;
  readonly eligibility: Condition | undefined;
  readonly applicability: Condition | undefined;
  readonly suitability: Condition | undefined;
  /** What is written at the action itself, for tools. */
  readonly own: EngagementPolicy & { readonly purpose?: string };
  readonly treatments: readonly Treatment[];
  /** Names of the budgets that pay for it. */
  readonly budgets: readonly string[];
  /** It goes before all actions that are not. */
  readonly mandatory?: Mandatory;
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
  /** Positions of those candidates of a placement that no tier keeps out, ascending. */
  passing(placement: Placement): readonly number[];
  /** `failedTier` as it stands now, for whoever asks after the next match. */
  found(): (action: Action) => Tier | undefined;
}

export interface Channel {
  readonly name: string;
  /** Push channels are sent to; pull channels ask. */
  readonly direction: 'pull' | 'push';
  /** A contact in this channel needs this purpose for the channel itself: `marketing` also asks for `marketing/email`. */
  readonly consentPerChannel: boolean;
  /** A contact in this channel teaches nothing unless it is viewed. */
  readonly needsView: boolean;
}

export interface Placement {
  readonly name: string;
  readonly channel: string;
  readonly limit: number;
  /** Whether it may show an action that an earlier placement of the same request shows. */
  readonly allowsDuplicates: boolean;
  /** Placements of one couple stand or fall together, when a request asks for several of them. */
  readonly together?: string;
  readonly diversity?: Diversity;
  readonly fallback: Content | undefined;
  /** Factors that this placement leaves out. */
  readonly without: ReadonlySet<keyof Factors>;
  /** Absent: P x V x C x L - cost. */
  readonly formula?: Formula;
  /** P is what the action adds, where it is known what happens without any. */
  readonly ranksByUplift?: true;
  /** The treatments that may stand here, best one per action is chosen in arbitration; ordered by action, then treatment. */
  readonly candidates: readonly Candidate[];
  /** Whether an action among them is mandatory. */
  readonly hasMandatory: boolean;
}

/** At most `max` treatments of one placement belong to the same issue or group. */
export interface Diversity {
  readonly by: 'issue' | 'group';
  readonly max: number;
}

/** One action with the treatments that fit one placement. An action without any is a candidate too: it leaves with a reason. */
export interface Candidate {
  readonly action: Action;
  readonly treatments: readonly Treatment[];
}

/** Which contact policies may forbid what, worked out when the book is compiled. */
export interface PolicyIndex {
  /** Some policy counts contacts by session, so contacts have to tell theirs. */
  readonly countsSessions: boolean;
  /** Positions in `Rulebook.policies`, ascending, without those that a mandatory action passes over. */
  of(placement: Placement, treatment: Treatment): readonly number[];
  /** Those that speak of any treatment in the placement. */
  listFor(placement: Placement): readonly number[];
  /** Those of each treatment that fits the placement, by its `index`. */
  listsOf(placement: Placement): readonly (readonly number[] | undefined)[];
}

export type BudgetPeriod = 'hour' | 'day' | 'week' | 'month' | 'campaign' | 'total';

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
  /** Calendar periods are those of the book's time zone. */
  readonly period: BudgetPeriod;
  /** When the period is one campaign: before and after it, nothing may be spent. */
  readonly campaign?: Validity;
  /** Spent no faster than time passes; absent: as it comes. */
  readonly pace?: 'even';
  /** Contacts that it pays for, beside those of actions that name it; empty lists match all. Absent: no others. */
  readonly match?: BudgetMatch;
}

export interface BudgetMatch {
  readonly channels: readonly string[];
  /** Full group names. */
  readonly groups: readonly string[];
  readonly actions: readonly string[];
}

/** What one contact with a treatment takes from a budget: contacts, or millionths of the currency. */
export interface BudgetCharge {
  readonly budget: Budget;
  readonly amount: number;
}

export interface ContextWeight {
  readonly when: Condition;
  /** Full group name, action name, `action/treatment`; empty lists match all. */
  readonly groups: readonly string[];
  readonly actions: readonly string[];
  readonly treatments: readonly string[];
  /** Percentage points. */
  readonly weight: number;
  /** Position among all weights. */
  readonly index: number;
}

/** How chance may fill a rank. */
export type Exploration =
  /** In a share of the decisions, 0..1, the best treatment of any action; else the best. */
  | { readonly kind: 'share'; readonly rate: number }
  /** Every option, the likelier the less it falls short of the best for what is known of it. */
  | {
      readonly kind: 'weighed';
      /** Shared out evenly as the least that each option gets, 0..1. */
      readonly floor: number;
      /** Share of decisions that are filled evenly, whatever is known. */
      readonly uniform: number;
      /** How fast it stops trying what falls short; grows with the square root of the trials. */
      readonly gamma: number;
    };

/** What the propensity of a treatment depends on beside what it is, and what is asked of new models. */
export interface LearningRules {
  /** In this order, which follows from the book alone; empty: on nothing. */
  readonly predictors: readonly Predictor[];
  /** Slots of the predictors by their names. */
  readonly slots: ReadonlyMap<string, number>;
  readonly link: 'logit' | 'identity';
  readonly signals: Signals;
  /** What is borrowed for treatments that were tried little. */
  readonly levels: LevelRates;
  /** Conversions from which on what was learned of an action is relied on. */
  readonly maturePositives: number;
  /** The most that an action short of these may take of a rank, 0..1, where `weighed` exploration fills it. */
  readonly shareCap: number;
}

/** How much the predictors say of an outcome; little in most campaigns. */
export type Signals = 'weak' | 'strong';

/** A fact that models look at. */
export interface Predictor {
  readonly name: string;
  readonly slot: number;
}

export interface Arbitration {
  readonly exploration: Exploration;
  /** C: the weights whose conditions hold add up to 1 + sum / 100, never below 0. */
  readonly contextWeights: readonly ContextWeight[];
  readonly prior: Prior;
}

/** An event that asks for a decision in push placements. */
export interface Trigger {
  readonly name: string;
  readonly events: readonly string[];
  readonly when: Condition | undefined;
  readonly placements: readonly string[];
  /** Decide this long after the event, if `when` still holds then; 0 decides in the event's own fold. */
  readonly waitMs: number;
  /** `when` reads what was before the event, so it is not asked again when a decision was put off. */
  readonly judgedOnce?: true;
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
  /** Property chain below the event that says what a conversion is worth; reports alone read it. */
  readonly valueAt?: readonly string[];
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
    /** Arms by experiment; experiments that are not named do not run. */
    readonly arms: Readonly<Record<string, string>>;
    readonly contacts: readonly {
      readonly action: string;
      readonly treatment?: string;
      readonly channel?: string;
      readonly placement?: string;
      /** Age of the contact in ms. */
      readonly agoMs: number;
      /** What became of it, with the age of each outcome in ms. */
      readonly outcomes?: Readonly<Partial<Record<OutcomeKind, number>>>;
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
  | 'quietHours'
  | 'budget'
  | 'trigger'
  | 'outcome'
  | 'condition'
  | 'segment'
  | 'overlay'
  | 'hierarchy'
  | 'experiment';

/** Where the definitions of a book stand in its files, for tools that point at them. */
export interface DefinitionPlaces {
  readonly named: Readonly<Record<DefinitionKind, ReadonlyMap<string, DefinitionPlace>>>;
  /** Rules of consent have no names. */
  readonly consent: ReadonlyMap<ConsentRule, DefinitionPlace>;
  /** Settings of the whole book that are written out: `arbitration`, `learning`, `holdout`, `degraded`, `currency`, `timeZone`, `jurisdiction`, `privacy`. */
  readonly settings: ReadonlyMap<string, DefinitionPlace>;
}

export interface Rulebook {
  /** Hash of the content of all rule files. */
  readonly version: string;
  readonly currency: string;
  readonly facts: readonly FactSlot[];
  /** Whose clock counts for a customer, and what counts as the name of a time zone. */
  readonly timeZones: ZoneRules;
  /** In which country, or part of one, a customer is. */
  readonly jurisdictions: JurisdictionRules;
  readonly segments: ReadonlyMap<string, Segment>;
  readonly segmentation: Segmentation;
  /** Shared conditions by name, as they are written. */
  readonly conditions: ReadonlyMap<string, Json>;
  readonly identity: IdentityRules;
  readonly privacy: PrivacyRules;
  readonly overlays: ReadonlyMap<string, Overlay>;
  readonly features: ReadonlyMap<string, Feature>;
  readonly featuresByEvent: ReadonlyMap<string, readonly Feature[]>;
  /** By issue or full group name. */
  readonly hierarchy: ReadonlyMap<string, HierarchyLevel>;
  readonly actions: ReadonlyMap<string, Action>;
  readonly engagement: EngagementMatcher;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly placements: ReadonlyMap<string, Placement>;
  readonly policies: readonly ContactPolicy[];
  readonly policyIndex: PolicyIndex;
  readonly quietHours: QuietRules;
  /** The longest window of any policy or outcome rule: older contacts are forgotten. */
  readonly contactMemoryMs: number;
  readonly budgets: ReadonlyMap<string, Budget>;
  /** By the index of a treatment: what a contact with it takes from budgets, each budget once. */
  readonly charges: readonly (readonly BudgetCharge[])[];
  readonly arbitration: Arbitration;
  readonly learning: LearningRules;
  /** The universal hold-out first, then by name. */
  readonly experiments: readonly Experiment[];
  /** Whole books that stand in for this one in the arms of experiments; they share whatever is known of customers. */
  readonly challengers: ReadonlyMap<string, Rulebook>;
  /** Absent: while the store does not answer, nothing is decided. */
  readonly degraded?: DegradedRules;
  readonly triggersByEvent: ReadonlyMap<string, readonly Trigger[]>;
  readonly triggers: ReadonlyMap<string, Trigger>;
  readonly outcomesByEvent: ReadonlyMap<string, readonly OutcomeRule[]>;
  /** Of these, those that tell of conversions. */
  readonly conversionRules: readonly OutcomeRule[];
  readonly consentByEvent: ReadonlyMap<string, readonly ConsentRule[]>;
  readonly tests: readonly RulebookTest[];
  readonly places: DefinitionPlaces;
}
