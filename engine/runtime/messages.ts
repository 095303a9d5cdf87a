import { assert } from '../assert.ts';
import { partitionOf } from '../chance/partition.ts';
import type { Baseline, Contact } from '../model/customer-state.ts';
import type { Decision } from '../model/decision.ts';
import { anonymousKey, type CustomerKey, type Partition, type Tenant, userKey } from '../model/ids.ts';
import type { DecisionMessage, EventMessage, LogMessage } from '../model/log-message.ts';
import type { PredictorSample } from '../model/propensity-model.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';

/** Where messages belong: the tenant and the number of its partitions. */
interface Home {
  readonly tenant: Tenant;
  readonly partitions: number;
}

/** The id an event is filed under: the known one before the anonymous one, else the id that the caller presented. */
export function keyOf(event: TouchpointEvent, presented?: CustomerKey): CustomerKey {
  if (event.userId !== undefined) return userKey(event.userId);
  if (event.anonymousId !== undefined) return anonymousKey(event.anonymousId);
  assert(presented !== undefined, 'an event without an id comes with the customer who asked');
  return presented;
}

export function eventId(event: TouchpointEvent): string {
  return `e:${event.messageId}`;
}

export function eventMessage(
  home: Home,
  event: TouchpointEvent,
  options: { readonly receivedAt: number; readonly presented?: CustomerKey; readonly replayed?: boolean },
): EventMessage {
  const key = keyOf(event, options.presented);
  return {
    kind: 'event',
    id: eventId(event),
    tenant: home.tenant,
    partition: partitionOf(home.tenant, key, home.partitions),
    receivedAt: options.receivedAt,
    ...(options.replayed === true && { replayed: true as const }),
    key,
    event,
  };
}

export function decisionMessage(
  home: Home,
  made: {
    readonly decision: Decision;
    readonly key: CustomerKey;
    readonly partition: Partition;
    readonly contacts: readonly Contact[];
    readonly baseline?: Baseline;
    readonly sample?: PredictorSample | undefined;
  },
): DecisionMessage {
  const arms = made.decision.arms.filter(({ arm }) => arm === 'challenger');
  return {
    kind: 'decision',
    id: `d:${made.decision.id}`,
    tenant: home.tenant,
    partition: made.partition,
    receivedAt: made.decision.at,
    key: made.key,
    ...(made.decision.presentedAs !== undefined && { presentedAs: made.decision.presentedAs }),
    contacts: made.contacts,
    ...(made.baseline && { baseline: made.baseline }),
    ...(made.sample && { sample: made.sample }),
    ...(arms.length > 0 && { arms }),
  };
}

/** What the log knows repeats by: the message's id, and for one that is appended again on purpose its attempt. */
export function appendIdOf({ id, attempt }: LogMessage): string {
  return attempt === undefined ? id : `${id}~${attempt}`;
}
