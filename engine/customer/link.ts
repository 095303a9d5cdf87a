import { assert } from '../assert.ts';
import { partitionOf } from '../chance/partition.ts';
import { limits } from '../limits.ts';
import type { CustomerState, PendingTimer } from '../model/customer-state.ts';
import { type CustomerKey, isKnown } from '../model/ids.ts';
import type {
  CustomerMessage,
  LinkExportMessage,
  LinkImportMessage,
  LinkReturnMessage,
  LogMessage,
} from '../model/log-message.ts';
import type { IdentityRules } from '../model/rulebook.ts';
import type { FoldContext } from './fold-context.ts';
import {
  identitiesOf,
  inTurn,
  isTooMany,
  pairsOf,
  partedFrom,
  putOffId,
  roomOf,
  survives,
  waitId,
} from './identities.ts';
import { type RefusalReason, refusalMessage } from './refusal.ts';

/**
 * Merging the ids of one customer, in two messages through the log: the old document exports what it holds and
 * forwards from then on, the surviving document takes the contributions in, each under its own key.
 *
 * L1. The survivor of two ids is the known one, else the visitor, else the identifier; of two alike the one that sorts
 *     first. Forwarding always goes up this total order, so it can never run in a circle, whatever messages cross, and
 *     the customer that comes out goes under the highest of all its ids.
 * L2. A document that forwards passes a merge on to where it forwards. No merge is lost, so in whatever order the same
 *     merges come through the logs, the same ids end up together.
 * L3. What an id contributed is at exactly one place: in its own document, in the document that speaks for it, or on its
 *     way between two. Only who holds it may move it; so it is neither lost nor doubled.
 * L4. The old document keeps what it exported, unchanged from then on: whoever decides before the survivor took it in
 *     reads it there (`runtime/find-document.ts`).
 * L5. A known id that nobody ever used is not merged by an alias: the previous id may be of either kind, and a customer
 *     must not end up under a user id that does not exist.
 * L6. More ids than the rulebook allows, ids that many people share, and ids that were parted are not merged; the
 *     customer who asked gets an event of it, once for a pair and a reason. The document that would export looks at the
 *     room that the other one had when it asked; the surviving document has the last word and sends home what merges that
 *     crossed left no room for. So a limit holds whatever crosses, but which of the ids came first depends on it.
 */

interface Linked {
  readonly state: CustomerState;
  readonly messages: readonly LogMessage[];
  readonly note: 'applied' | 'refused';
}

/** Export and forward; a document that forwards already passes it on, and one that survives turns the merge round. */
export function exportProfiles(
  state: CustomerState,
  message: LinkExportMessage,
  context: FoldContext,
): Linked {
  const { key, forward } = state;
  const { to, asked, other, cause } = message;
  if (to === key || to === forward || Object.hasOwn(state.sources, to)) {
    return { state, messages: [], note: 'applied' };
  }
  if (forward !== undefined) {
    const partition = partitionOf(context.tenant, forward, context.partitions);
    const onward = { ...message, id: `${message.id}>${forward}`, key: forward, partition };
    return { state, messages: [onward], note: 'applied' };
  }
  if (cause === 'alias' && isKnown(key) && isUnused(state)) return { state, messages: [], note: 'refused' };
  if (survives(key, to)) {
    const turned = { key: to, cause, asked, other, id: `${message.id}>turned` };
    return { state, messages: [linkExport(turned, state, message, context)], note: 'applied' };
  }
  const reason = reasonAgainst(state, message, context.rulebook.identity);
  if (reason !== undefined) {
    const refusal = refusalMessage({ name: 'Merge Refused', asked, other, reason }, message, context);
    return { state, messages: [refusal], note: 'refused' };
  }
  return {
    state: { ...state, timers: [], forward: to },
    messages: [linkImport(state, message, context)],
    note: 'applied',
  };
}

/** Whoever is asked to export knows all its ids, and what the other one could take when it asked. */
function reasonAgainst(
  state: CustomerState,
  { to, cause, room, apart }: LinkExportMessage,
  rules: IdentityRules,
): RefusalReason | undefined {
  if (rules.isBlocked(state.key) || rules.isBlocked(to)) return 'blocked';
  if (cause === 'request') return undefined;
  if (partedFrom(state).includes(to) || identitiesOf(state).some((id) => apart.includes(id))) return 'parted';
  return isTooMany(identitiesOf(state), room, cause) ? 'limit' : undefined;
}

