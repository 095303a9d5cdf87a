import { decisionIdOf } from '../chance/partition.ts';
import { applyEvent } from '../customer/apply-event.ts';
import { encodeState } from '../customer/codec.ts';
import { addContacts } from '../customer/contacts.ts';
import { profileFor, withProfile } from '../customer/profile.ts';
import { type DecideResult, decide } from '../decide/decide.ts';
import { explain } from '../decide/explain.ts';
import { CodedError } from '../errors.ts';
import { readEventFacts } from '../facts/read-facts.ts';
import { limits } from '../limits.ts';
import { type Contact, type CustomerState, emptyProfile, newCustomerState } from '../model/customer-state.ts';
import type { Decision } from '../model/decision.ts';
import type { CustomerKey, DecisionId, Partition } from '../model/ids.ts';
import type { LogMessage } from '../model/log-message.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { Commit, OutboxItem } from '../ports.ts';
import { nearestName } from '../rules/nearest-name.ts';
import type { DecideAnswer, DecideRequest } from './application.ts';
import type { DeskView } from './budget-desk.ts';
import type { CachedDocument } from './document-cache.ts';
import { findDocument, refreshDocument } from './find-document.ts';
import { decisionMessage, eventMessage, keyOf } from './messages.ts';
import { outboxOf, recordOf } from './publish.ts';
import { queueByKey } from './queue-by-key.ts';
import type { RuntimeContext } from './runtime-context.ts';

/**
 * Answers a channel that asks.
 *
 * Q1. A decision's contacts, its record, what it publishes and the events it carried are one commit on the version of
 *     the customer's document that it was decided on. Caps are exact because every contact passes through there.
 * Q2. A refused commit brings the fresh document along, and the decision is made again on it.
 * Q3. The same request id of the same customer finds its record and gets the same answer.
 * Q4. Events in the request are seen by this decision and applied by the fold, once, when they come through the log.
 */
export type DecideOnRequest = (request: DecideRequest) => Promise<DecideAnswer>;

interface Attempt {
  readonly request: DecideRequest;
  readonly requestId: string;
  readonly rulebook: Rulebook;
  readonly key: CustomerKey;
  readonly partition: Partition;
  readonly document: CachedDocument;
  readonly id: DecisionId;
  readonly now: number;
}

export function openRequestDecision(context: RuntimeContext): DecideOnRequest {
  const inTurn = queueByKey();
  return async (request) => {
    const rulebook = context.rulebook();
    if (!rulebook) throw new CodedError('NB_NO_RULEBOOK', 'no valid rulebook is loaded yet');
    refuseUnknownPlacements(request, rulebook);
    const requestId = request.requestId ?? context.ports.ids.nonce();
    return inTurn(request.customer, () => decideInAttempts(context, { request, requestId, rulebook }));
  };
}

async function decideInAttempts(
  context: RuntimeContext,
  asked: Pick<Attempt, 'request' | 'requestId' | 'rulebook'>,
): Promise<DecideAnswer> {
  for (let number = 0; number < limits.decideAttemptsMax; number += 1) {
    const answer = await attemptOnce(context, asked);
    if (answer) return answer;
    if (number > 2) await context.ports.timing.sleep(number);
  }
  throw new CodedError('NB_CONTENTION', 'this customer is decided on too often at once; try again shortly');
}

/** undefined: something else was written meanwhile, try again. */
async function attemptOnce(
  context: RuntimeContext,
  asked: Pick<Attempt, 'request' | 'requestId' | 'rulebook'>,
): Promise<DecideAnswer | undefined> {
  const { request, requestId, rulebook } = asked;
  const { key, partition, document } = await findDocument(context, request.customer);
  const now = context.ports.clock.now();
  const id = decisionIdOf(partition, key, `request/${requestId}`);
  const attempt: Attempt = { ...asked, key, partition, document, id, now };
  const budgets = await budgetView(context, attempt);
  const result = decideNow(context, attempt, budgets);
  if (budgets.starved.size > 0 && (await context.desk.topUp(partition, rulebook, now, budgets.starved))) {
    return undefined;
  }
  const commit = commitOf(context, attempt, result);
  const outcome = await context.ports.store.commit(commit);
  switch (outcome.kind) {
    case 'committed':
      return committed(context, attempt, commit, result);
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
    case 'stale-checkpoint':
      throw new CodedError('NB_STORE_UNAVAILABLE', 'the store checked a checkpoint that was not sent');
  }
}

