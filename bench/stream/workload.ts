import type { EventMessage, Tenant, TouchpointEvent } from '../../engine/index.ts';
import { eventMessage } from '../../engine/runtime/messages.ts';

/** As many as a server has by default. */
export const partitions = 64;

/** Of twenty events one opens a complaint, which the sample rulebook answers by e-mail at once, at any hour. */
const names = [
  ...['Product Viewed', 'Home', 'Product Added', 'Product Viewed', 'Email Opened'],
  ...['Product Viewed', 'Home', 'Order Completed', 'Product Viewed', 'Complaint Opened'],
  ...['Product Viewed', 'Home', 'Product Added', 'Product Viewed', 'Email Opened'],
  ...['Product Added', 'Home', 'Order Completed', 'Product Viewed', 'Email Opened'],
];
export const triggeringShare = names.filter((name) => name === 'Complaint Opened').length / names.length;
const categories = ['tents', 'boots', 'jackets', 'stoves'];
/** A customer's events stand apart in the log, as they do where many customers are about. */
export const eventsPerCustomer = 4;

/** Event number `index` of a turn of `count` events, each turn with customers of its own. */
export function eventAt(index: number, turn: string, count: number, at: number): TouchpointEvent {
  const customers = Math.max(1, Math.floor(count / eventsPerCustomer));
  // A step that shares no factor with the kinds of events: every customer gets some of each.
  const name = names[(index + Math.floor(index / customers)) % names.length] as string;
  const properties = {
    category: categories[Math.floor(index / 5) % categories.length] as string,
    product_id: `p${index % 211}`,
    name: `Article ${index % 97}`,
    price: 20 + (index % 80),
    revenue: 40 + (index % 60),
    ...(name === 'Complaint Opened' && { status: 'open' }),
  };
  const common = {
    messageId: `${turn}-${index}`,
    userId: `${turn}-c${index % customers}`,
    timestamp: at,
    context: {},
    properties,
  };
  return name === 'Home' ? { ...common, type: 'page', name: 'page' } : { ...common, type: 'track', name };
}

export function messagesOf(
  tenant: Tenant,
  { turn, count }: { readonly turn: string; readonly count: number },
): readonly EventMessage[] {
  const receivedAt = Date.now();
  return Array.from({ length: count }, (_, index) =>
    eventMessage({ tenant, partitions }, eventAt(index, turn, count, receivedAt), { receivedAt }),
  );
}
