import { assert } from '../assert.ts';
import { partitionOf } from '../chance/partition.ts';
import { noEvidence } from '../learning/propensity.ts';
import { limits } from '../limits.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { CustomerMessage, EraseMessage, LinkImportMessage } from '../model/log-message.ts';
import { erasedUntil, happenedAt } from './erasure-mark.ts';
import type { FoldContext, FoldResult } from './fold-context.ts';
import { partedFrom } from './identities.ts';

/**
 * Forgetting a customer, in messages through the log, so that it has its place among the events and a rebuild forgets
 * as well.
 *
 * Y1. The document that speaks for the customer knows all its ids, and it alone: what a merged document kept of others may
 *     have been taken out of the customer since. So an erasure goes to whoever holds the contributions of the id it was
 *     asked for, as an event of that id does, and from there to the documents of all ids of that customer.
 * Y2. What happened before an erasure never brings the customer back: it is refused while the mark is in force, and by
 *     the document of whoever comes back after it. What happens later begins a customer anew.
 * Y3. Halves of a merge that were on their way are no way round: an import that is refused is followed by the erasure of
 *     the documents it came from.
 * Y4. An erasure that was carried out already changes nothing, so that messages that cross each other come to an end.
 */
export function erase(
  before: CustomerState | undefined,
  message: EraseMessage,
  context: FoldContext,
): FoldResult {
  const elsewhere = message.from === undefined ? holderOf(before, message) : undefined;
  if (elsewhere !== undefined) return passOn(before, elsewhere, message, context);
  const last = before ? before.erasedUntil : context.erasure?.until;
  if (last !== undefined && last >= message.until) return { ...nothing, state: before, note: 'refused' };
  const others = before && message.from === undefined ? othersOf(before) : [];
  const messages = others.map((other) => tell(other, message, context));
  return { ...nothing, state: undefined, messages, note: 'erased' };
}

/** Whether the past that this message tells of was erased. */
export function isErased(
  before: CustomerState | undefined,
  message: CustomerMessage,
  { erasure }: FoldContext,
): boolean {
  const until = before ? before.erasedUntil : erasedUntil(erasure, message.receivedAt);
  return until !== undefined && happenedAt(message) <= until;
}

/** The customer stays as it is, or away. */
export function refuseErased(
  before: CustomerState | undefined,
  message: CustomerMessage,
  context: FoldContext,
): FoldResult {
  const until = before?.erasedUntil ?? context.erasure?.until;
  const messages =
    message.kind === 'link-import' && until !== undefined ? eraseOrigin(message, until, context) : [];
  return { ...nothing, state: before, messages, note: 'erased' };
}

const nothing = { messages: [], decisions: [], spends: [], learned: noEvidence } as const;

/** Where the contributions of the id are that is to be erased; undefined: here. */
function holderOf(before: CustomerState | undefined, message: EraseMessage): CustomerKey | undefined {
  if (before?.forward !== undefined) return before.forward;
  const { key, presentedAs = key } = message;
  const isHere = presentedAs === key || (before && Object.hasOwn(before.sources, presentedAs));
  return isHere ? undefined : presentedAs;
}

function passOn(
  before: CustomerState | undefined,
  to: CustomerKey,
  message: EraseMessage,
  context: FoldContext,
): FoldResult {
  const hops = (message.hops ?? 0) + 1;
  assert(hops <= limits.forwardHopsMax, 'an erasure was sent on too often; its customer cannot be found');
  const presentedAs = message.presentedAs ?? message.key;
  const onward = { ...eraseMessage(to, message, context), presentedAs, hops };
  return { ...nothing, state: before, messages: [onward], note: 'forwarded' };
}

function othersOf(state: CustomerState): readonly CustomerKey[] {
  const parted = partedFrom(state);
  const others = new Set([...(Object.keys(state.sources) as CustomerKey[]), ...Object.values(state.via)]);
  return [...others].filter((other) => other !== state.key && !parted.includes(other));
}

function eraseOrigin(
  message: LinkImportMessage,
  until: number,
  context: FoldContext,
): readonly EraseMessage[] {
  const origins = new Set([message.from, ...(Object.keys(message.profiles) as CustomerKey[])]);
  return [...origins].map((origin) => tell(origin, { ...message, until }, context));
}

type Cause = Pick<EraseMessage, 'id' | 'tenant' | 'receivedAt' | 'replayed' | 'until' | 'key'>;

/** The document that spoke for the customer has it carried out where another id of the customer is. */
function tell(other: CustomerKey, cause: Cause, context: FoldContext): EraseMessage {
  return { ...eraseMessage(other, cause, context), from: cause.key };
}

function eraseMessage(key: CustomerKey, cause: Cause, context: FoldContext): EraseMessage {
  return {
    kind: 'erase',
    id: `${cause.id}>${key}`,
    tenant: cause.tenant,
    partition: partitionOf(context.tenant, key, context.partitions),
    receivedAt: cause.receivedAt,
    ...(cause.replayed && { replayed: true as const }),
    key,
    until: cause.until,
  };
}
