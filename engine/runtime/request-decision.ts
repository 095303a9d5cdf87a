import { hash48 } from '../chance/hash.ts';
import { decisionIdOf, partitionOf } from '../chance/partition.ts';
import { applyEvent } from '../customer/apply-event.ts';
import { applyAttributes } from '../customer/attributes.ts';
import { encodeState } from '../customer/codec.ts';
import { addContacts } from '../customer/contacts.ts';
import { type ErasureMark, erasedUntil } from '../customer/erasure-mark.ts';
import { partedFrom } from '../customer/identities.ts';
import { expectConsent, withPendingConsent } from '../customer/pending-consent.ts';
import { profileFor, withProfile } from '../customer/profile.ts';
import { hasSeen, remember } from '../customer/seen.ts';
import { forwardedId } from '../customer/send-on.ts';
import { type DecideResult, decide } from '../decide/decide.ts';
import { explain } from '../decide/explain.ts';
import { CodedError } from '../errors.ts';
import { readEventFacts } from '../facts/read-facts.ts';
import { limits } from '../limits.ts';
import { type Contact, type CustomerState, emptyProfile, newCustomerState } from '../model/customer-state.ts';
import type { Decision } from '../model/decision.ts';
import type { CustomerKey, DecisionId, Partition } from '../model/ids.ts';
import type { AttributesMessage, EventMessage, LogMessage } from '../model/log-message.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import type { Commit, CommitResult, OutboxItem } from '../ports.ts';
import { nearestName } from '../rules/nearest-name.ts';
import type { DecideAnswer, DecideRequest } from './application.ts';
import { bindConsent } from './bind-consent.ts';
import type { DeskView, Hold } from './budget-desk.ts';
import type { CachedDocument } from './document-cache.ts';
import { type FoundDocument, findDocument, refreshDocument } from './find-document.ts';
import { decisionMessage, eventId, eventMessage, keyOf } from './messages.ts';
import { outboxOf, recordOf } from './publish.ts';
import { queueByKey } from './queue-by-key.ts';
import type { RuntimeContext } from './runtime-context.ts';

/**
 * Answers a channel that asks.
 *
 * Q1. A decision's contacts, its record, what it publishes and the events it carried are one commit on the version of
 *     the customer's document that it was decided on. Caps are exact because every contact passes through there.
 * Q2. A refused commit brings the fresh document along, and the decision is made again on it.
 * Q3. The same request id of the same presented id finds its record and gets the same answer, also when the id was merged
 *     or taken back in between.
 * Q4. Events in the request are seen by this decision and applied by the fold, once, when they come through the log.
 * Q5. A customer who has no document is stored on the condition that none was erased meanwhile. Who was erased lately is
 *     decided on as somebody new, later than the erasure.
 * Q6. A decision on a document that this node knows is one round trip to the store, the commit; one for an id that it
 *     does not know is two.
 */
export type DecideOnRequest = (request: DecideRequest) => Promise<DecideAnswer>;

interface Attempt {
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
}

type Asked = Pick<Attempt, 'request' | 'requestId' | 'rulebook'>;

export function openRequestDecision(context: RuntimeContext): DecideOnRequest {
  const inTurn = queueByKey();
  return async (request) => {
    const rulebook = context.rulebook();
    if (!rulebook) throw new CodedError('NB_NO_RULEBOOK', 'no valid rulebook is loaded yet');
    refuseUnknownPlacements(request, rulebook);
    await context.tables.opened();
    const requestId = request.requestId ?? context.ports.ids.nonce();
    return inTurn(request.customer, () => decideInAttempts(context, { request, requestId, rulebook }));
  };
}

async function decideInAttempts(context: RuntimeContext, asked: Asked): Promise<DecideAnswer> {
  let erasures: Erasures = new Map();
  for (let number = 0; number < limits.decideAttemptsMax; number += 1) {
    const answer = await attemptOnce(context, asked, erasures);
    if (answer && 'barred' in answer) erasures = answer.barred;
    else if (answer) return answer;
    if (number > 2) await context.ports.timing.sleep(number);
  }
  throw new CodedError('NB_CONTENTION', 'this customer is decided on too often at once; try again shortly');
}

type Erasures = ReadonlyMap<CustomerKey, ErasureMark>;

