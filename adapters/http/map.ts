import {
  anonymousKey,
  type ConsentState,
  type Contact,
  type CustomerKey,
  type CustomerView,
  type DecideAnswer,
  type DecidedTreatment,
  type Decision,
  type Explanation,
  isKnown,
  type PlacementDecision,
  presentedId,
  type Reason,
  reasons,
  userKey,
} from '../../engine/index.ts';
import type { PublishedDecision } from '../../engine/ports.ts';

/** Between the wire and the model: the wire has ISO times, bare ids and sentences, the model numbers, keys and codes. */

export interface WireCustomer {
  readonly userId?: string;
  readonly anonymousId?: string;
}

export function customerToWire(key: CustomerKey): WireCustomer {
  return isKnown(key) ? { userId: presentedId(key) } : { anonymousId: presentedId(key) };
}

/** `u:<id>` and `a:<id>` say what kind of id it is; a bare one is a userId unless the caller says otherwise. */
export function pathToCustomer(id: string, isAnonymous: boolean): CustomerKey {
  if (id.startsWith('u:') || id.startsWith('a:')) return id as CustomerKey;
  return isAnonymous ? anonymousKey(id) : userKey(id);
}

export function timeToWire(at: number): string {
  return new Date(at).toISOString();
}

export function answerToWire(answer: DecideAnswer) {
  const { decision, explain } = answer;
  return {
    decisionId: decision.id,
    ...(decision.cause.kind === 'request' ? { requestId: decision.cause.requestId } : {}),
    repeated: answer.repeated,
    rulebook: decision.rulebook,
    placements: byName(decision.placements.map((part) => [part.placement, placementItems(part)])),
    ...(decision.holdout === undefined ? {} : { holdout: decision.holdout }),
    ...(explain === undefined ? {} : { explain: explanationToWire(explain) }),
  };
}

/** What to show, best first; the placement's fallback stands alone where no action was left. */
function placementItems({ treatments, fallback }: PlacementDecision) {
  if (treatments.length > 0 || fallback === undefined) return treatments.map(treatmentToWire);
  return [{ fallback: true, content: fallback.content, rank: 1 }];
}

function treatmentToWire(treatment: DecidedTreatment) {
  const { action, treatment: name, content, rank, priority, P, V, C, L, cost, probability } = treatment;
  return { action, treatment: name, content, rank, priority, P, V, C, L, cost, probability };
}

function explanationToWire(explanation: Explanation) {
  const placements = Object.entries(explanation.placements).map(
    ([name, { funnel, reasons: list }]) => [name, { funnel, reasons: list.map(reasonToWire) }] as const,
  );
  return { placements: byName(placements) };
}

/** The code for programs, the sentence for people. */
function reasonToWire(reason: Reason) {
  return { ...reason, reason: reasons[reason.code] };
}

export function decisionToWire(decision: Decision) {
  const { id, customer, at, tenant: _, placements, ...rest } = decision;
  return {
    decisionId: id,
    customer: customerToWire(customer),
    at: timeToWire(at),
    ...rest,
    placements: placements.map((part) => ({
      ...part,
      treatments: [...part.treatments],
      reasons: part.reasons.map(reasonToWire),
    })),
  };
}

export function publishedToWire(published: PublishedDecision) {
  const { tenant: _, at, ...rest } = published;
  return { ...rest, at: timeToWire(at) };
}

export function customerViewToWire(view: CustomerView) {
  return {
    customer: customerToWire(view.key),
    identities: view.identities.map(customerToWire),
    firstSeenAt: timeToWire(view.firstSeenAt),
    lastSeenAt: timeToWire(view.lastSeenAt),
    traits: view.traits,
    features: view.features,
    consent: byName(Object.entries(view.consent).map(([purpose, state]) => [purpose, consentToWire(state)])),
    contacts: view.contacts.map(contactToWire),
    ...(view.holdout === undefined ? {} : { holdout: view.holdout }),
  };
}

function consentToWire({ status, at, source }: ConsentState) {
  return { status, at: timeToWire(at), source };
}

function contactToWire({ decision, at, outcomes, ...rest }: Contact) {
  const times = Object.entries(outcomes ?? {}).map(([outcome, time]) => [outcome, timeToWire(time)] as const);
  return { decisionId: decision, at: timeToWire(at), ...rest, outcomes: byName(times) };
}

/** Names come from rule files and customers; unlike an assignment, this cannot reach a prototype. */
function byName<Value>(entries: readonly (readonly [string, Value])[]): { readonly [name: string]: Value } {
  return Object.fromEntries(entries);
}

/** The first id that the customer has, known before anonymous, as the log partitions by it. */
export function idsToKey({ userId, anonymousId }: WireCustomer): CustomerKey | undefined {
  if (userId !== undefined) return userKey(userId);
  return anonymousId === undefined ? undefined : anonymousKey(anonymousId);
}
