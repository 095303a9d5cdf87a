import type { CustomerKey, DecisionId, Partition, Tenant } from '../../engine/model/ids.ts';
import { defaultTenant, userKey } from '../../engine/model/ids.ts';
import type { LogMessage } from '../../engine/model/log-message.ts';
import type { PublishedDecision } from '../../engine/ports.ts';

/** Sample messages and decisions of the conformance suites. */

export const partition = (index: number): Partition => index as Partition;

/** Latin, combining marks, Arabic, CJK, an emoji of several code points, quotes and control characters. */
export const awkwardText =
  'Zoë e\u0301 \u0645\u0631\u062d\u0628\u0627 漢字 👩‍👩‍👧 "quoted" \\ \n\t\u0000\u2028 end';

export function eventMessage(
  id: string,
  at: Partition,
  options: { readonly key?: CustomerKey; readonly tenant?: Tenant; readonly text?: string } = {},
): LogMessage {
  const key = options.key ?? userKey('ada');
  return {
    kind: 'event',
    id,
    tenant: options.tenant ?? defaultTenant,
    partition: at,
    receivedAt: 1_700_000_000_000,
    key,
    event: {
      messageId: id,
      type: 'track',
      userId: key.slice(2),
      name: 'Order Completed',
      timestamp: 1_700_000_000_000,
      properties: { total: 12.5, text: options.text ?? 'plain' },
    },
  };
}

export function publishedDecision(
  id: string,
  options: { readonly channel?: string; readonly text?: string } = {},
): PublishedDecision {
  return {
    id,
    tenant: defaultTenant,
    decision: `0-${id}` as DecisionId,
    customer: { userId: 'ada' },
    channel: options.channel ?? 'email',
    placement: 'inbox',
    at: 1_700_000_000_000,
    rulebook: 'rulebook-1',
    arms: [{ experiment: 'universal', arm: 'treated' }],
    cause: { kind: 'trigger', trigger: 'abandoned-cart', messageId: 'm-1' },
    treatments: [{ action: 'win-back', content: { title: options.text ?? 'We miss you' } }],
  };
}

/** The whole numbers from 0 to `count - 1`. */
export function indexes(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