/** undefined: something else was written meanwhile, try again. */
async function attemptOnce(
  context: RuntimeContext,
  asked: Asked,
  erasures: Erasures,
): Promise<DecideAnswer | { readonly barred: Erasures } | undefined> {
  const { request } = asked;
  const found = await findDocument(context, request.customer);
  if (found.isParting) return undefined;
  const earlier = await answeredElsewhere(context, asked, found);
  if (earlier) return answerOf(earlier, request, true);
  const { key, partition, document, state } = found;
  const erasure = document.state ? undefined : erasures.get(key);
  const until = (document.state ? document.state.erasedUntil : erasure?.until) ?? 0;
  const now = Math.max(context.ports.clock.now(), until + 1);
  const id = requestDecisionId(partition, asked);
  const unless = document.state ? undefined : await context.erasures.nextName(key, erasure);
  const told = await context.enrichment.bring({ rulebook: asked.rulebook, key, state });
  const brought = told.filter(({ state: { at } }) => at > until);
  const attempt: Attempt = { ...asked, key, partition, document, state, id, now, erasure, brought, unless };
  const { result, after, commit, hold } = await decideWithinBudgets(context, attempt);
  const outcome = await commitHolding(context, attempt, commit, hold);
  switch (outcome.kind) {
    case 'committed': {
      const answer = committed(context, attempt, { commit, after, result });
      await bindConsent(context, eventsElsewhere(commit, key));
      return answer;
    }
    case 'repeated':
      return answerOf(JSON.parse(outcome.record) as Decision, request, true);
    case 'conflict':
      for (const [changed, stored] of outcome.documents) refreshDocument(context, changed, stored);
      context.observer.conflicted('document');
      return undefined;
    case 'exhausted':
      context.desk.forget(partition);
      context.observer.conflicted('budget');
      return undefined;
    case 'barred':
      // The customer was erased. What this node remembers of the ids that led there is void as well.
      context.cache.forget(attempt.key);
      context.cache.forget(request.customer);
      return { barred: await context.erasures.find(partition, [key]) };
    case 'stale-checkpoint':
      throw new CodedError('NB_STORE_UNAVAILABLE', 'the store checked a checkpoint that was not sent');
  }
}

/** By the id that was presented, so that it stays the same when the customer comes to go under another one. */
function requestDecisionId(partition: Partition, { request, requestId }: Asked): DecisionId {
  return decisionIdOf(partition, request.customer, `request/${requestId}`);
}

/** The id that asked, once the document that is written has its contributions; before that the contact is its own. */
function contributorOf({ request, document }: Attempt): CustomerKey | undefined {
  const { customer } = request;
  return document.state && Object.hasOwn(document.state.sources, customer) ? customer : undefined;
}

/** A record lies where the document was that spoke for the id then: before a merge, or before it was taken back. */
async function answeredElsewhere(
  { tenant, partitions, ports }: RuntimeContext,
  asked: Asked,
  { partition, path, state }: FoundDocument,
): Promise<Decision | undefined> {
  if (asked.request.requestId === undefined) return undefined;
  const keys = [...path, ...(path.length === 0 && state ? partedFrom(state) : [])];
  const others = new Set(keys.map((key) => partitionOf(tenant, key, partitions)));
  others.delete(partition);
  for (const other of others) {
    const record = await ports.store.record(other, requestDecisionId(other, asked));
    if (record !== undefined) return JSON.parse(record) as Decision;
  }
  return undefined;
}

interface ReadyToCommit {
  readonly result: DecideResult;
  /** The document's state with the contacts made and the changes of consent; absent when there are none. */
  readonly after: CustomerState | undefined;
  readonly commit: Commit;
  readonly hold: Hold;
}

/** Decides until no budget is refused that can still be had. Every round draws on a ledger that has an end. */
async function decideWithinBudgets(context: RuntimeContext, attempt: Attempt): Promise<ReadyToCommit> {
  const { request, partition, rulebook, now } = attempt;
  for (;;) {
    const budgets = await context.desk.view(partition, rulebook, now);
    const result = decideNow(context, attempt, budgets);
    if (budgets.starved.size > 0 && (await context.desk.topUp(partition, rulebook, now, budgets.starved))) {
      continue;
    }
    const events = request.events.map((event) =>
      eventMessage(context, event, { receivedAt: now, presented: request.customer }),
    );
    const after = withConsentOf(events, attempt, stateAfter(attempt, result.contacts));
    const commit = commitOf(context, attempt, { result, after, events });
    return { result, after, commit, hold: context.desk.hold(partition, commit.counters) };
  }
}

async function commitHolding(
  context: RuntimeContext,
  attempt: Attempt,
  commit: Commit,
  hold: Hold,
): Promise<CommitResult> {
  let outcome: CommitResult | undefined;
  try {
    outcome = await context.ports.store
      .commit(commit)
      .catch((error) => settleUnknown(context, attempt, commit, error));
    return outcome;
  } finally {
    hold.settle(outcome?.kind === 'committed' ? 'committed' : 'refused');
  }
}

