import type {
  Baseline,
  Contact,
  CustomerState,
  OverlayState,
  PendingTimer,
  Profile,
} from './customer-state.ts';
import type { ExperimentArm } from './decision.ts';
import type { CustomerKey, DecisionId, Partition, Tenant } from './ids.ts';
import type { ModelSnapshot } from './model-snapshot.ts';
import type { OutcomeKind } from './outcome.ts';
import type { PredictorSample } from './propensity-model.ts';
import type { ScoringChange } from './scoring-change.ts';
import type { TouchpointEvent } from './touchpoint-event.ts';

interface Envelope {
  /** Unique in the tenant, deterministic where the cause is: the log and the customer's state drop repeats by it. */
  readonly id: string;
  readonly tenant: Tenant;
  readonly partition: Partition;
  /** When the deployment took it in, epoch ms; the `now` of the fold. For replayed history, the time of the event. */
  readonly receivedAt: number;
  /** History played in by `nextbest replay`: its timers ripen on the stream's time. */
  readonly replayed?: true;
  /** A fold made it: a rebuild expects to find it in the log. */
  readonly follows?: true;
  /**
   * How often it was put aside as a dead letter and appended again. The log takes each attempt for a message of its own;
   * the customer's memory goes by the id alone, so that what was applied after all is not applied twice.
   */
  readonly attempt?: number;
  /** How many documents sent it on because its customer is to be found elsewhere; absent: none. */
  readonly hops?: number;
}

/** A touchpoint event for the customer with this key. */
export interface EventMessage extends Envelope {
  readonly kind: 'event';
  readonly key: CustomerKey;
  /** The id it was presented with, when it was forwarded from a merged document. */
  readonly presentedAs?: CustomerKey;
  readonly event: TouchpointEvent;
  /** Made by the engine because of a segment or a merge: it is no sign of life of the customer. */
  readonly origin?: 'segments' | 'identity';
}

/** Contacts that a pulled decision made, or that it made none by chance. They are in the state already, unless the store lost its last second. */
export interface DecisionMessage extends Envelope {
  readonly kind: 'decision';
  readonly key: CustomerKey;
  /** The id that asked, where it was merged into the document's. */
  readonly presentedAs?: CustomerKey;
  readonly contacts: readonly Contact[];
  /** Nothing was shown by chance, which is learned from. */
  readonly baseline?: Baseline;
  /** Values of predictors, while the models collect them. */
  readonly sample?: PredictorSample;
  /** Arms of the customer in which a challenger decides, so that its prices are those that were paid. */
  readonly arms?: readonly ExperimentArm[];
}

/** An outcome reported for a decision. */
export interface OutcomeMessage extends Envelope {
  readonly kind: 'outcome';
  readonly key: CustomerKey;
  /** The id that was asked for, where the document of `key` speaks for it. */
  readonly presentedAs?: CustomerKey;
  readonly decision: DecisionId;
  readonly action?: string;
  readonly treatment?: string;
  readonly outcome: OutcomeKind;
  /** What the outcome was worth, in the rulebook's currency. */
  readonly value?: number;
  readonly timestamp: number;
}

/**
 * First half of a merge: the document of `key` exports what it holds and forwards from now on. Where it is the one that
 * survives, it asks `to` for the same.
 */
export interface LinkExportMessage extends Envelope {
  readonly kind: 'link-export';
  readonly key: CustomerKey;
  readonly to: CustomerKey;
  readonly cause: LinkCause;
  /** How many more ids of each kind `to` may take; kinds that are not listed have no limit. */
  readonly room: Readonly<Record<string, number>>;
  /** Ids that were taken out of `to` and do not come back by themselves. */
  readonly apart: readonly CustomerKey[];
  /** The customer who hears of a refusal, and the id it was to be merged with; neither changes on the way. */
  readonly asked: CustomerKey;
  readonly other: CustomerKey;
}

/** What says that two ids are one customer: an `identify`, an `alias`, an identifier that both carry, or a person. */
export type LinkCause = 'identify' | 'alias' | 'identifier' | 'request';

