import { hash48 } from '../chance/hash.ts';
import type { FoldContext } from '../customer/fold-context.ts';
import { engineEvents } from '../model/engine-events.ts';
import { type CustomerKey, isKnown, presentedId } from '../model/ids.ts';
import type { EventMessage } from '../model/log-message.ts';

/** Names of the events that say that a customer entered or left a segment. */
export const segmentEvents = {
  entered: engineEvents.segmentEntered,
  left: engineEvents.segmentLeft,
} as const;

export function eventNamed(name: string): keyof typeof segmentEvents {
  return name === segmentEvents.entered ? 'entered' : 'left';
}

/** What made a customer enter or leave. */
export type SegmentCause = 'event' | 'time' | 'rules';

/** A customer's entering or leaving. */
export interface SegmentChange {
  readonly segment: string;
  readonly event: keyof typeof segmentEvents;
  readonly at: number;
  readonly cause: SegmentCause;
  /** Since when the customer who left had been in it. */
  readonly since?: number;
  /** What tells two changes at one moment apart: the message that was applied; nothing for a change by time. */
  readonly by: string;
}

/** The touchpoint event of a change. Its id follows from the change, so that a repeated batch does not tell it twice. */
export function segmentMessage(
  key: CustomerKey,
  change: SegmentChange,
  { tenant, partition, replayed }: Pick<FoldContext, 'tenant' | 'partition'> & { readonly replayed: boolean },
): EventMessage {
  const { segment, event, at, cause, since, by } = change;
  const messageId = `segment:${segment}:${event}:${at}:${hash48(`${key}|${by}`).toString(36)}`;
  return {
    kind: 'event',
    id: `s:${messageId}`,
    tenant,
    partition,
    receivedAt: at,
    ...(replayed && { replayed: true as const }),
    key,
    origin: 'segments',
    event: {
      messageId,
      type: 'track',
      ...idOf(key),
      name: segmentEvents[event],
      timestamp: at,
      properties: { segment, because: cause, ...(since !== undefined && { since }) },
    },
  };
}

/** An id that is neither of the two kinds is told by the message's key alone. */
function idOf(key: CustomerKey): { readonly userId?: string; readonly anonymousId?: string } {
  if (isKnown(key)) return { userId: presentedId(key) };
  return key.startsWith('a:') ? { anonymousId: presentedId(key) } : {};
}
