import { unreachable } from '../assert.ts';
import { fireTimers, runTriggers } from '../campaigns/triggers.ts';
import { hash48 } from '../chance/hash.ts';
import { partitionOf } from '../chance/partition.ts';
import { budgetsAfter } from '../decide/budget.ts';
import { readEventFacts } from '../facts/read-facts.ts';
import { addTallies, noEvidence, tallyKey } from '../learning/propensity.ts';
import { type CustomerState, emptyProfile, newCustomerState } from '../model/customer-state.ts';
import type { CustomerKey } from '../model/ids.ts';
import type {
  CustomerMessage,
  DecisionMessage,
  EventMessage,
  LogMessage,
  OutcomeMessage,
} from '../model/log-message.ts';
import type { Tally } from '../model/model-snapshot.ts';
import { applyEvent } from './apply-event.ts';
import { addContacts } from './contacts.ts';
import type { FoldContext, FoldResult } from './fold-context.ts';
import { exportProfiles, importProfiles, linksOf } from './link.ts';
import { findContact, markOutcome, type OutcomeMark, outcomesOfEvent } from './outcomes.ts';
import { profileFor, withProfile } from './profile.ts';
import { hasSeen, remember } from './seen.ts';

/**
 * The customer fold: (state, message, context) -> state and what follows. Pure and deterministic.
 *
 * F1. A message is applied once: a message id that was applied before changes nothing.
 * F2. Waits that ended before a message arrived are over before it is applied, in the order of their ends, each judged
 *     at its own end. So the result depends on the customer's messages alone, not on when anybody looked at a clock;
 *     a timer message only makes sure that a customer who sends nothing more is not forgotten, and leaves no trace.
 * F3. A document that was merged away applies nothing; what it gets goes to the surviving document under a new id.
 * F4. Each presented id contributes to its own profile.
 */
export function foldCustomer(
  before: CustomerState | undefined,
  message: CustomerMessage,
  context: FoldContext,
): FoldResult {
  const state = before ?? newCustomerState(message.key);
  if (message.kind === 'timer') return fireTimers(state, message.due, context);
  const hash = hash48(message.id);
  if (hasSeen(state.seen, hash)) return { ...nothing, state, note: 'duplicate' };
  const remembered = { ...state, seen: remember(state.seen, hash, message.receivedAt) };
  if (state.forward !== undefined && message.kind !== 'link-export') {
    return forward(remembered, state.forward, message, context);
  }
  const woken = fireTimers(remembered, message.receivedAt, context);
  const left = { ...context, budgets: budgetsAfter(context.budgets, woken.spends) };
  return merge(woken, applyMessage(woken.state, message, left));
}

type RememberedMessage = Exclude<CustomerMessage, { kind: 'timer' }>;

const nothing: Omit<FoldResult, 'state'> = {
  messages: [],
  decisions: [],
  spends: [],
  learned: noEvidence,
  note: 'applied',
};

function applyMessage(state: CustomerState, message: RememberedMessage, context: FoldContext): FoldResult {
  switch (message.kind) {
    case 'event':
      return foldEvent(state, message, context);
    case 'decision':
      return foldDecision(state, message, context);
    case 'outcome':
      return foldOutcome(state, message);
    case 'link-export':
      return { ...nothing, ...exportProfiles(state, message, context) };
    case 'link-import':
      return { ...nothing, state: importProfiles(state, message) };
    default:
      return unreachable(message);
  }
}

function foldEvent(state: CustomerState, message: EventMessage, context: FoldContext): FoldResult {
  const { event } = message;
  const { rulebook } = context;
  const presented = message.presentedAs ?? message.key;
  const facts = readEventFacts(rulebook, event);
  const profile = applyEvent(profileFor(state, presented) ?? emptyProfile, event, rulebook, facts);
  const applied = withProfile(state, presented, profile);
  const marks = outcomesOfEvent(applied, event, rulebook.outcomesByEvent.get(event.name), facts);
  const marked = markAll(applied, marks);
  const triggered = runTriggers({ before: state, state: marked.state }, message, context);
  const linked = { ...nothing, state: triggered.state, messages: linksOf(triggered.state, message, context) };
  return merge(merge(marked, triggered), linked);
}

/** A pulled decision's contacts are in the state already, unless the store lost its last second; the evidence is new. */
function foldDecision(state: CustomerState, message: DecisionMessage, context: FoldContext): FoldResult {
  const memory = { now: message.receivedAt, rulebook: context.rulebook };
  const learned: Record<string, Tally> = {};
  for (const { action, treatment } of message.contacts) learned[tallyKey(action, treatment)] = [1, 0];
  return { ...nothing, state: addContacts(state, message.contacts, memory), learned };
}

function foldOutcome(state: CustomerState, message: OutcomeMessage): FoldResult {
  const contact = findContact(state, {
    decision: message.decision,
    ...(message.action !== undefined && { action: message.action }),
    ...(message.treatment !== undefined && { treatment: message.treatment }),
  });
  if (!contact) return { ...nothing, state, note: 'refused' };
  return markAll(state, [{ contact, outcome: message.outcome, at: message.timestamp }]);
}

function markAll(state: CustomerState, marks: readonly OutcomeMark[]): FoldResult {
  if (marks.length === 0) return { ...nothing, state };
  let next = state;
  let learned = noEvidence;
  for (const { contact, ...what } of marks) {
    const { decision, action, treatment } = contact;
    const current = findContact(next, { decision, action, treatment });
    if (!current) continue;
    const { state: marked, first } = markOutcome(next, { ...what, contact: current });
    next = marked;
    if (first && what.outcome === 'conversion') {
      learned = addTallies(learned, { [tallyKey(action, treatment)]: [0, 1] });
    }
  }
  return { ...nothing, state: next, learned };
}

/** A copy has an id of its own: the log must not take it for a retry of the original. */
export function forwardedId(id: string, to: CustomerKey): string {
  return `${id}>${to}`;
}

function forward(
  state: CustomerState,
  to: NonNullable<CustomerState['forward']>,
  message: Exclude<RememberedMessage, { kind: 'link-export' }>,
  context: FoldContext,
): FoldResult {
  const copy: LogMessage = {
    ...message,
    id: forwardedId(message.id, to),
    key: to,
    partition: partitionOf(context.tenant, to, context.partitions),
    ...(message.kind === 'event' && { presentedAs: message.presentedAs ?? message.key }),
  };
  return { ...nothing, state, messages: [copy], note: 'forwarded' };
}

function merge(first: FoldResult, second: FoldResult): FoldResult {
  if (isQuiet(first)) return second;
  if (isQuiet(second)) return { ...first, state: second.state, note: second.note };
  return {
    state: second.state,
    messages: [...first.messages, ...second.messages],
    decisions: [...first.decisions, ...second.decisions],
    spends: [...first.spends, ...second.spends],
    learned: addTallies(first.learned, second.learned),
    note: second.note,
  };
}

/** Nothing follows from it but the state. */
function isQuiet({ messages, decisions, spends, learned }: FoldResult): boolean {
  return messages.length === 0 && decisions.length === 0 && spends.length === 0 && learned === noEvidence;
}
