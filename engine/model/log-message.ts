import type { Contact, PendingTimer, Profile } from './customer-state.ts';
import type { CustomerKey, DecisionId, Partition, Tenant } from './ids.ts';
import type { ModelSnapshot } from './model-snapshot.ts';
import type { OutcomeKind } from './outcome.ts';
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
}

/** A touchpoint event for the customer with this key. */
export interface EventMessage extends Envelope {
  readonly kind: 'event';
  readonly key: CustomerKey;
  /** The id it was presented with, when it was forwarded from a merged document. */
  readonly presentedAs?: CustomerKey;
  readonly event: TouchpointEvent;
}

/** Contacts that a pulled decision made. They are in the state already, unless the store lost its last second. */
export interface DecisionMessage extends Envelope {
  readonly kind: 'decision';
  readonly key: CustomerKey;
  readonly contacts: readonly Contact[];
}

/** An outcome reported for a decision. */
export interface OutcomeMessage extends Envelope {
  readonly kind: 'outcome';
  readonly key: CustomerKey;
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
}

/** Second half of a merge: the surviving document takes the contributions in, each under its own key. */
export interface LinkImportMessage extends Envelope {
  readonly kind: 'link-import';
  readonly key: CustomerKey;
  readonly profiles: Readonly<Record<string, Profile>>;
  /** What the old document was waiting for. */
  readonly timers: readonly PendingTimer[];
}

/** A wait that is over. */
export interface TimerMessage extends Envelope {
  readonly kind: 'timer';
  readonly key: CustomerKey;
  readonly due: number;
}

/** New propensities for this partition. They arrive in the log, so that a rebuild scores as the live run did. */
export interface ModelMessage extends Envelope {
  readonly kind: 'model';
  readonly model: ModelSnapshot;
}

export type CustomerMessage =
  | EventMessage
  | DecisionMessage
  | OutcomeMessage
  | LinkExportMessage
  | LinkImportMessage
  | TimerMessage;

export type LogMessage = CustomerMessage | ModelMessage;

/** A message with its place in the partition; sequences ascend but need not be dense. */
export interface LogEntry {
  readonly sequence: number;
  readonly message: LogMessage;
}
