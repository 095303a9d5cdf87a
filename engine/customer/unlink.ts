import { partitionOf } from '../chance/partition.ts';
import { limits } from '../limits.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { CustomerMessage, LinkReturnMessage, LogMessage, UnlinkMessage } from '../model/log-message.ts';
import { partedBaselines } from './baselines.ts';
import type { FoldContext } from './fold-context.ts';
import { inTurn, isThrough, pairsOf } from './identities.ts';
import { waitOf } from './link.ts';
import { partedLessons } from './parted-lessons.ts';
import { type RefusalReason, refusalMessage } from './refusal.ts';

/**
 * Taking an id out of a customer again, in two messages through the log: the document that speaks for the customer gives
 * back what the id contributed, the document of the id takes it and speaks for itself again.
 *
 * U1. With the id goes all that had been merged into it before it came here, and nothing else: exactly the ids whose
 *     documents forward to it. Both sides are then as if the merge had not been, with what happened since on the side
 *     of the id it happened to: features, traits, consent, contacts, waits.
 * U2. What still arrives for an id that is no longer here goes to the document of that id. The return was sent there
 *     first, so it ends where the id's contributions are, after as many rounds as messages were on the way.
 * U3. Parted ids are not brought together by evidence again, only by request; both sides remember it.
 * U4. A return meets a document that forwards, or one that was erased meanwhile, which takes nothing back.
 */
export function unlink(
  state: CustomerState,
  message: UnlinkMessage,
  context: FoldContext,
): {
  readonly state: CustomerState;
  readonly messages: readonly LogMessage[];
  readonly note: 'applied' | 'refused';
} {
  const { take } = message;
  const reason = reasonAgainst(state, take);
  if (reason !== undefined) {
    const refusal = { name: 'Unmerge Refused', asked: state.key, other: take, reason } as const;
    return { state, messages: [refusalMessage(refusal, message, context)], note: 'refused' };
  }
  const ids = (Object.keys(state.sources) as CustomerKey[]).filter((id) => isThrough(state, id, take));
  const goes = new Set<string>(ids);
  const parting = partedBaselines(partedLessons(state, goes), goes);
  return {
    state: without(parting, take, goes),
    messages: [linkReturn(parting, message, goes, context)],
    note: 'applied',
  };
}

function reasonAgainst(state: CustomerState, take: CustomerKey): RefusalReason | undefined {
  if (take === state.key) return 'main-id';
  if (!Object.hasOwn(state.sources, take)) return 'not-merged';
  return state.splits.length / 2 >= limits.splitsPerCustomerMax ? 'limit' : undefined;
}

function without(state: CustomerState, take: CustomerKey, goes: ReadonlySet<string>): CustomerState {
  const { key, sources, via, splits, timers, pendingConsent, ...rest } = state;
  const pending = pendingConsent?.filter(({ of }) => !goes.has(of)) ?? [];
  return {
    ...rest,
    key,
    sources: only(sources, (id) => !goes.has(id)),
    via: only(via, (id) => !goes.has(id)),
    splits: pairsOf([...splits, key, take], (mine) => !goes.has(mine)),
    timers: timers.filter(({ of }) => of === undefined || !goes.has(of)),
    ...(pending.length > 0 && { pendingConsent: pending }),
  };
}

function linkReturn(
  { key, sources, via, splits, timers, segments }: CustomerState,
  message: UnlinkMessage,
  goes: ReadonlySet<string>,
  context: FoldContext,
): LinkReturnMessage {
  const { take } = message;
  return {
    kind: 'link-return',
    id: `${message.id}>return`,
    tenant: message.tenant,
    partition: partitionOf(context.tenant, take, context.partitions),
    receivedAt: message.receivedAt,
    ...(message.replayed && { replayed: true as const }),
    key: take,
    from: key,
    profiles: only(sources, (id) => goes.has(id)),
    via: only(via, (id, through) => id !== take && goes.has(id) && through !== take),
    splits: pairsOf([...splits, take, key], (mine) => goes.has(mine)),
    timers: timers
      .filter(({ of }) => of !== undefined && goes.has(of))
      .map((timer) => waitOf(timer, timer.of === take ? undefined : timer.of)),
    ...(Object.keys(segments).length > 0 && { segments }),
  };
}

/** What was taken out comes home. */
export function takeBack(
  state: CustomerState,
  message: LinkReturnMessage,
): { readonly state: CustomerState; readonly note: 'applied' | 'refused' } {
  const { forward, ...rest } = state;
  const own = message.profiles[state.key];
  if (forward === undefined || own === undefined) return { state, note: 'refused' };
  const { via, splits, timers } = message;
  const sources = only(message.profiles, (id) => id !== state.key);
  return { state: { ...rest, own, sources, via, splits, timers: inTurn(timers) }, note: 'applied' };
}

/**
 * The id whose document a message is for, where that is not this one: it was presented with an id that does not
 * contribute here, or brings what was merged into an id that is not here (U2).
 */
export function strayOf(state: CustomerState | undefined, message: CustomerMessage): CustomerKey | undefined {
  const id = belongsTo(message);
  if (id === undefined || id === message.key) return undefined;
  return state && Object.hasOwn(state.sources, id) ? undefined : id;
}

function belongsTo(message: CustomerMessage): CustomerKey | undefined {
  switch (message.kind) {
    case 'event':
    case 'decision':
    case 'outcome':
    case 'attributes':
      return message.presentedAs;
    case 'link-import':
      return message.to;
    default:
      return undefined;
  }
}

function only<Value>(
  record: Readonly<Record<string, Value>>,
  keeps: (id: string, value: Value) => boolean,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).filter(([id, value]) => keeps(id, value)));
}
