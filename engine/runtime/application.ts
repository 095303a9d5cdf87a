import type { ConsentState, Contact, CustomerState, SegmentMembership } from '../model/customer-state.ts';
import type { Decision, ExperimentArm, Explanation } from '../model/decision.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { OutcomeKind } from '../model/outcome.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import type { DeadLetter } from '../ports.ts';
import type { SegmentReport } from '../segments/segment-report.ts';
import type { BudgetReport } from './budget-reports.ts';
import type { ModelsReport } from './models-report.ts';

/**
 * What a deployment can be asked to do; the one door for every channel adapter (HTTP, NATS, command line).
 * Every operation rejects with a `CodedError` when the input or the world is at fault.
 */
export interface Application {
  /** Resolves once the events are durable. Order is kept per customer. */
  ingest(events: readonly TouchpointEvent[], options?: IngestOptions): Promise<void>;
  /**
   * NB_UNKNOWN_PLACEMENT, NB_NO_RULEBOOK, NB_CONTENTION, NB_STORE_UNAVAILABLE. While the store does not answer in time, a
   * rulebook with a degraded mode answers by that.
   */
  decide(request: DecideRequest): Promise<DecideAnswer>;
  /** NB_UNKNOWN_DECISION, NB_UNKNOWN_TREATMENT. Resolves once the outcome is durable. */
  recordOutcome(report: OutcomeReport): Promise<void>;
  /** Follows a merge; undefined for an id that was never seen. */
  customer(key: CustomerKey): Promise<CustomerView | undefined>;
  /** Everything that is held of a customer, through whichever of the ids; undefined for an id that was never seen. */
  exportCustomer(key: CustomerKey): Promise<CustomerExport | undefined>;
  /**
   * Forgets a customer, with all ids. Resolves once the erasure is durable; it has its place among the customer's events
   * and is carried out there. From then on `customer` is undefined for each of the ids.
   */
  erase(key: CustomerKey): Promise<ErasureReceipt>;
  /**
   * Makes two customers one. Resolves once the merge is durable; it has its place among their events and is carried out
   * there. NB_UNKNOWN_CUSTOMER, NB_MERGE_REFUSED.
   */
  merge(key: CustomerKey, other: CustomerKey): Promise<void>;
  /** Takes an id out of a customer, with all that had been merged into it. NB_UNKNOWN_CUSTOMER, NB_UNMERGE_REFUSED. */
  unmerge(key: CustomerKey, take: CustomerKey): Promise<void>;
  decision(id: string): Promise<Decision | undefined>;
  /** What a decision was made from, as long as it is kept; undefined for one that nothing is kept of. */
  receipt(id: string): Promise<Receipt | undefined>;
  /** The segments of the rulebook in force, with size, value and trend; none until there is a rulebook. */
  segments(): Promise<readonly SegmentReport[]>;
  /** The budgets of the rulebook in force, with what is spent of them; none until there is a rulebook. */
  budgets(): Promise<readonly BudgetReport[]>;
  /** What the models have learned; nothing where no rulebook asked for models. */
  models(): Promise<ModelsReport>;
  /** The rulebook in force; undefined until the first valid one. */
  rulebook(): Rulebook | undefined;
}

export interface ErasureReceipt {
  readonly key: CustomerKey;
  /** Nothing that happened up to here brings the customer back; epoch ms. */
  readonly until: number;
}

export interface IngestOptions {
  /** Epoch ms; the server's clock when absent. Only an import of history sets it. */
  readonly receivedAt?: (event: TouchpointEvent) => number;
  /** Marks the events as history. */
  readonly replayed?: boolean;
}

