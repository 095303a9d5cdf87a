import { partitionOf } from '../chance/partition.ts';
import { noEvidence } from '../learning/propensity.ts';
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
 * Y1. The document of the id goes away, and so do those of all ids it ever knew as the same customer: a merged document
 *     tells the one it forwards to, the surviving one tells every id that was merged into it.
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
  const last = before ? before.erasedUntil : context.erasure?.until;
  const wasTakenOut =
    message.presentedAs !== undefined && before && partedFrom(before).includes(message.presentedAs);
  if (wasTakenOut || (last !== undefined && last >= message.until)) {
    return { ...nothing, state: before, note: 'refused' };
  }
  return {
    ...nothing,
    state: undefined,
    messages: before ? follow(before, message, context) : [],
    note: 'erased',
  };
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

function follow(
  { key, sources, via, forward, ...state }: CustomerState,
  message: EraseMessage,
  context: FoldContext,
): readonly EraseMessage[] {
  const parted = partedFrom(state);
  const others = new Set([...(Object.keys(sources) as CustomerKey[]), ...Object.values(via)]);
  const messages = [...others]
    .filter((other) => other !== key && other !== forward && !parted.includes(other))
    .map((other) => eraseMessage(other, message, context));
  if (forward === undefined) return messages;
  const onward = { ...eraseMessage(forward, message, context), presentedAs: message.presentedAs ?? key };
  return [...messages, onward];
}

function eraseOrigin(
  message: LinkImportMessage,
  until: number,
  context: FoldContext,
): readonly EraseMessage[] {
  const origins = new Set([message.from, ...(Object.keys(message.profiles) as CustomerKey[])]);
  return [...origins].map((origin) => eraseMessage(origin, { ...message, until }, context));
}

function eraseMessage(
  key: CustomerKey,
  cause: Pick<EraseMessage, 'id' | 'tenant' | 'receivedAt' | 'replayed' | 'until'>,
  context: FoldContext,
): EraseMessage {
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
