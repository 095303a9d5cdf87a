import { CodedError } from '../../../../engine/errors.ts';
import { type Contact, emptyProfile, newCustomerState } from '../../../../engine/model/customer-state.ts';
import type {
  DecidedTreatment,
  Decision,
  PlacementDecision,
  Reason,
} from '../../../../engine/model/decision.ts';
import {
  anonymousKey,
  type CustomerKey,
  type DecisionId,
  defaultTenant,
  userKey,
} from '../../../../engine/model/ids.ts';
import type { Json } from '../../../../engine/model/json.ts';
import type { Receipt } from '../../../../engine/model/receipt.ts';
import type { Action, Placement, Rulebook } from '../../../../engine/model/rulebook.ts';
import type { TouchpointEvent } from '../../../../engine/model/touchpoint-event.ts';
import type { Clock, DecisionStream } from '../../../../engine/ports.ts';
import { explainFailure } from '../../../../engine/rules/conditions/explain-failure.ts';
import type {
  Application,
  CustomerExport,
  CustomerView,
  DecideAnswer,
  DecideRequest,
  ErasureReceipt,
  OutcomeReport,
} from '../../../../engine/runtime/application.ts';
import type { BudgetReport } from '../../../../engine/runtime/budget-reports.ts';
import type { ModelsReport } from '../../../../engine/runtime/models-report.ts';
import type { SegmentReport } from '../../../../engine/segments/segment-report.ts';

/**
 * The whole application in one map of events and one of decisions: it keeps what it is told, drops repeats, counts
 * what it decided, and refuses what it does not know. No features, no policies.
 */
export class InMemoryApplication implements Application {
  readonly events = new Map<string, TouchpointEvent>();
  readonly receipts = new Map<string, Receipt>();
  /** Filled by the test: it spends nothing. */
  readonly budgetReports: BudgetReport[] = [];
  /** Set by the test: it learns nothing. */
  modelsReport: ModelsReport = { waiting: 0, codes: [] };
  readonly outcomes: OutcomeReport[] = [];
  readonly reports: SegmentReport[] = [];
  readonly #decisions = new Map<string, Decision>();
  readonly #answers = new Map<string, DecideAnswer>();
  readonly #mergedInto = new Map<CustomerKey, CustomerKey>();
  readonly #stream: DecisionStream;
  readonly #clock: Clock;
  #rulebook: Rulebook | undefined;
  #isLogDown = false;

  constructor(stream: DecisionStream, clock: Clock, rulebook: Rulebook | undefined) {
    this.#stream = stream;
    this.#clock = clock;
    this.#rulebook = rulebook;
  }

  setRulebook(rulebook: Rulebook | undefined): void {
    this.#rulebook = rulebook;
  }

  /** From now on the log does not answer. */
  cutLog(): void {
    this.#isLogDown = true;
  }