function linkImport(
  state: CustomerState,
  message: LinkExportMessage,
  context: FoldContext,
): LinkImportMessage {
  const { key, sources, via, timers } = state;
  const direct = Object.keys(sources).filter((id) => !Object.hasOwn(via, id));
  return {
    kind: 'link-import',
    id: `${message.id}>import`,
    tenant: message.tenant,
    partition: partitionOf(context.tenant, message.to, context.partitions),
    receivedAt: message.receivedAt,
    ...(message.replayed && { replayed: true as const }),
    key: message.to,
    from: key,
    to: message.to,
    cause: message.cause,
    asked: message.asked,
    other: message.other,
    via: { ...via, ...Object.fromEntries(direct.map((id) => [id, key])) },
    profiles: { ...sources, [key]: state.own },
    splits: state.splits,
    timers: timers.map((timer) => waitOf(timer, timer.of ?? key)),
  };
}

/** Takes the contributions in, or sends them home where merges that crossed this one left no room for them. */
export function importProfiles(
  state: CustomerState,
  message: LinkImportMessage,
  context: FoldContext,
): Linked {
  const ids = Object.keys(message.profiles) as CustomerKey[];
  const isDoubled = ids.some((id) => id === state.key || Object.hasOwn(state.sources, id));
  assert(!isDoubled, 'L3: what an id contributed came in twice');
  const reason = reasonAfterAll(state, message, ids, context.rulebook.identity);
  if (reason === undefined) return { state: joined(state, message), messages: [], note: 'applied' };
  const { asked, other } = message;
  const refusal = refusalMessage({ name: 'Merge Refused', asked, other, reason }, message, context);
  return { state, messages: [sentHome(state, message, context), refusal], note: 'refused' };
}

function reasonAfterAll(
  state: CustomerState,
  { cause, splits }: LinkImportMessage,
  ids: readonly CustomerKey[],
  rules: IdentityRules,
): RefusalReason | undefined {
  if (cause === 'request') return undefined;
  const [mine, theirs] = [partedFrom(state), partedFrom({ splits })];
  const isParted =
    ids.some((id) => mine.includes(id)) || identitiesOf(state).some((id) => theirs.includes(id));
  if (isParted) return 'parted';
  return isTooMany(ids, roomOf(state, rules), cause) ? 'limit' : undefined;
}

function joined(state: CustomerState, message: LinkImportMessage): CustomerState {
  const { from, to } = message;
  const sources = { ...state.sources, ...message.profiles };
  const via = { ...state.via, ...message.via, ...(to !== state.key && { [from]: to }) };
  const timers = inTurn([...state.timers, ...message.timers]).slice(0, limits.timersPerCustomerMax);
  const splits = pairsOf(
    [...state.splits, ...message.splits],
    (_mine, theirs) => theirs !== state.key && !Object.hasOwn(sources, theirs),
  );
  return { ...state, sources, via, splits, timers };
}

function sentHome(state: CustomerState, message: LinkImportMessage, context: FoldContext): LinkReturnMessage {
  const { from, profiles, via, splits, timers, segments } = message;
  return {
    kind: 'link-return',
    id: `${message.id}>return`,
    tenant: message.tenant,
    partition: partitionOf(context.tenant, from, context.partitions),
    receivedAt: message.receivedAt,
    ...(message.replayed && { replayed: true as const }),
    key: from,
    from: state.key,
    profiles,
    via: Object.fromEntries(Object.entries(via).filter(([, through]) => through !== from)),
    splits,
    timers: timers.map((timer) => waitOf(timer, timer.of === from ? undefined : timer.of)),
    ...(segments && { segments }),
  };
}

/** The wait as it stands in the document of another id, or of its own where `of` is undefined. */
export function waitOf({ of: _, ...timer }: PendingTimer, of: CustomerKey | undefined): PendingTimer {
  const id = timer.since === undefined ? waitId(timer.trigger, of) : putOffId(timer, of);
  return { ...timer, id, ...(of !== undefined && { of }) };
}

/** Asks the document of `key` to export to this one. */
export function linkExport(
  link: Pick<LinkExportMessage, 'id' | 'key' | 'cause' | 'asked' | 'other'>,
  state: CustomerState,
  cause: CustomerMessage,
  { tenant, partitions, rulebook }: FoldContext,
): LinkExportMessage {
  return {
    kind: 'link-export',
    tenant: cause.tenant,
    partition: partitionOf(tenant, link.key, partitions),
    receivedAt: cause.receivedAt,
    ...(cause.replayed && { replayed: true as const }),
    ...link,
    to: state.key,
    room: roomOf(state, rulebook.identity),
    apart: partedFrom(state),
  };
}

function isUnused({ own, sources }: CustomerState): boolean {
  return own.lastSeenAt === 0 && own.contacts.length === 0 && Object.keys(sources).length === 0;
}
