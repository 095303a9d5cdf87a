import { decisionIdOf } from '../chance/partition.ts';
import { addContacts } from '../customer/contacts.ts';
import type { FoldContext, FoldResult } from '../customer/fold-context.ts';
import { profilesOf } from '../customer/profile.ts';
import { budgetsAfter } from '../decide/budget.ts';
import { decide } from '../decide/decide.ts';
import { readFacts } from '../facts/read-facts.ts';
import { addTallies, noEvidence, tallyKey } from '../learning/propensity.ts';
import { limits } from '../limits.ts';
import type { CustomerState, PendingTimer } from '../model/customer-state.ts';
import type { Json } from '../model/json.ts';
import type { EventMessage } from '../model/log-message.ts';
import type { Tallies, Tally } from '../model/model-snapshot.ts';
import type { Trigger } from '../model/rulebook.ts';

/**
 * Triggers: an event asks for a decision in push placements, at once or after a wait.
 *
 * T1. An event that arrives later than `triggerLatenessMsMax` counts in every window but starts nothing.
 * T2. A further event of a waiting trigger starts the wait anew.
 * T3. The conditions are judged when the decision is due, with the facts of the event that started the wait. What was
 *     before that event is known only to triggers without a wait.
 */

interface Cause {
  readonly messageId: string;
  readonly event: Json;
  readonly now: number;
  /** The customer before the event; unknown once a wait is over. */
  readonly stateBefore?: CustomerState;
}

type Outcome = Pick<FoldResult, 'state' | 'decisions' | 'spends' | 'learned'>;

/** `before` is the customer before the event, `state` after it. */
export function runTriggers(
  { before, state }: { readonly before: CustomerState; readonly state: CustomerState },
  message: EventMessage,
  context: FoldContext,
): FoldResult {
  const { event } = message;
  const triggers = context.rulebook.triggersByEvent.get(event.name);
  if (triggers === undefined) return { ...quiet(state), messages: [], note: 'applied' };
  let outcome = quiet(state);
  if (message.receivedAt - event.timestamp <= limits.triggerLatenessMsMax) {
    for (const trigger of triggers) {
      outcome =
        trigger.waitMs > 0
          ? { ...outcome, state: startWait(outcome.state, trigger, message) }
          : ask(
              outcome,
              trigger,
              {
                messageId: event.messageId,
                event: event as unknown as Json,
                now: message.receivedAt,
                stateBefore: before,
              },
              context,
            );
    }
  }
  return { ...outcome, messages: [], note: 'applied' };
}

/** Ends the waits that are due at or before `until`, earliest first. */
export function fireTimers(state: CustomerState, until: number, context: FoldContext): FoldResult {
  let outcome = quiet(state);
  if (state.timers.length === 0) return { ...outcome, messages: [], note: 'applied' };
  for (const timer of dueTimers(state.timers, until)) {
    const timers = outcome.state.timers.filter(({ id }) => id !== timer.id);
    outcome = { ...outcome, state: { ...outcome.state, timers } };
    const trigger = context.rulebook.triggers.get(timer.trigger);
    if (trigger) outcome = ask(outcome, trigger, { ...timer, now: timer.due }, context);
  }
  return { ...outcome, messages: [], note: 'applied' };
}

function dueTimers(timers: readonly PendingTimer[], until: number): readonly PendingTimer[] {
  return timers
    .filter(({ due }) => due <= until)
    .sort((left, right) => left.due - right.due || (left.id < right.id ? -1 : 1));
}

function startWait(state: CustomerState, trigger: Trigger, message: EventMessage): CustomerState {
  const others = state.timers.filter(({ id }) => id !== trigger.name);
  if (others.length >= limits.timersPerCustomerMax) return state;
  const { name, type, timestamp, properties } = message.event;
  const timer: PendingTimer = {
    id: trigger.name,
    due: message.receivedAt + trigger.waitMs,
    trigger: trigger.name,
    messageId: message.event.messageId,
    event: { name, type, timestamp, properties },
    ...(message.replayed && { replayed: true as const }),
  };
  return { ...state, timers: [...others, timer] };
}

function ask(before: Outcome, trigger: Trigger, cause: Cause, context: FoldContext): Outcome {
  const { state } = before;
  if (trigger.when && !holds(state, trigger.when, cause, context)) return before;
  const causeId = `trigger/${trigger.name}/${cause.messageId}`;
  const { decision, contacts, spends } = decide({
    id: decisionIdOf(context.partition, state.key, causeId),
    tenant: context.tenant,
    customer: state.key,
    state,
    rulebook: context.rulebook,
    model: context.model,
    cause: { kind: 'trigger', trigger: trigger.name, messageId: cause.messageId },
    seed: causeId,
    now: cause.now,
    placements: trigger.placements,
    context: {},
    event: cause.event,
    explain: false,
    budgets: budgetsAfter(context.budgets, before.spends),
  });
  const learned: Record<string, Tally> = {};
  for (const { action, treatment } of contacts) learned[tallyKey(action, treatment)] = [1, 0];
  return {
    state: addContacts(state, contacts, { now: cause.now, rulebook: context.rulebook }),
    decisions: [...before.decisions, decision],
    spends: [...before.spends, ...spends],
    learned: addTallies(before.learned, learned as Tallies),
  };
}

function holds(
  state: CustomerState,
  when: NonNullable<Trigger['when']>,
  cause: Cause,
  { rulebook }: FoldContext,
): boolean {
  const scope = {
    key: state.key,
    profiles: profilesOf(state),
    now: cause.now,
    context: {},
    event: cause.event,
    ...(cause.stateBefore && { profilesBefore: profilesOf(cause.stateBefore) }),
  };
  return when.holds(readFacts(rulebook, scope));
}

function quiet(state: CustomerState): Outcome {
  return { state, decisions: [], spends: [], learned: noEvidence };
}