function budgetView(context: RuntimeContext, attempt: Attempt): Promise<DeskView> | DeskView {
  if (attempt.rulebook.budgets.size === 0) return { left: () => 0, starved: new Set() };
  return context.desk.view(attempt.partition, attempt.rulebook, attempt.now);
}

function decideNow(context: RuntimeContext, attempt: Attempt, budgets: DeskView): DecideResult {
  const { request, requestId, rulebook, key, document, id, now } = attempt;
  return decide({
    id,
    tenant: context.tenant,
    customer: key,
    state: withEvents(document.state, attempt),
    rulebook,
    model: context.model(),
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

/** The state as it will be once the request's own events came through the log. */
function withEvents(state: CustomerState | undefined, attempt: Attempt): CustomerState | undefined {
  const { request, rulebook, key } = attempt;
  let next = state;
  for (const event of request.events) {
    const presented = keyOf(event, request.customer);
    if (presented !== key && presented !== request.customer) continue;
    const base: CustomerState = next ?? newCustomerState(key);
    const profile = profileFor(base, presented) ?? emptyProfile;
    const applied = applyEvent(profile, event, rulebook, readEventFacts(rulebook, event));
    next = withProfile(base, presented, applied);
  }
  return next;
}

function commitOf(context: RuntimeContext, attempt: Attempt, result: DecideResult): Commit {
  const { request, rulebook, key, partition, now } = attempt;
  const { decision, contacts, spends } = result;
  const messages: LogMessage[] = request.events.map((event) =>
    eventMessage(context, event, { receivedAt: now, presented: request.customer }),
  );
  if (contacts.length > 0) messages.push(decisionMessage(context, { decision, key, partition, contacts }));
  return {
    partition,
    onceBy: decision.id,
    documents: documentWrites(context, attempt, result),
    timers: [],
    outbox: [
      ...messages.map((message): OutboxItem => ({ id: message.id, to: 'log', message })),
      ...outboxOf(decision),
    ],
    records: [recordOf(decision, now)],
    counters: context.desk.writes(rulebook, now, spends),
  };
}

function documentWrites(
  { ports }: RuntimeContext,
  attempt: Attempt,
  { contacts }: DecideResult,
): Commit['documents'] {
  const { key, document } = attempt;
  const { nonce, value } = document;
  if (contacts.length > 0) {
    const next = encodeState(stateAfter(attempt, contacts));
    return [{ key, expected: nonce, nonce: ports.ids.nonce(), value: next }];
  }
  // Writing the same value under the same version only makes sure that the decision saw the newest state.
  return nonce === undefined || value === undefined ? [] : [{ key, expected: nonce, nonce, value }];
}

function stateAfter({ key, document, now, rulebook }: Attempt, contacts: readonly Contact[]): CustomerState {
  const memory = { now, memoryMs: rulebook.contactMemoryMs };
  return addContacts(document.state ?? newCustomerState(key), contacts, memory);
}

function committed(
  context: RuntimeContext,
  attempt: Attempt,
  commit: Commit,
  result: DecideResult,
): DecideAnswer {
  const { request, key, partition } = attempt;
  const [write] = commit.documents;
  if (write && result.contacts.length > 0) {
    const state = stateAfter(attempt, result.contacts);
    context.cache.set(key, { nonce: write.nonce, state, value: write.value });
  }
  context.desk.spent(partition, commit.counters);
  if (commit.outbox.length > 0) context.outbox.signal(partition);
  context.observer.decided(result.decision);
  return answerOf(result.decision, request, false);
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
