import {
  anonymousKey,
  CodedError,
  type ConsentState,
  type Contact,
  type CustomerKey,
  type CustomerView,
  type DecideAnswer,
  type DecidedTreatment,
  type Decision,
  type DecisionCause,
  type Explanation,
  type IdentityRules,
  isKnown,
  kindOfId,
  type OverlayView,
  type PlacementDecision,
  type PolicySight,
  presentedId,
  type Reason,
  readCustomerId,
  reasons,
  type SegmentReport,
  userKey,
} from '../../engine/index.ts';
import type { PublishedDecision } from '../../engine/ports.ts';

/** Between the wire and the model: the wire has ISO times, bare ids and sentences, the model numbers, keys and codes. */

export interface WireCustomer {
  readonly userId?: string;
  readonly anonymousId?: string;
  /** The name of a declared identifier, and its value: a hash where the rulebook asks for one. */
  readonly identifier?: string;
  readonly value?: string;
}

export function customerToWire(key: CustomerKey): WireCustomer {
  if (key.startsWith('i:')) return { identifier: kindOfId(key), value: presentedId(key) };
  return isKnown(key) ? { userId: presentedId(key) } : { anonymousId: presentedId(key) };
}

/** An id as it is written in addresses and bodies; NB_UNKNOWN_CUSTOMER for an identifier that can be nobody's. */
export function pathToCustomer(id: string, isAnonymous: boolean, identity?: IdentityRules): CustomerKey {
  const key = readCustomerId(id, { isAnonymous, identity });
  if (key !== undefined) return key;
  throw new CodedError(
    'NB_UNKNOWN_CUSTOMER',
    'The rulebook declares no such identifier, or the value is one that many people share.',
  );
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
    ...(decision.degraded && { degraded: true }),
    ...(decision.preview && { preview: true }),
    rulebook: decision.rulebook,
    placements: byName(decision.placements.map((part) => [part.placement, placementItems(part)])),
    arms: decision.arms,
    ...(explain === undefined ? {} : { explain: explanationToWire(explain) }),
  };
}

/** What to show, best first; the placement's fallback stands alone where no action was left. */
function placementItems({ treatments, fallback }: PlacementDecision) {
  if (treatments.length > 0 || fallback === undefined) return treatments.map(treatmentToWire);
  return [{ fallback: true, content: fallback.content, rank: 1 }];
}

function treatmentToWire(treatment: DecidedTreatment) {
  const { action, treatment: name, content, rank, priority, P, P0, V, C, L, cost, probability } = treatment;
  const factors = { P, ...(P0 !== undefined && { P0 }), V, C, L, cost };
  return { action, treatment: name, content, rank, priority, ...factors, probability };
}

function explanationToWire(explanation: Explanation) {
  const placements = Object.entries(explanation.placements).map(
    ([name, { reasons: list, ...told }]) => [name, { ...told, reasons: list.map(reasonToWire) }] as const,
  );
  return { placements: byName(placements) };
}

/** The code for programs, the sentence for people. */
function reasonToWire(reason: Reason) {
  const { until, seen, ...rest } = reason;
  return {
    ...rest,
    ...(until !== undefined && { until: timeToWire(until) }),
    ...(seen && { seen: sightToWire(seen) }),
    reason: reasons[reason.code],
  };
}

function sightToWire({ until, ...counts }: PolicySight) {
  return { ...counts, ...(until !== undefined && { until: timeToWire(until) }) };
}

export function decisionToWire(decision: Decision) {
  const { id, customer, presentedAs, at, tenant: _, placements, cause, putOffUntil, ...rest } = decision;
  return {
    decisionId: id,
    customer: customerToWire(customer),
    ...(presentedAs !== undefined && { presentedAs: customerToWire(presentedAs) }),
    at: timeToWire(at),
    cause: causeToWire(cause),
    ...(putOffUntil !== undefined && { putOffUntil: timeToWire(putOffUntil) }),
    ...rest,
    placements: placements.map((part) => ({
      ...part,
      treatments: part.treatments.map(asAnswered),
      ...(part.fallback && { fallback: asAnswered(part.fallback) }),
      reasons: part.reasons.map(reasonToWire),
    })),
  };
}

function causeToWire(cause: DecisionCause) {
  return cause.kind === 'trigger' && cause.since !== undefined
    ? { ...cause, since: timeToWire(cause.since) }
    : cause;
}

/** What the caller was answered; the form for streams is a matter of the streams. */
function asAnswered<Shown extends { readonly published?: unknown }>({ published: _, ...shown }: Shown) {
  return shown;
}

export function publishedToWire(published: PublishedDecision) {
  const { tenant: _, at, ...rest } = published;
  return { ...rest, at: timeToWire(at) };
}

export function customerViewToWire(view: CustomerView) {
  return {
    customer: customerToWire(view.key),
    identities: view.identities.map((key) => identityToWire(key, view.via)),
    firstSeenAt: timeToWire(view.firstSeenAt),
    lastSeenAt: timeToWire(view.lastSeenAt),
    traits: view.traits,
    features: view.features,
    consent: byName(Object.entries(view.consent).map(([purpose, state]) => [purpose, consentToWire(state)])),
    contacts: view.contacts.map(contactToWire),
    overlays: byName(Object.entries(view.overlays).map(([name, overlay]) => [name, overlayToWire(overlay)])),
    segments: byName(
      Object.entries(view.segments).map(([name, place]) => [name, { since: timeToWire(place.since) }]),
    ),
    arms: view.arms,
  };
}

export function segmentToWire({ since, trend, ...report }: SegmentReport) {
  return {
    ...report,
    ...(since !== undefined && { since: timeToWire(since) }),
    trend: trend.map(({ day, ...figures }) => ({ day: timeToWire(day).slice(0, 10), ...figures })),
  };
}

export function consentToWire({ status, at, source, expiresAt }: ConsentState) {
  return {
    status,
    at: timeToWire(at),
    source,
    ...(expiresAt !== undefined && { expiresAt: timeToWire(expiresAt) }),
  };
}

export function overlayToWire({ at, expiresAt, isExpired, ...rest }: OverlayView) {
  return {
    ...rest,
    ...(at === undefined ? {} : { at: timeToWire(at) }),
    ...(expiresAt === undefined ? {} : { expiresAt: timeToWire(expiresAt) }),
    expired: isExpired,
  };
}

/** With the id that it came through, where it had been merged into another before. */
function identityToWire(key: CustomerKey, via: CustomerView['via']) {
  const through = Object.hasOwn(via, key) ? via[key] : undefined;
  return { ...customerToWire(key), ...(through !== undefined && { via: through }) };
}

/** What the models knew is in no answer: it means nothing without them. */
export function contactToWire({ decision, at, outcomes, served: _served, ...rest }: Contact) {
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