  async ingest(events: readonly TouchpointEvent[]): Promise<void> {
    if (this.#isLogDown) throw new CodedError('NB_LOG_UNAVAILABLE', 'nats://user:secret@10.0.0.1 refused');
    for (const event of events) this.events.set(event.messageId, event);
  }

  async decide(request: DecideRequest): Promise<DecideAnswer> {
    await this.ingest(request.events);
    const requestId = request.requestId ?? `request-${this.#answers.size}`;
    const known = this.#answers.get(`${request.customer} ${requestId}`);
    if (known !== undefined) return { ...known, repeated: true };
    const decision = this.#newDecision(request, requestId);
    this.#decisions.set(decision.id, decision);
    const answer = { decision, repeated: false, ...(request.explain ? { explain: explain(decision) } : {}) };
    this.#answers.set(`${request.customer} ${requestId}`, answer);
    await this.#publish(decision);
    return answer;
  }

  async recordOutcome(report: OutcomeReport): Promise<void> {
    const decision = this.#decisions.get(report.decisionId);
    if (decision === undefined)
      throw new CodedError('NB_UNKNOWN_DECISION', `No decision ${report.decisionId}.`);
    const treatments = decision.placements.flatMap((part) => part.treatments);
    const isKnown = treatments.some(
      ({ action, treatment }) =>
        (report.action ?? action) === action && (report.treatment ?? treatment) === treatment,
    );
    if (!isKnown) throw new CodedError('NB_UNKNOWN_TREATMENT', 'The decision holds no such treatment.');
    this.outcomes.push(report);
  }

  async merge(key: CustomerKey, other: CustomerKey): Promise<void> {
    for (const id of [key, other]) {
      if (!(await this.customer(id)))
        throw new CodedError('NB_UNKNOWN_CUSTOMER', `Nothing is known of ${id}.`);
    }
    this.#mergedInto.set(other, key);
  }

  async unmerge(key: CustomerKey, take: CustomerKey): Promise<void> {
    if (this.#mergedInto.get(take) !== key) {
      throw new CodedError('NB_UNMERGE_REFUSED', 'The id is not part of this customer.');
    }
    this.#mergedInto.delete(take);
  }

  async customer(presented: CustomerKey): Promise<CustomerView | undefined> {
    const key = this.#mergedInto.get(presented) ?? presented;
    const merged = [...this.#mergedInto].filter(([, into]) => into === key).map(([id]) => id);
    const events = [...this.events.values()].filter((event) => [key, ...merged].includes(keyOf(event)));
    const contacts = [...this.#decisions.values()]
      .filter(({ customer }) => customer === key)
      .flatMap(contactsOf);
    if (events.length + contacts.length === 0) return undefined;
    const times = [...events.map(({ timestamp }) => timestamp), ...contacts.map(({ at }) => at)];
    const traits: Record<string, Json> = {};
    for (const event of events) Object.assign(traits, event.traits);
    return {
      key,
      identities: [key, ...merged],
      via: {},
      firstSeenAt: Math.min(...times),
      lastSeenAt: Math.max(...times),
      traits,
      features: { events: events.length },
      consent: {},
      overlays: {},
      contacts,
      arms: [{ experiment: 'universal', arm: 'treated' }],
      segments: { everybody: { since: Math.min(...times), value: 0 } },
    };
  }

  async exportCustomer(key: CustomerKey): Promise<CustomerExport | undefined> {
    const view = await this.customer(key);
    if (view === undefined) return undefined;
    const decisions = [...this.#decisions.values()].filter(({ customer }) => customer === key);
    const own = { ...emptyProfile, contacts: view.contacts };
    const documents = [{ ...newCustomerState(key), own }];
    return { at: this.#clock.now(), key, documents, view, decisions, deadLetters: [], receipts: [] };
  }

  async erase(key: CustomerKey): Promise<ErasureReceipt> {
    for (const [id, event] of this.events) if (keyOf(event) === key) this.events.delete(id);
    for (const [id, { customer }] of this.#decisions) if (customer === key) this.#decisions.delete(id);
    return { key, until: this.#clock.now() };
  }

  async segments(): Promise<readonly SegmentReport[]> {
    return this.reports;
  }

  async budgets(): Promise<readonly BudgetReport[]> {
    return this.budgetReports;
  }

  async models(): Promise<ModelsReport> {
    return this.modelsReport;
  }

  async decision(id: string): Promise<Decision | undefined> {
    return this.#decisions.get(id);
  }

  /** Filled by the test: it makes no decisions that could be made again. */
  async receipt(id: string): Promise<Receipt | undefined> {
    return this.receipts.get(id);
  }

  rulebook(): Rulebook | undefined {
    return this.#rulebook;
  }

  #newDecision(request: DecideRequest, requestId: string): Decision {
    const rulebook = this.#rulebook;
    if (rulebook === undefined) throw new CodedError('NB_NO_RULEBOOK', 'No rulebook.');
    const placements = request.placements.map((name) => {
      const placement = rulebook.placements.get(name);
      if (placement === undefined) throw new CodedError('NB_UNKNOWN_PLACEMENT', `No placement ${name}.`);
      return decidePlacement(placement, request.limit ?? placement.limit);
    });
    return {
      id: `0-${String(this.#decisions.size).padStart(24, '0')}` as DecisionId,
      tenant: defaultTenant,
      customer: request.customer,
      at: this.#clock.now(),
      cause: { kind: 'request', requestId },
      rulebook: rulebook.version,
      model: 0,
      seed: requestId,
      arms: [{ experiment: 'universal', arm: 'treated' }],
      placements,
    };
  }

  async #publish({ id, tenant, customer, at, rulebook, arms, placements }: Decision): Promise<void> {
    const published = placements.map(({ placement, channel, treatments }) => ({
      id: `${id}/${placement}`,
      tenant,
      decision: id,
      customer: { userId: customer.slice(2) },
      channel,
      placement,
      at,
      rulebook,
      arms,
      cause: { kind: 'request' },
      treatments: treatments.map(({ action, content }) => ({ action, content })),
    }));
    await this.#stream.publish(published);
  }
}

function decidePlacement(
  { name, channel, candidates, fallback }: Placement,
  limit: number,
): PlacementDecision {
  const treatments: DecidedTreatment[] = [];
  const reasons: Reason[] = [];
  const fitting = candidates.filter(({ treatments: { length } }) => length > 0);
  for (const {
    action,
    treatments: [treatment],
  } of fitting) {
    const failed = action.eligibility && explainFailure(action.eligibility, []);
    if (failed !== undefined) reasons.push({ action: action.name, code: 'eligibility', failed });
    if (failed !== undefined || treatment === undefined || treatments.length >= limit) continue;
    reasons.push({ action: action.name, treatment: treatment.name, code: 'chosen' });
    treatments.push({
      action: action.name,
      group: action.group,
      treatment: treatment.name,
      content: treatment.content.render({}),
      rank: treatments.length + 1,
      priority: valueIn(action) * 0.1,
      P: 0.1,
      V: valueIn(action),
      C: 1,
      L: treatment.leverFactor,
      cost: 0,
      probability: 1,
    });
  }
  const isFallback = treatments.length === 0 && fallback !== undefined;
  const shown = isFallback ? { fallback: { fallback: true as const, content: fallback.render({}) } } : {};
  return { placement: name, channel, treatments, reasons, ...shown };
}

function explain({ placements }: Decision) {
  const parts = placements.map(({ placement, treatments, reasons }) => {
    const funnel = { candidates: reasons.length, chosen: treatments.length };
    return [placement, { funnel, reasons }] as const;
  });
  return { placements: Object.fromEntries(parts) };
}

function contactsOf({ id, at, placements }: Decision): Contact[] {
  return placements.flatMap(({ placement, channel, treatments }) =>
    treatments.map(({ action, group, treatment }) => ({
      decision: id,
      at,
      action,
      group,
      treatment,
      channel,
      placement,
    })),
  );
}

function keyOf({ userId, anonymousId }: TouchpointEvent): CustomerKey {
  return userId === undefined ? anonymousKey(anonymousId ?? '') : userKey(userId);
}

function valueIn({ value }: Action): number {
  return typeof value === 'number' ? value : value.default;
}
