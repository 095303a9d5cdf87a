import { hash48, hashId } from '../chance/hash.ts';
import { partitionOf } from '../chance/partition.ts';
import type { CustomerState } from '../model/customer-state.ts';
import { engineEvents } from '../model/engine-events.ts';
import { type CustomerKey, kindOfId, presentedId } from '../model/ids.ts';
import type { CustomerMessage, EventMessage } from '../model/log-message.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import type { FoldContext } from './fold-context.ts';
import { hasSeen } from './seen.ts';

/**
 * Why two ids were not merged, or not parted: an id that many share, more ids than one customer may have, ids that were
 * parted before; the id that the customer goes under, an id that does not belong to the customer.
 */
export type RefusalReason = 'blocked' | 'limit' | 'parted' | 'main-id' | 'not-merged';

export interface Refusal {
  readonly name: typeof engineEvents.mergeRefused | typeof engineEvents.unmergeRefused;
  /** The customer who hears of it. */
  readonly asked: CustomerKey;
  readonly other: CustomerKey;
  readonly reason: RefusalReason;
}

/**
 * What was refused is an event of the customer, so that triggers, features and reports see it. Its id follows from the
 * pair and the reason: however often it is asked for, it is told once. The other id is not named, only its kind: it may
 * belong to somebody else.
 */
export function refusalMessage(refusal: Refusal, cause: CustomerMessage, context: FoldContext): EventMessage {
  const { asked, other, name, reason } = refusal;
  const event: TouchpointEvent = {
    messageId: refusalId(refusal),
    type: 'track',
    ...(asked.startsWith('u:') && { userId: presentedId(asked) }),
    ...(asked.startsWith('a:') && { anonymousId: presentedId(asked) }),
    name,
    timestamp: cause.receivedAt,
    properties: { kind: kindOfId(other), reason },
  };
  return {
    kind: 'event',
    id: messageIdOf(refusal),
    tenant: context.tenant,
    partition: partitionOf(context.tenant, asked, context.partitions),
    receivedAt: cause.receivedAt,
    ...(cause.replayed && { replayed: true as const }),
    key: asked,
    event,
    origin: 'identity',
  };
}

/** Whether the customer was told lately; then there is no use in asking the other document again with every event. */
export function wasRefused({ seen, key }: CustomerState, other: CustomerKey): boolean {
  return (['limit', 'blocked', 'parted'] as const).some((reason) =>
    hasSeen(seen, hash48(messageIdOf({ name: engineEvents.mergeRefused, asked: key, other, reason }))),
  );
}

/** Unlike that of any event that somebody sends: who chooses an event's id must not be taken for a refusal. */
function messageIdOf(refusal: Refusal): string {
  return `r:${refusalId(refusal)}`;
}

function refusalId({ name, asked, other, reason }: Refusal): string {
  const what = name === engineEvents.mergeRefused ? 'merge' : 'unmerge';
  return `${what}-refused:${reason}:${hashId(`${asked}|${other}`)}`;
}
