import type { ConsentState, Contact } from '../model/customer-state.ts';
import type { Decision, Explanation, HoldoutArm } from '../model/decision.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { OutcomeKind } from '../model/outcome.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';

/**
 * What a deployment can be asked to do; the one door for every channel adapter (HTTP, NATS, command line).
 * Every operation rejects with a `CodedError` when the input or the world is at fault.
 */
export interface Application {
  /** Resolves once the events are durable. Order is kept per customer. */
  ingest(events: readonly TouchpointEvent[], options?: IngestOptions): Promise<void>;
  /** NB_UNKNOWN_PLACEMENT, NB_NO_RULEBOOK, NB_CONTENTION, NB_STORE_UNAVAILABLE. */
  decide(request: DecideRequest): Promise<DecideAnswer>;
  /** NB_UNKNOWN_DECISION, NB_UNKNOWN_TREATMENT. Resolves once the outcome is durable. */
  recordOutcome(report: OutcomeReport): Promise<void>;
  /** Follows a merge; undefined for an id that was never seen. */
  customer(key: CustomerKey): Promise<CustomerView | undefined>;
  decision(id: string): Promise<Decision | undefined>;
  /** The rulebook in force; undefined until the first valid one. */
  rulebook(): Rulebook | undefined;
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
  /** The same id for the same customer gets the same answer for a day. Generated when absent. */
  readonly requestId?: string;
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
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly traits: Readonly<Record<string, Json>>;
  /** Values now; a feature without a value is left out. */
  readonly features: Readonly<Record<string, Json>>;
  readonly consent: Readonly<Record<string, ConsentState>>;
  readonly contacts: readonly Contact[];
  readonly holdout?: HoldoutArm;
}