export interface DecideRequest {
  readonly customer: CustomerKey;
  readonly placements: readonly string[];
  /** Facts of this request alone: page, device, weather ... */
  readonly context: JsonObject;
  /** Seen by this decision and appended to the log. */
  readonly events: readonly TouchpointEvent[];
  /** At most so many treatments per placement; the placement's own limit when absent. */
  readonly limit?: number;
  readonly explain: boolean;
  /** The same id for the same customer gets the same answer as long as the decision is on record. Generated when absent. */
  readonly requestId?: string;
  /** Nobody waits for the answer: it is made from the customer's state, however long that takes, or not at all. */
  readonly isPatient?: boolean;
  /** To look at: nothing is committed, published, counted or spent. */
  readonly preview?: PreviewChanges;
}

/** What a preview takes to be otherwise; nothing of it is checked against what is. */
export interface PreviewChanges {
  /** Epoch ms; the server's clock when absent. */
  readonly at?: number;
  /** Values of facts by name. */
  readonly facts?: Readonly<Record<string, Json>>;
  /** By purpose, or `purpose/channel`. */
  readonly consent?: Readonly<Record<string, ConsentState['status']>>;
  /** By experiment. */
  readonly arms?: Readonly<Record<string, string>>;
  /** Decides in place of the one in force. */
  readonly rulebook?: Rulebook;
}

export interface DecideAnswer {
  readonly decision: Decision;
  /** True when this answers a repeated request from its record. */
  readonly repeated: boolean;
  readonly explain?: Explanation;
}

export interface OutcomeReport {
  readonly decisionId: string;
  /** One of the two names what the outcome belongs to; both may be absent if the decision holds one treatment. */
  readonly action?: string;
  readonly treatment?: string;
  readonly outcome: OutcomeKind;
  readonly value?: number;
  /** Epoch ms; the server's clock when absent. */
  readonly timestamp?: number;
  /** Drops repeats; derived from the rest of the report when absent. */
  readonly messageId?: string;
}

/** A customer as `GET /v1/customers/{id}` shows it: every contribution of merged ids folded together. */
export interface CustomerView {
  readonly key: CustomerKey;
  /** All ids of this customer, this one first. */
  readonly identities: readonly CustomerKey[];
  /** Of ids that had been merged into another before they came here: that other id. */
  readonly via: Readonly<Record<string, CustomerKey>>;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly traits: Readonly<Record<string, Json>>;
  /** Values now; a feature without a value is left out. */
  readonly features: Readonly<Record<string, Json>>;
  readonly consent: Readonly<Record<string, ConsentState>>;
  readonly contacts: readonly Contact[];
  /** External attributes that are known now, by overlay. */
  readonly overlays: Readonly<Record<string, OverlayView>>;
  /** Segments of the rulebook that the customer is in, as they are kept up. */
  readonly segments: Readonly<Record<string, SegmentMembership>>;
  /** In the experiments that are in force now. */
  readonly arms: readonly ExperimentArm[];
}

/** Everything that is held of one customer, as `GET /v1/customers/{id}/export` gives it. */
export interface CustomerExport {
  /** Epoch ms. */
  readonly at: number;
  readonly key: CustomerKey;
  readonly documents: readonly CustomerState[];
  /** What the rulebook makes of it now; absent while there is no rulebook. */
  readonly view?: CustomerView;
  /** Decisions on record, oldest first. */
  readonly decisions: readonly Decision[];
  /** Messages about the customer that could not be applied. */
  readonly deadLetters: readonly DeadLetter[];
  /** From what the decisions were made, as it is kept. */
  readonly receipts: readonly JsonObject[];
}

/** What an overlay says of a customer, and where it has it from. */
export interface OverlayView {
  /** Those that count now. */
  readonly values: Readonly<Record<string, Json>>;
  readonly source: string;
  /** When the source told it, epoch ms; absent: it is part of the rule files. */
  readonly at?: number;
  /** Epoch ms from which it counts no more; absent: never. */
  readonly expiresAt?: number;
  readonly isExpired: boolean;
  /** Of a table: the key it was looked up with, and its version. */
  readonly key?: string;
  readonly version?: string;
}
