import { assert } from '../assert.ts';
import { partitionOf } from '../chance/partition.ts';
import { noEvidence } from '../learning/propensity.ts';
import { limits } from '../limits.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { CustomerMessage, LogMessage } from '../model/log-message.ts';
import type { FoldContext, FoldResult } from './fold-context.ts';

type SentMessage = Exclude<CustomerMessage, { kind: 'timer' | 'erase' }>;

/** A copy has an id of its own: the log must not take it for a retry of the original. */
export function forwardedId(id: string, to: CustomerKey): string {
  return `${id}>${to}`;
}

/** The message goes to the document that speaks for its customer now. */
export function sendOn(
  to: CustomerKey,
  message: SentMessage,
  context: FoldContext,
): Omit<FoldResult, 'state'> {
  const hops = (message.hops ?? 0) + 1;
  assert(hops <= limits.forwardHopsMax, 'a message was sent on too often; its customer cannot be found');
  const copy: LogMessage = {
    ...message,
    id: forwardedId(message.id, to),
    hops,
    key: to,
    partition: partitionOf(context.tenant, to, context.partitions),
    ...(isPresented(message) && { presentedAs: message.presentedAs ?? message.key }),
  };
  return { messages: [copy], decisions: [], spends: [], learned: noEvidence, note: 'forwarded' };
}

/** Whether it is told of one id in particular, whichever document speaks for it. */
function isPresented(
  message: SentMessage,
): message is Extract<SentMessage, { readonly presentedAs?: CustomerKey }> {
  const { kind } = message;
  return kind === 'event' || kind === 'decision' || kind === 'outcome' || kind === 'attributes';
}
