import { unreachable } from '../assert.ts';
import { endWait, nextWait, runTriggers } from '../campaigns/triggers.ts';
import { hash48 } from '../chance/hash.ts';
import { budgetsAfter } from '../decide/budget.ts';
import { readEventFacts } from '../facts/read-facts.ts';
import { addTallies, noEvidence } from '../learning/propensity.ts';
import { type CustomerState, emptyProfile, newCustomerState } from '../model/customer-state.ts';
import type { CustomerMessage, DecisionMessage, EventMessage, OutcomeMessage } from '../model/log-message.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { joinedReceipts } from '../receipts/joined-receipts.ts';
import { endSegmentWait, segmentDeltas, segmentWait, settleSegments } from '../segments/keep-segments.ts';
import { applyEvent } from './apply-event.ts';
import { applyAttributes } from './attributes.ts';
import { convertBaseline } from './baselines.ts';
import { addDecided } from './contacts.ts';
import { erase, isErased, refuseErased } from './erase.ts';
import { erasedUntil } from './erasure-mark.ts';
import { type FoldContext, type FoldResult, quiet } from './fold-context.ts';
import { joinedLessons, joinedTaught, learnOutcome, type Taught, taughtByDecision } from './lessons.ts';
import { exportProfiles, importProfiles } from './link.ts';
import { linksOf } from './links-of-event.ts';
import { findContact, type OutcomeMark, outcomesOfEvent } from './outcomes.ts';
import { settleConsent } from './pending-consent.ts';
import { profileFor, withProfile } from './profile.ts';
import { hasSeen, remember } from './seen.ts';
import { sendOn } from './send-on.ts';
import { strayOf, takeBack, unlink } from './unlink.ts';

/**
 * The customer fold: (state, message, context) -> state and what follows. Pure and deterministic.
 *
 * F1. A message is applied once: a message id that was applied before changes nothing.
 * F2. Waits that ended before a message arrived are over before it is applied, in the order of their ends, each judged
 *     at its own end. So the result depends on the customer's messages alone, not on when anybody looked at a clock;
 *     a timer message only makes sure that a customer who sends nothing more is not forgotten, and leaves no trace.
 * F3. A document that was merged away applies nothing; what it gets goes to the surviving document under a new id.
 * F4. Each presented id contributes to its own profile. What was presented with an id that is not part of this customer
 *     (any more) goes to the document of that id.
 */
export function foldCustomer(
  before: CustomerState | undefined,
  message: CustomerMessage,
  context: FoldContext,
): FoldResult {
  const result = foldMessage(before, message, context);
  const segments = segmentDeltas(before, result, message);
  return segments.length > 0 ? { ...result, segments } : result;
}

function foldMessage(
  before: CustomerState | undefined,
  message: CustomerMessage,
  context: FoldContext,
): FoldResult {
  if (message.kind === 'erase') return erase(before, message, context);
  if (isCopy(message)) return quiet(before);
  if (isErased(before, message, context)) return refuseErased(before, message, context);
  // Nobody waits any more, and nothing was merged: what ends a wait or a merge must not make a customer.
  if (!before && endsSomething(message)) return quiet(undefined);
  const state = before ?? newCustomerState(message.key, erasedUntil(context.erasure, message.receivedAt));
  if (message.kind === 'timer') {
    const woken = endWaits(state, message, context);
    return settle(woken.state, woken, message, context);
  }
  const hash = hash48(message.id);
  if (hasSeen(state.seen, hash)) return { ...quiet(state), note: 'duplicate' };
  const remembered = {
    ...settleConsent(state, hash),
    seen: remember(state.seen, hash, message),
  };
  if (state.forward !== undefined && message.kind !== 'link-export' && message.kind !== 'link-return') {
    return { ...sendOn(state.forward, message, context), state: remembered };
  }
  const stray = strayOf(before, message);
  if (stray !== undefined) return { ...sendOn(stray, message, context), state: before && remembered };
  const woken = endWaits(remembered, message, context);
  const applied = merge(woken, applyMessage(woken.state, message, afterSpends(context, woken)));
  return settle(woken.state, applied, message, context);
}

/** The log's copy of what was applied where it happened (G3). */
function isCopy(message: CustomerMessage): boolean {
  return message.kind === 'event' && message.origin === 'segments';
}

/** Ends the waits that are over when the message comes, earliest first. */
function endWaits(state: CustomerState, message: CustomerMessage, context: FoldContext): Folded {
  const until = message.kind === 'timer' ? message.due : message.receivedAt;
  let result: Folded = quiet(state);
  for (let wait = nextWait(state, until); wait; wait = nextWait(result.state, until)) {
    const { id } = wait;
    const timers = result.state.timers.filter((timer) => timer.id !== id);
    const left = afterSpends(context, result);
    const ended =
      id === segmentWait
        ? endSegmentWait({ ...result.state, timers }, wait, { message, context: left, tell: teller(left) })
        : endWait({ ...result.state, timers }, wait, left);
    result = merge(result, ended);
  }
  return result;
}

function settle(
  before: CustomerState,
  result: Folded,
  message: CustomerMessage,
  context: FoldContext,
): Folded {
  return settleSegments(before, result, { message, context, tell: teller(context) });
}

