import { decisionIdOf } from '../chance/partition.ts';
import { addDecided } from '../customer/contacts.ts';
import { type FoldContext, type FoldResult, quiet } from '../customer/fold-context.ts';
import { byTurn, inTurn, waitId } from '../customer/identities.ts';
import { joinedTaught, taughtByDecision } from '../customer/lessons.ts';
import { profilesOf } from '../customer/profile.ts';
import { budgetsAfter } from '../decide/budget.ts';
import { decide } from '../decide/decide.ts';
import type { DecideInput } from '../decide/decide-input.ts';
import { readFacts } from '../facts/read-facts.ts';
import { limits } from '../limits.ts';
import type { CustomerState, PendingTimer } from '../model/customer-state.ts';
import type { Json } from '../model/json.ts';
import type { EventMessage } from '../model/log-message.ts';
import type { Trigger } from '../model/rulebook.ts';
import { joinedReceipts } from '../receipts/joined-receipts.ts';
import { makeReceipt } from '../receipts/make-receipt.ts';
import { noteReads } from '../receipts/note-reads.ts';
import { isAwaited, type PutOffAsk, putOff } from './put-off.ts';

/**
 * Triggers: an event asks for a decision in push placements, at once or after a wait.
 *
 * T1. An event that arrives later than `triggerLatenessMsMax` counts in every window but starts nothing.
 * T2. A further event of a waiting trigger starts the wait anew. Each id of a merged customer keeps a wait of its own, so
 *     that it can take it along; of those of one trigger only the last to end asks.
 * T3. The conditions are judged when the decision is due, with the facts of the event that started the wait. What was
 *     before that event is known only to triggers without a wait.
 * T4-T6 are in `put-off.ts`: what becomes of a decision that quiet hours put off.
 */

/** `of`: the id whose event it was, where that is not the document's own. */
interface Cause extends PutOffAsk {
  /** The customer before the event; unknown once a wait is over. */
  readonly stateBefore?: CustomerState;
}

type Folded = FoldResult & { readonly state: CustomerState };

/** `before` is the customer before the event, `state` after it. */
export function runTriggers(
  { before, state }: { readonly before: CustomerState; readonly state: CustomerState },
  message: EventMessage,
  context: FoldContext,
): Folded {
  const { event } = message;
  const triggers = context.rulebook.triggersByEvent.get(event.name);
  if (triggers === undefined) return quiet(state);
  let outcome: Folded = quiet(state);
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
                of: message.presentedAs,
                replayed: message.replayed,
                stateBefore: before,
              },
              context,
            );
    }
  }
  return outcome;
}

/** The wait that ends first, if it ends at or before `until`; of two that end together the one that was asked for first. */
export function nextWait({ timers }: CustomerState, until: number): PendingTimer | undefined {
  let next: PendingTimer | undefined;
  for (const timer of timers) {
    if (timer.due > until) continue;
    if (!next || byTurn(timer, next) < 0) next = timer;
  }
  return next;
}

/** A wait is over: its trigger decides. `state` no longer waits for it. */
export function endWait(state: CustomerState, timer: PendingTimer, context: FoldContext): Folded {
  const trigger = context.rulebook.triggers.get(timer.trigger);
  const before = quiet(state);
  return trigger && !isAwaited(state, timer, trigger)
    ? ask(before, trigger, { ...timer, now: timer.due }, context)
    : before;
}

function startWait(state: CustomerState, trigger: Trigger, message: EventMessage): CustomerState {
  const of = message.presentedAs === state.key ? undefined : message.presentedAs;
  const id = waitId(trigger.name, of);
  // What was put off of it is a wait that goes on (T6).
  const others = state.timers.filter((timer) => timer.trigger !== trigger.name || timer.of !== of);
  if (others.length >= limits.timersPerCustomerMax) return state;
  const { name, type, timestamp, properties } = message.event;
  const timer: PendingTimer = {
    id,
    due: message.receivedAt + trigger.waitMs,
    trigger: trigger.name,
    messageId: message.event.messageId,
    event: { name, type, timestamp, properties },
    ...(message.replayed && { replayed: true as const }),
    ...(of !== undefined && { of }),
  };
  return { ...state, timers: inTurn([...others, timer]) };
}

function ask(before: Folded, trigger: Trigger, cause: Cause, context: FoldContext): Folded {
  const { state } = before;
  if (!isMeant(state, trigger, cause, context)) return before;
  const causeId = causeIdOf(trigger, cause);
  const input: DecideInput = {
    id: decisionIdOf(context.partition, state.key, causeId),
    tenant: context.tenant,
    customer: state.key,
    presentedAs: cause.of,
    state,
    rulebook: context.rulebook,
    model: context.model,
    ...(context.tables && { tables: context.tables }),
    cause: {
      ...{ kind: 'trigger', trigger: trigger.name, messageId: cause.messageId },
      ...(cause.since !== undefined && { since: cause.since }),
    },
    seed: causeId,
    now: cause.now,
    placements: trigger.placements,
    context: {},
    event: cause.event,
    explain: false,
    budgets: budgetsAfter(context.budgets, before.spends),
    ...(context.tellsOdds && { tellsOdds: true }),
  };
  const making = cause.replayed ? undefined : context.receipts;
  const noted = making && noteReads(input);
  const { decision, spends, ...made } = decide(noted?.input ?? input);
  const { putOffUntil: until } = decision;
  const after = until === undefined ? state : putOff(state, { trigger, asked: cause, until });
  return {
    ...before,
    state: addDecided(after, made, { now: cause.now, rulebook: context.rulebook, presented: cause.of }),
    decisions: [...before.decisions, decision],
    ...joinedReceipts(before, {
      ...(noted && { receipts: [makeReceipt(noted, { making, text: JSON.stringify(decision) })] }),
    }),
    spends: [...before.spends, ...spends],
    ...joinedTaught(before, taughtByDecision(made)),
  };
}

/** Each time that it asks is a decision of its own; one that was put off asks at another moment each time. */
function causeIdOf({ name }: Trigger, { messageId, since, now }: Cause): string {
  const asked = `trigger/${name}/${messageId}`;
  return since === undefined ? asked : `put-off/${now}/${asked}`;
}

function isMeant(state: CustomerState, trigger: Trigger, cause: Cause, context: FoldContext): boolean {
  const { when, judgedOnce } = trigger;
  if (when === undefined || (judgedOnce && cause.since !== undefined)) return true;
  return holds(state, when, cause, context);
}

function holds(
  state: CustomerState,
  when: NonNullable<Trigger['when']>,
  cause: Cause,
  { rulebook, tables }: FoldContext,
): boolean {
  const scope = {
    key: state.key,
    profiles: profilesOf(state),
    now: cause.now,
    context: {},
    event: cause.event,
    ...(tables && { tables }),
    ...(cause.stateBefore && { profilesBefore: profilesOf(cause.stateBefore) }),
  };
  return when.holds(readFacts(rulebook, scope));
}