/**
 * A rejected commit may have been stored; its record tells. What was known of document and budgets is void either way,
 * and the outbox may hold what nobody was told of.
 */
async function settleUnknown(
  context: RuntimeContext,
  { key, partition, id }: Attempt,
  commit: Commit,
  error: unknown,
): Promise<CommitResult> {
  context.cache.forget(key);
  context.desk.forget(partition);
  context.outbox.signal(partition);
  const record = await context.ports.store.record(partition, id);
  if (record === undefined) throw error;
  return record === commit.records[0]?.value ? { kind: 'committed' } : { kind: 'repeated', record };
}

function decideNow(context: RuntimeContext, attempt: Attempt, budgets: DeskView): DecideResult {
  const { request, requestId, rulebook, key, id, now } = attempt;
  return decide({
    id,
    tenant: context.tenant,
    customer: key,
    presentedAs: contributorOf(attempt),
    state: withBrought(attempt, withEvents(attempt)),
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
    budgets,
  });
}

function newCustomer({ key, erasure, now }: Attempt): CustomerState {
  return newCustomerState(key, erasedUntil(erasure, now));
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

function commitOf(
  context: RuntimeContext,
  attempt: Attempt,
  {
    result,
    after,
    events,
  }: Pick<ReadyToCommit, 'result' | 'after'> & { readonly events: readonly EventMessage[] },
): Commit {
  const { rulebook, key, partition, now } = attempt;
  const { decision, contacts, spends } = result;
  // The contacts are in the document when the events are folded; who reads the log again must meet them first as well.
  const messages: LogMessage[] = [
    ...(contacts.length > 0 ? [decisionMessage(context, { decision, key, partition, contacts })] : []),
    ...events,
    ...attempt.brought,
  ];
  return {
    partition,
    onceBy: decision.id,
    ...(attempt.unless !== undefined && { unless: [attempt.unless] }),
    documents: documentWrites(context, attempt, after),
    timers: [],
    outbox: [
      ...messages.map((message): OutboxItem => ({ id: message.id, to: 'log', message })),
      ...outboxOf(decision),
    ],
    records: [recordOf(decision, now + context.recordMs)],
    counters: context.desk.writes(rulebook, now, spends),
  };
}

function documentWrites(
  { ports }: RuntimeContext,
  { key, document }: Attempt,
  after: CustomerState | undefined,
): Commit['documents'] {
  const { nonce, value } = document;
  if (after) return [{ key, expected: nonce, nonce: ports.ids.nonce(), value: encodeState(after) }];
  // Writing the same value under the same version only makes sure that the decision saw the newest state.
  return nonce === undefined || value === undefined ? [] : [{ key, expected: nonce, nonce, value }];
}

function stateAfter(attempt: Attempt, contacts: readonly Contact[]): CustomerState | undefined {
  const { document, now, rulebook } = attempt;
  if (contacts.length === 0) return undefined;
  return addContacts(document.state ?? newCustomer(attempt), contacts, {
    now,
    rulebook,
    presented: contributorOf(attempt),
  });
}

/** What the request's events say about consent binds the next decision, so it is written with this one. */
function withConsentOf(
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

function committed(
  context: RuntimeContext,
  { request, key, partition }: Attempt,
  { commit, after, result }: Pick<ReadyToCommit, 'commit' | 'after' | 'result'>,
): DecideAnswer {
  const [write] = commit.documents;
  if (write && after) context.cache.set(key, { nonce: write.nonce, state: after, value: write.value });
  if (commit.outbox.length > 0) context.outbox.signal(partition);
  context.observer.decided(result.decision);
  return answerOf(result.decision, request, false);
}

/** The events that came with the request and are of other documents than the one that was written. */
function eventsElsewhere({ outbox }: Commit, key: CustomerKey): readonly EventMessage[] {
  return outbox.flatMap((item) =>
    item.to === 'log' && item.message.kind === 'event' && item.message.key !== key ? [item.message] : [],
  );
}

function answerOf(decision: Decision, request: DecideRequest, repeated: boolean): DecideAnswer {
  return { decision, repeated, ...(request.explain && { explain: explain(decision) }) };
}

function refuseUnknownPlacements(request: DecideRequest, rulebook: Rulebook): void {
  const faults = request.placements.flatMap((name, index) => {
    if (rulebook.placements.has(name)) return [];
    const known = [...rulebook.placements.keys()];
    const near = nearestName(name, known);
    const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean "${near}"?`;
    return [{ pointer: `/placements/${index}`, detail: `no placement "${name}" in the rulebook; ${hint}` }];
  });
  if (faults.length > 0) {
    throw new CodedError('NB_UNKNOWN_PLACEMENT', faults[0]?.detail ?? 'unknown placement', { faults });
  }
}
