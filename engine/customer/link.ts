import { partitionOf } from '../chance/partition.ts';
import { limits } from '../limits.ts';
import { type CustomerState, emptyProfile } from '../model/customer-state.ts';
import { anonymousKey, type CustomerKey, isKnown, userKey } from '../model/ids.ts';
import type { EventMessage, LinkExportMessage, LinkImportMessage, LogMessage } from '../model/log-message.ts';
import type { FoldContext } from './fold-context.ts';

/**
 * Merging the ids of one customer, in two messages through the log: the old document exports what it holds and
 * forwards from then on, the surviving document takes the contributions in, each under its own key.
 *
 * L1. The survivor of two ids is the known one, else the one that sorts first. Forwarding therefore always goes down
 *     this order and can never run in a circle, whatever messages cross.
 * L2. An id is merged once. A device that two people identify on stays with the first; the second is not pulled in.
 * L3. Contributions stay apart in the survivor.
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
    .map((other) => linkExport(other, state.key, message, context));
}

/** Export and forward; a document that forwards already stays as it is. */
export function exportProfiles(
  state: CustomerState,
  message: LinkExportMessage,
  context: FoldContext,
): {
  readonly state: CustomerState;
  readonly messages: readonly LogMessage[];
  readonly note: 'applied' | 'refused';
} {
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
  };
  const tombstone: CustomerState = {
    ...state,
    own: emptyProfile,
    sources: {},
    timers: [],
    forward: message.to,
  };
  return { state: tombstone, messages: [imported], note: 'applied' };
}

export function importProfiles(state: CustomerState, message: LinkImportMessage): CustomerState {
  const fresh = Object.entries(message.profiles).filter(([key]) => !Object.hasOwn(state.sources, key));
  return { ...state, sources: { ...state.sources, ...Object.fromEntries(fresh) } };
}

/** All ids of this customer, its own first. */
export function identitiesOf(state: CustomerState): readonly CustomerKey[] {
  return [state.key, ...(Object.keys(state.sources) as CustomerKey[])];
}

function linkExport(
  other: CustomerKey,
  self: CustomerKey,
  message: EventMessage,
  context: FoldContext,
): LinkExportMessage {
  const [from, to] = survives(self, other) ? [other, self] : [self, other];
  return {
    kind: 'link-export',
    id: `link:${from}>${to}:${message.id}`,
    tenant: message.tenant,
    partition: partitionOf(context.tenant, from, context.partitions),
    receivedAt: message.receivedAt,
    ...(message.replayed && { replayed: true as const }),
    key: from,
    to,
  };
}

function survives(self: CustomerKey, other: CustomerKey): boolean {
  if (isKnown(self) !== isKnown(other)) return isKnown(self);
  return self < other;
}
