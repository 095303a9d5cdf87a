import { hash48 } from '../chance/hash.ts';
import { decisionIdOf } from '../chance/partition.ts';
import { applyEvent } from '../customer/apply-event.ts';
import { applyAttributes } from '../customer/attributes.ts';
import { addDecided } from '../customer/contacts.ts';
import { type ErasureMark, erasedUntil } from '../customer/erasure-mark.ts';
import { expectConsent, withPendingConsent } from '../customer/pending-consent.ts';
import { profileFor, withProfile } from '../customer/profile.ts';
import { hasSeen, remember } from '../customer/seen.ts';
import { forwardedId } from '../customer/send-on.ts';
import type { DecideResult } from '../decide/decide.ts';
import type { DecideInput } from '../decide/decide-input.ts';
import { readEventFacts } from '../facts/read-facts.ts';
import { type CustomerState, emptyProfile, newCustomerState } from '../model/customer-state.ts';
import type { CustomerKey, DecisionId, Partition } from '../model/ids.ts';
import type { AttributesMessage, EventMessage } from '../model/log-message.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import type { DecideRequest } from './application.ts';
import type { CachedDocument } from './document-cache.ts';
import { eventId, keyOf } from './messages.ts';
import type { Patience } from './patience.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** One try at a decision: what was asked, and what was found of the customer. */
export interface Attempt {
  readonly request: DecideRequest;
  readonly requestId: string;
  readonly rulebook: Rulebook;
  readonly key: CustomerKey;
  readonly partition: Partition;
  /** What the commit is made on. */
  readonly document: CachedDocument;
  /** What the decision sees. */
  readonly state: CustomerState | undefined;
  readonly id: DecisionId;
  readonly now: number;
  /** What an earlier erasure left of a customer who has no document now. */
  readonly erasure: ErasureMark | undefined;
  /** What services told of the customer just now; the decision sees it, and the fold applies it. */
  readonly brought: readonly AttributesMessage[];
  /** The record that comes up if such a customer is erased meanwhile. */
  readonly unless: string | undefined;
  /** Absent: the answer is waited for, however long it takes. */
  readonly patience?: Patience;
}

export type Asked = Pick<Attempt, 'request' | 'requestId' | 'rulebook' | 'patience'>;

/** By the id that was presented, so that it stays the same when the customer comes to go under another one. */
export function requestDecisionId(partition: Partition, { request, requestId }: Asked): DecisionId {
  return decisionIdOf(partition, request.customer, `request/${requestId}`);
}

/** The id that asked, once the document that is written has its contributions; before that the contact is its own. */
export function contributorOf({ request, document }: Attempt): CustomerKey | undefined {
  const { customer } = request;
  return document.state && Object.hasOwn(document.state.sources, customer) ? customer : undefined;
}

/** What is decided on, but for the budgets; `state` as the decision is to see it. */
export function inputOf(
  context: RuntimeContext,
  attempt: Attempt,
  state: CustomerState | undefined,
): Omit<DecideInput, 'budgets'> {
  const { request, requestId, rulebook, key, id, now } = attempt;
  return {
    id,
    tenant: context.tenant,
    customer: key,
    presentedAs: contributorOf(attempt),
    state,
    rulebook,
    model: context.model(),
    tables: context.tables.current(),
    cause: { kind: 'request', requestId },
    seed: id,
    now,
    placements: request.placements,
    context: request.context,
    ...(request.limit !== undefined && { limit: request.limit }),
    explain: request.explain,
  };
}

function newCustomer({ key, erasure, now }: Attempt): CustomerState {
  return newCustomerState(key, erasedUntil(erasure, now));
}

/** What the decision sees: the state as it will be once the request's own events and what services told came through the log. */
export function stateSeen(attempt: Attempt): CustomerState | undefined {
  return withBrought(attempt, withEvents(attempt));
}

/** The state as it will be once what services told came through the log. */
function withBrought(attempt: Attempt, state: CustomerState | undefined): CustomerState | undefined {
  if (attempt.brought.length === 0) return state;
  return attempt.brought.reduce(applyAttributes, state ?? newCustomer(attempt));
}

/** The state as it will be once the request's own events came through the log. */
function withEvents(attempt: Attempt): CustomerState | undefined {
  const { request, rulebook, key, now } = attempt;
  let next = attempt.state && withPendingConsent(attempt.state);
  for (const event of request.events) {
    const presented = keyOf(event, request.customer);
    if (presented !== key && presented !== request.customer) continue;
    const base: CustomerState = next ?? newCustomer(attempt);
    if (isApplied(base, event) || event.timestamp <= (base.erasedUntil ?? 0)) continue;
    const profile = profileFor(base, presented) ?? emptyProfile;
    const applied = applyEvent(
      profile,
      { event, receivedAt: now },
      rulebook,
      readEventFacts(rulebook, event),
    );
    next = withProfile(
      { ...base, seen: remember(base.seen, hash48(eventId(event)), { receivedAt: now }) },
      presented,
      applied,
    );
  }
  return next;
}

/** It came through the log already, for this id or for one that was merged into it: a request may be sent again. */
function isApplied({ key, seen }: CustomerState, event: TouchpointEvent): boolean {
  const id = eventId(event);
  return hasSeen(seen, hash48(id)) || hasSeen(seen, hash48(forwardedId(id, key)));
}

/** What the document becomes by what the decision made; absent where that is nothing. */
export function stateAfter(attempt: Attempt, made: DecideResult): CustomerState | undefined {
  const { document, now, rulebook } = attempt;
  if (!isKept(made)) return undefined;
  return addDecided(document.state ?? newCustomer(attempt), made, {
    now,
    rulebook,
    presented: contributorOf(attempt),
  });
}

/** Whether the customer's state is another one for it. */
export function isKept({ contacts, baseline }: DecideResult): boolean {
  return contacts.length > 0 || baseline !== undefined;
}

/** What the request's events say about consent binds the next decision, so it is written with this one. */
export function withConsentOf(
  events: readonly EventMessage[],
  { rulebook, key, document, erasure, now }: Attempt,
  after: CustomerState | undefined,
): CustomerState | undefined {
  let next = after;
  for (const message of events) {
    if (message.key !== key || !rulebook.consentByEvent.has(message.event.name)) continue;
    const known = { rulebook, erasedUntil: erasedUntil(erasure, now) };
    next = expectConsent(next ?? document.state, message, known) ?? next;
  }
  return next;
}
