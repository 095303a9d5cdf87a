import { partitionOf } from '../chance/partition.ts';
import { limits } from '../limits.ts';
import type { CustomerState, PendingTimer } from '../model/customer-state.ts';
import { anonymousKey, type CustomerKey, isKnown, userKey } from '../model/ids.ts';
import type { EventMessage, LinkExportMessage, LinkImportMessage, LogMessage } from '../model/log-message.ts';
import type { FoldContext } from './fold-context.ts';

/**
 * Merging the ids of one customer, in two messages through the log: the old document exports what it holds and
 * forwards from then on, the surviving document takes the contributions in, each under its own key.
 *
 * L1. The survivor of two ids is the known one, else the one that sorts first. Forwarding therefore always goes down
 *     this order and can never run in a circle, whatever messages cross. Each document checks it for itself.
 * L2. An id is merged once. A device that two people identify on stays with the first; the second is not pulled in.
 * L3. Contributions stay apart in the survivor; what the merged ids were waiting for, it waits for.
 * L4. The old document keeps what it exported, unchanged from then on: whoever decides before the survivor took it in
 *     reads it there (`runtime/find-document.ts`).
 * L5. A known id that nobody ever used is not merged: the previous id of an alias may be of either kind, and a customer
 *     must not end up under a user id that does not exist.
 */

/** The merges that an event asks for: `identify` with both ids, `alias` of a previous id. */
export function linksOf(
  state: CustomerState,
  message: EventMessage,
  context: FoldContext,
): readonly LogMessage[] {
  const { event } = message;
  const others: CustomerKey[] = [];
  if (event.type === 'identify' && event.userId !== undefined && event.anonymousId !== undefined) {
    others.push(anonymousKey(event.anonymousId));
  }
  if (event.type === 'alias' && event.previousId !== undefined) {
    others.push(anonymousKey(event.previousId), userKey(event.previousId));
  }
  return others
    .filter((other) => other !== state.key && !Object.hasOwn(state.sources, other))
    .slice(0, Math.max(0, limits.sourcesPerCustomerMax - Object.keys(state.sources).length))
    .map((other) =>
      linkExport(
        { from: other, to: state.key, id: `link:${other}>${state.key}:${message.id}` },
        message,
        context,
      ),
    );
}

/**
 * Export and forward; a document that forwards already stays as it is, and one that survives turns the merge round.
 */
export function exportProfiles(
  state: CustomerState,
  message: LinkExportMessage,
  context: FoldContext,
): {
  readonly state: CustomerState;
  readonly messages: readonly LogMessage[];
  readonly note: 'applied' | 'refused';
} {
  if (isKnown(state.key) && isUnused(state)) return { state, messages: [], note: 'refused' };
  if (survives(state.key, message.to)) {
    const turned = { from: message.to, to: state.key, id: `${message.id}>turned` };
    return { state, messages: [linkExport(turned, message, context)], note: 'applied' };
  }
  if (state.forward !== undefined) {
    return { state, messages: [], note: state.forward === message.to ? 'applied' : 'refused' };
  }
  const imported: LinkImportMessage = {
    kind: 'link-import',
    id: `${message.id}>import`,
    tenant: message.tenant,
    partition: partitionOf(context.tenant, message.to, context.partitions),
    receivedAt: message.receivedAt,
    ...(message.replayed && { replayed: true as const }),
    key: message.to,
    profiles: { ...state.sources, [state.key]: state.own },
    timers: state.timers,
  };
  return { state: { ...state, timers: [], forward: message.to }, messages: [imported], note: 'applied' };
}

export function importProfiles(state: CustomerState, message: LinkImportMessage): CustomerState {
  const fresh = Object.entries(message.profiles).filter(([key]) => !Object.hasOwn(state.sources, key));
  const timers = joinWaits(state.timers, message.timers);
  return { ...state, sources: { ...state.sources, ...Object.fromEntries(fresh) }, timers };
}

/** Of two waits of one trigger the later stands, as when a further event starts a wait anew. */
function joinWaits(own: readonly PendingTimer[], taken: readonly PendingTimer[]): readonly PendingTimer[] {
  if (taken.length === 0) return own;
  const isLater = (timer: PendingTimer, others: readonly PendingTimer[]) =>
    others.every(({ id, due }) => id !== timer.id || due < timer.due);
  const joined = taken.filter((timer) => isLater(timer, own));
  const kept = own.filter(({ id }) => !joined.some((timer) => timer.id === id));
  return [...kept, ...joined].slice(0, limits.timersPerCustomerMax);
}

/** All ids of this customer, its own first. */
export function identitiesOf(state: CustomerState): readonly CustomerKey[] {
  return [state.key, ...(Object.keys(state.sources) as CustomerKey[])];
}

function linkExport(
  link: { readonly from: CustomerKey; readonly to: CustomerKey; readonly id: string },
  cause: EventMessage | LinkExportMessage,
  context: FoldContext,
): LinkExportMessage {
  return {
    kind: 'link-export',
    id: link.id,
    tenant: cause.tenant,
    partition: partitionOf(context.tenant, link.from, context.partitions),
    receivedAt: cause.receivedAt,
    ...(cause.replayed && { replayed: true as const }),
    key: link.from,
    to: link.to,
  };
}

function isUnused({ own, sources, forward }: CustomerState): boolean {
  const isSilent = own.lastSeenAt === 0 && own.contacts.length === 0;
  return isSilent && forward === undefined && Object.keys(sources).length === 0;
}

function survives(self: CustomerKey, other: CustomerKey): boolean {
  if (isKnown(self) !== isKnown(other)) return isKnown(self);
  return self < other;
}
