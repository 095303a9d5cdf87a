import { partitionOf } from '../chance/partition.ts';
import type { ErasureMark } from '../customer/erasure-mark.ts';
import { partedFrom } from '../customer/identities.ts';
import { type DecideResult, decide } from '../decide/decide.ts';
import { explain } from '../decide/explain.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { Decision } from '../model/decision.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { EventMessage } from '../model/log-message.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { Commit, CommitResult } from '../ports.ts';
import { type NotedInput, noteReads } from '../receipts/note-reads.ts';
import { nearestName } from '../rules/nearest-name.ts';
import type { DecideAnswer, DecideRequest } from './application.ts';
import { bindConsent } from './bind-consent.ts';
import type { Hold } from './budget-accounts.ts';
import type { DeskView } from './budget-desk.ts';
import { DegradedDesk } from './degraded-desk.ts';
import { type DocumentSource, type FoundDocument, findDocument } from './find-document.ts';
import { eventMessage } from './messages.ts';
import { previewDecision } from './preview-decision.ts';
import { queueByKey } from './queue-by-key.ts';
import { commitOfDecision } from './request-commit.ts';
import {
  type Asked,
  type Attempt,
  inputOf,
  requestDecisionId,
  stateAfter,
  stateSeen,
  withConsentOf,
} from './request-state.ts';
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
 *     does not know is two, and so is one in a partition where another node was found to have written last.
 */
export type DecideOnRequest = (request: DecideRequest) => Promise<DecideAnswer>;

export function openRequestDecision(context: RuntimeContext): DecideOnRequest {
  const inTurn = queueByKey();
  const degraded = new DegradedDesk(context);
  const decideInTurn = async (asked: Asked): Promise<DecideAnswer> => {
    await context.tables.opened();
    return inTurn(asked.request.customer, () => decideInAttempts(context, asked));
  };
  return async (request) => {
    const rulebook = request.preview?.rulebook ?? context.rulebook();
    if (!rulebook) throw new CodedError('NB_NO_RULEBOOK', 'no valid rulebook is loaded yet');
    refuseUnknownPlacements(request, rulebook);
    const requestId = request.requestId ?? context.ports.ids.nonce();
    const asked = { request, requestId, rulebook };
    return request.preview
      ? previewDecision(context, asked, request.preview)
      : degraded.answer(asked, decideInTurn);
  };
}

async function decideInAttempts(context: RuntimeContext, asked: Asked): Promise<DecideAnswer> {
  let erasures: Erasures = new Map();
  asked.patience?.begin();
  for (let number = 0; number < limits.decideAttemptsMax; number += 1) {
    // A refusal brought the newest document along.
    const source = number === 0 ? 'trusted' : 'memory';
    const answer = await attemptOnce(context, asked, { erasures, source });
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
  { erasures, source }: { readonly erasures: Erasures; readonly source: DocumentSource },
): Promise<DecideAnswer | { readonly barred: Erasures } | undefined> {
  const { request } = asked;
  const found = await findDocument(context, request.customer, source);
  if (found.isParting) return undefined;
  const fold = context.precedence.of(found.key);
  if (fold) {
    // It was refused for this document before, and goes first (FP1).
    await fold;
    return undefined;
  }
  const earlier = await answeredElsewhere(context, asked, found);
  if (earlier) return answerOf(earlier, request, true);
  const { key, partition, document, state } = found;
  const erasure = document.state ? undefined : erasures.get(key);
  const until = (document.state ? document.state.erasedUntil : erasure?.until) ?? 0;
  const now = Math.max(context.ports.clock.now(), until + 1);
  const id = requestDecisionId(partition, asked);
  const unless = document.state ? undefined : await context.erasures.nextName(key, erasure);
  const bringing = context.enrichment.bring({ rulebook: asked.rulebook, key, state });
  const told = await (asked.patience?.elsewhere(bringing) ?? bringing);
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
      context.cache.refresh(partition, key, { before: document, stored: outcome.documents.get(key) });
      // Whoever wrote it may have spent as well, and a store that forgot its last second forgot what was spent in it.
      context.desk.forget(partition);
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

interface Made {
  readonly result: DecideResult;
  /** Absent where no receipt is kept. */
  readonly noted?: NotedInput;
}

/** Decides until no budget is refused that can still be had. Every round draws on a ledger that has an end. */
async function decideWithinBudgets(context: RuntimeContext, attempt: Attempt): Promise<ReadyToCommit> {
  const { request, partition, rulebook, now } = attempt;
  for (;;) {
    const budgets = await context.desk.view(partition, rulebook, now);
    const { result, noted } = decideNow(context, attempt, budgets);
    if (budgets.starved.size > 0 && (await context.desk.topUp(partition, rulebook, now, budgets.starved))) {
      continue;
    }
    const events = request.events.map((event) =>
      eventMessage(context, event, { receivedAt: now, presented: request.customer }),
    );
    const after = withConsentOf(events, attempt, stateAfter(attempt, result));
    const commit = commitOfDecision(context, attempt, {
      result,
      ...(noted && { noted }),
      after,
      events,
    });
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
    attempt.patience?.check();
    context.cache.writes(commit.documents);
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

function decideNow(context: RuntimeContext, attempt: Attempt, budgets: DeskView): Made {
  const input = { ...inputOf(context, attempt, stateSeen(attempt)), budgets };
  const noted = context.receipts && noteReads(input);
  return { result: decide(noted?.input ?? input), ...(noted && { noted }) };
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