function teller(context: FoldContext) {
  return (state: CustomerState, message: EventMessage, spends: FoldResult['spends']) =>
    foldEvent(state, message, afterSpends(context, { spends }));
}

function afterSpends(context: FoldContext, { spends }: Pick<FoldResult, 'spends'>): FoldContext {
  return spends.length === 0 ? context : { ...context, budgets: budgetsAfter(context.budgets, spends) };
}

function endsSomething({ kind }: CustomerMessage): boolean {
  return kind === 'timer' || kind === 'unlink' || kind === 'link-return';
}

type AppliedMessage = Exclude<CustomerMessage, { kind: 'timer' | 'erase' }>;
/** What a message came to while there still is a customer. */
type Folded = FoldResult & { readonly state: CustomerState };

function applyMessage(state: CustomerState, message: AppliedMessage, context: FoldContext): Folded {
  switch (message.kind) {
    case 'event':
      return foldEvent(state, message, context);
    case 'decision':
      return foldDecision(state, message, context);
    case 'outcome':
      return foldOutcome(state, message, context);
    case 'link-export':
      return { ...quiet(state), ...exportProfiles(state, message, context) };
    case 'link-import':
      return { ...quiet(state), ...importProfiles(state, message, context) };
    case 'unlink':
      return { ...quiet(state), ...unlink(state, message, context) };
    case 'link-return':
      return { ...quiet(state), ...takeBack(state, message) };
    case 'attributes':
      return quiet(applyAttributes(state, message));
    default:
      return unreachable(message);
  }
}

function foldEvent(state: CustomerState, message: EventMessage, context: FoldContext): Folded {
  const { event } = message;
  const { rulebook } = context;
  const presented = message.presentedAs ?? message.key;
  const facts = readEventFacts(rulebook, event);
  const profile = applyEvent(profileFor(state, presented) ?? emptyProfile, message, rulebook, facts);
  const applied = withProfile(state, presented, profile);
  const marks = outcomesOfEvent(applied, event, rulebook.outcomesByEvent.get(event.name), facts);
  const untouched = convertBaseline(applied, { event, facts, now: message.receivedAt }, rulebook);
  const marked = withTaught(
    markAll(untouched?.state ?? applied, marks, { now: message.receivedAt, rulebook }),
    untouched,
  );
  // Most events start no trigger and link nobody: what follows from them is not built just to be found empty.
  const triggered = rulebook.triggersByEvent.has(event.name)
    ? merge(marked, runTriggers({ before: state, state: marked.state }, message, context))
    : marked;
  const messages = linksOf(triggered.state, message, context);
  return messages.length === 0 ? triggered : merge(triggered, { ...quiet(triggered.state), messages });
}

/** A pulled decision's contacts are in the state already, unless the store lost its last second; what it teaches is new. */
function foldDecision(state: CustomerState, message: DecisionMessage, context: FoldContext): Folded {
  const { receivedAt: now, presentedAs: presented } = message;
  const memory = { now, rulebook: context.rulebook, presented };
  return { ...quiet(addDecided(state, message, memory)), ...taughtByDecision(message) };
}

function foldOutcome(state: CustomerState, message: OutcomeMessage, { rulebook }: FoldContext): Folded {
  const contact = findContact(state, {
    decision: message.decision,
    ...(message.action !== undefined && { action: message.action }),
    ...(message.treatment !== undefined && { treatment: message.treatment }),
  });
  if (!contact) return { ...quiet(state), note: 'refused' };
  const mark = { contact, outcome: message.outcome, at: message.timestamp };
  return markAll(state, [mark], { now: message.receivedAt, rulebook });
}

function markAll(
  state: CustomerState,
  marks: readonly OutcomeMark[],
  occasion: { readonly now: number; readonly rulebook: Rulebook },
): Folded {
  if (marks.length === 0) return quiet(state);
  let next = state;
  let taught: Taught = { learned: noEvidence };
  for (const mark of marks) {
    // Another mark of the same event may have changed it.
    const contact = findContact(next, mark.contact);
    if (!contact) continue;
    const { state: marked, ...learned } = learnOutcome(next, { ...mark, contact }, occasion);
    next = marked;
    taught = joinedTaught(taught, learned);
  }
  return { ...quiet(next), learned: taught.learned, ...joinedLessons({}, taught) };
}

function withTaught(folded: Folded, taught: Taught | undefined): Folded {
  return taught ? { ...folded, ...joinedTaught(folded, taught) } : folded;
}

function merge(first: Folded, second: Folded): Folded {
  if (isQuiet(first)) return second;
  if (isQuiet(second)) return { ...first, state: second.state, note: second.note };
  return {
    state: second.state,
    messages: [...first.messages, ...second.messages],
    decisions: [...first.decisions, ...second.decisions],
    ...joinedReceipts(first, second),
    spends: [...first.spends, ...second.spends],
    learned: addTallies(first.learned, second.learned),
    ...joinedLessons(first, second),
    note: second.note,
  };
}

/** Nothing follows from it but the state. */
function isQuiet({ messages, decisions, spends, learned, lessons }: FoldResult): boolean {
  const isSilent = messages.length === 0 && decisions.length === 0 && spends.length === 0;
  return isSilent && learned === noEvidence && lessons === undefined;
}