/** What one document hands to another: the contributions of an id, and of those that had been merged into it. */
interface MovedContributions {
  /** That of the id itself among them. */
  readonly profiles: Readonly<Record<string, Profile>>;
  /** Of those that came through another id: that id. */
  readonly via: Readonly<Record<string, CustomerKey>>;
  readonly splits: CustomerState['splits'];
  /** What these ids are waiting for. */
  readonly timers: readonly PendingTimer[];
  /** The segments that the customer was in: nobody enters a segment by a merge, or by being taken out again. */
  readonly segments?: CustomerState['segments'];
}

/** Second half of a merge: the surviving document takes the contributions in, each under its own key. */
export interface LinkImportMessage extends Envelope, MovedContributions {
  readonly kind: 'link-import';
  readonly key: CustomerKey;
  /** The document that exported, and the one it forwards to: the addressee, unless that was merged away meanwhile. */
  readonly from: CustomerKey;
  readonly to: CustomerKey;
  readonly cause: LinkCause;
  readonly asked: CustomerKey;
  readonly other: CustomerKey;
}

/** Takes an id, and whatever had been merged into it, out of the customer again. */
export interface UnlinkMessage extends Envelope {
  readonly kind: 'unlink';
  readonly key: CustomerKey;
  readonly take: CustomerKey;
}

/** What was taken out of a customer goes back to the document of its id. */
export interface LinkReturnMessage extends Envelope, MovedContributions {
  readonly kind: 'link-return';
  readonly key: CustomerKey;
  /** The customer it was taken out of. */
  readonly from: CustomerKey;
}

/** Forgets a customer, with all ids. */
export interface EraseMessage extends Envelope {
  readonly kind: 'erase';
  readonly key: CustomerKey;
  /** The id it was asked for, when it was sent on from the document of that id. */
  readonly presentedAs?: CustomerKey;
  /** The document that spoke for the customer, and tells those of the other ids. */
  readonly from?: CustomerKey;
  /** Nothing that happened up to here may bring the customer back; epoch ms. */
  readonly until: number;
}

/** External attributes of a customer. */
export interface AttributesMessage extends Envelope {
  readonly kind: 'attributes';
  readonly key: CustomerKey;
  readonly presentedAs?: CustomerKey;
  readonly overlay: string;
  readonly state: OverlayState;
}

/** A wait that is over. */
export interface TimerMessage extends Envelope {
  readonly kind: 'timer';
  readonly key: CustomerKey;
  readonly due: number;
  /** The definitions of segments changed: the customer's are judged anew, for the moment `due`. */
  readonly judgesSegments?: true;
}

/** New propensities for this partition. They arrive in the log, so that a rebuild scores as the live run did. */
export interface ModelMessage extends Envelope {
  readonly kind: 'model';
  readonly model: ModelSnapshot;
  /** Rows that changed, for what the folds decide. */
  readonly scoring?: ScoringChange;
}

/** Which versions of the reference tables are in force in this partition from here on, all of them by overlay. */
export interface TablesMessage extends Envelope {
  readonly kind: 'tables';
  readonly tables: TableVersions;
}

/** Versions of reference tables by overlay, as they were all in force at one moment. */
export interface TableVersions {
  /** Of the archive; 0 before any table. */
  readonly revision: number;
  readonly versions: Readonly<Record<string, string>>;
}

export const noTableVersions: TableVersions = { revision: 0, versions: {} };

export type CustomerMessage =
  | EventMessage
  | DecisionMessage
  | OutcomeMessage
  | LinkExportMessage
  | LinkImportMessage
  | UnlinkMessage
  | LinkReturnMessage
  | EraseMessage
  | AttributesMessage
  | TimerMessage;

/** What speaks to a whole partition. */
export type PartitionMessage = ModelMessage | TablesMessage;

export type LogMessage = CustomerMessage | PartitionMessage;

/** A message with its place in the partition; sequences ascend but need not be dense. */
export interface LogEntry {
  readonly sequence: number;
  readonly message: LogMessage;
}
