import {
  type Contact,
  type CustomerKey,
  type CustomerState,
  type DecisionId,
  defaultTenant,
  emptyModel,
  type FoldContext,
  foldCustomer,
  hash48,
  type LogMessage,
  type OutcomeKind,
  type Partition,
  type Rulebook,
  readTouchpoint,
  type TouchpointEvent,
} from '../../engine/index.ts';
import { eventMessage } from '../../engine/runtime/messages.ts';
import type { Happening, PastContact } from './case-format.ts';

/** The documents of all ids after a history, by key. */
export type States = ReadonlyMap<CustomerKey, CustomerState>;

export const ada = 'u:ada' as CustomerKey;
const home = { tenant: defaultTenant, partitions: 1 };

/** Folds what happened, and whatever follows from it, in the order in which it was told. */
export function foldHistory(rulebook: Rulebook, history: readonly Happening[]): States {
  const states = new Map<CustomerKey, CustomerState>();
  const context: FoldContext = {
    ...home,
    partition: 0 as Partition,
    rulebook,
    model: emptyModel,
    budgets: { left: () => Number.MAX_SAFE_INTEGER },
  };
  history.forEach((happening, index) => {
    const log = [messageOf(rulebook, happening, index + 1)];
    for (let next = log.shift(); next; next = log.shift()) {
      if (!('key' in next)) continue;
      const { state, messages } = foldCustomer(states.get(next.key), next, context);
      if (state === undefined) states.delete(next.key);
      else states.set(next.key, state);
      log.push(...messages);
    }
  });
  return states;
}

/** The one document that speaks for an id. */
export function documentOf(states: States, id: CustomerKey): CustomerKey {
  const forward = states.get(id)?.forward;
  return forward === undefined ? id : documentOf(states, forward);
}

export function timeOf(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at) || !/(Z|[+-]\d\d:\d\d)$/.test(text))
    throw new Error(`no time with an offset: ${text}`);
  return at;
}

function messageOf(rulebook: Rulebook, happening: Happening, number: number): LogMessage {
  const at = timeOf(happening.at);
  const receivedAt = timeOf(happening.toldAt ?? happening.at);
  const envelope = (customer = 'u:ada') => ({
    id: `h${number}`,
    tenant: defaultTenant,
    partition: 0 as Partition,
    receivedAt,
    key: customer as CustomerKey,
  });
  const { event, contact, outcome, overlay, unmerge, erase } = happening;
  if (event) return eventMessage(home, touchpointOf(event, { at, number }), { receivedAt });
  if (contact)
    return {
      ...envelope(contact.customer),
      kind: 'decision',
      contacts: [contactOf(rulebook, contact, { at, number })],
    };
  if (outcome) {
    const { customer, decision, kind } = outcome;
    return {
      ...envelope(customer),
      kind: 'outcome',
      decision: decision as DecisionId,
      outcome: kind as OutcomeKind,
      timestamp: at,
    };
  }
  if (overlay) {
    const { customer, name, values, expiresAt } = overlay;
    const state = {
      values,
      at,
      source: 'case',
      ...(expiresAt !== undefined && { expiresAt: timeOf(expiresAt) }),
    };
    return { ...envelope(customer), kind: 'attributes', overlay: name, state };
  }
  if (unmerge) return { ...envelope(unmerge.customer), kind: 'unlink', take: unmerge.id as CustomerKey };
  if (erase) return { ...envelope(erase.customer), kind: 'erase', until: at };
  throw new Error(`entry ${number} of the history says nothing that is known`);
}

interface Place {
  readonly at: number;
  readonly number: number;
}

/** An event as a channel sends it; what the format leaves out is filled in. */
export function touchpointOf(body: Happening['event'], { at, number }: Place): TouchpointEvent {
  const isNobodys = body?.userId === undefined && body?.anonymousId === undefined;
  const whole = { type: 'track', ...(isNobodys && { userId: 'ada' }), timestamp: at, ...body };
  const reading = readTouchpoint(whole, { receivedAt: at, messageId: () => `m${number}`, pointer: '' });
  if ('event' in reading) return reading.event;
  throw new Error(`entry ${number} of the history: ${reading.faults.map(({ detail }) => detail).join('; ')}`);
}

function contactOf(rulebook: Rulebook, past: PastContact, { at, number }: Place): Contact {
  const { action, placement, session } = past;
  const known = rulebook.actions.get(action);
  const channel = rulebook.placements.get(placement)?.channel;
  const treatment = known?.treatments.find((one) =>
    past.treatment === undefined ? one.channel === channel : one.name === past.treatment,
  );
  if (!known || channel === undefined || !treatment)
    throw new Error(`entry ${number} of the history names a contact that the book does not have`);
  return {
    decision: (past.decision ?? `d${number}`) as DecisionId,
    at,
    action,
    group: known.group,
    treatment: treatment.name,
    channel,
    placement,
    ...(session !== undefined && { session: hash48(session) }),
  };
}
