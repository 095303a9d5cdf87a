import { inTurn, putOffId } from '../customer/identities.ts';
import type { CustomerState, PendingTimer } from '../model/customer-state.ts';
import type { CustomerKey } from '../model/ids.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import type { Trigger } from '../model/rulebook.ts';

/** What a trigger asked when quiet hours kept the answer back. */
export interface PutOffAsk {
  readonly messageId: string;
  readonly event: Json;
  /** When the answer was kept back. */
  readonly now: number;
  /** When it was kept back first; absent: now. */
  readonly since?: number | undefined;
  readonly of?: CustomerKey | undefined;
  readonly replayed?: true | undefined;
}

/**
 * A decision that quiet hours put off: the trigger waits until they are over and decides anew.
 *
 * T4. A trigger that sent nothing, no fallback either, and may have something to choose once the quiet hours of a channel
 *     are over, asks again at the first moment at which it may, with the facts of that moment and those of its event. Its
 *     condition is judged again, unless it reads what was before the event. Each time it asks is a decision with an id of
 *     its own.
 * T5. What is put off ends like any wait (F2). It is dropped when it would have to wait for longer than the quiet hours
 *     keep it, counted from the first time it asked.
 * T6. Every event of a trigger that decides at once is put off for itself. What was put off of a trigger that waits is a
 *     wait that goes on: a further event starts it anew (T2).
 */
export function putOff(
  state: CustomerState,
  { trigger, asked, until }: { readonly trigger: Trigger; readonly asked: PutOffAsk; readonly until: number },
): CustomerState {
  const { messageId, replayed } = asked;
  const of = asked.of === state.key ? undefined : asked.of;
  const id = putOffId({ trigger: trigger.name, messageId }, of);
  const timer: PendingTimer = {
    ...{ id, due: until, trigger: trigger.name, messageId, event: readable(asked.event) },
    since: asked.since ?? asked.now,
    ...(replayed && { replayed }),
    ...(of !== undefined && { of }),
  };
  return { ...state, timers: inTurn([...state.timers.filter((other) => other.id !== id), timer]) };
}

const readableFields = ['name', 'type', 'timestamp', 'properties', 'context', 'traits'] as const;

/** What conditions and contents may read of an event: ids and times of delivery need not be kept. */
function readable(event: Json): Json {
  if (!isJsonObject(event)) return event;
  const kept: Record<string, Json> = {};
  for (const field of readableFields) {
    const value = event[field];
    if (value !== undefined) kept[field] = value;
  }
  return kept;
}

/** Whether another wait of the same trigger speaks for this one, because the last one to end asks (T2). */
export function isAwaited({ timers }: CustomerState, ended: PendingTimer, trigger: Trigger): boolean {
  // Events of a trigger that decides at once speak for themselves only.
  const isAlone = trigger.waitMs === 0 && ended.since !== undefined;
  return (
    !isAlone &&
    timers.some(
      (other) => other.trigger === ended.trigger && (trigger.waitMs > 0 || other.since === undefined),
    )
  );
}
