import type { ErasureMark } from '../../../engine/customer/erasure-mark.ts';
import { partedFrom } from '../../../engine/customer/identities.ts';
import {
  type Contact,
  type CustomerKey,
  type CustomerMessage,
  type CustomerState,
  type DecisionId,
  defaultTenant,
  emptyModel,
  foldCustomer,
  type Lesson,
  type LogMessage,
  partitionOf,
  type Rulebook,
  type TouchpointEvent,
} from '../../../engine/index.ts';
import { eventMessage } from '../../../engine/runtime/messages.ts';
import { bookOf } from './book.ts';
import { noon } from './events.ts';

const partitions = 4;
const home = { tenant: defaultTenant, partitions };

/** A book in which nothing that is decided depends on what was merged when, but for the limits of identity. */
export function identityBook(
  identity = 'limits: { user: 50, anonymous: 50, email: 50, card: 50 }',
): Rulebook {
  return bookOf(`
channels:
  push: { direction: push }
placements:
  message: { channel: push, limit: 1 }
features:
  orders.count: { count: Order Completed }
  orders.value: { sum: Order Completed, of: properties.revenue }
  category.last: { last: Order Completed, of: properties.category }
  orders.days_since: { recency: Order Completed }
segments:
  buyers: { when: { fact: orders.count, operator: greaterThan, value: 0 }, value: orders.value }
  visitors: { when: { fact: orders.count, operator: equal, value: 0 } }
  recent: { when: { fact: orders.days_since, operator: lessThan, value: 30 } }
consent:
  - { on: Newsletter Subscribed, grants: marketing }
  - { on: Newsletter Unsubscribed, withdraws: marketing }
policies:
  few: { scope: customer, limit: 100, within: 30d, counts: decided }
triggers:
  cart-left: { on: Cart Updated, ask: message, wait: 10h }
identity:
  identifiers:
    email: { from: [traits.email, properties.email], hash: true }
    card: { from: properties.card }
  ${identity}
---
action: hello
group: service/advice
value: 1
treatments:
  push: { channel: push, content: { text: Hello } }
`);
}

/** Several partitions, each with its log: messages of one come in order, whose turn it is is for the scheduler to say. */
export interface IdentityWorld {
  readonly states: Map<CustomerKey, CustomerState>;
  /** Names and properties of events that the engine made. */
  readonly told: TouchpointEvent[];
  /** Everything that was to be learned, in the order in which it was folded. */
  readonly lessons: Lesson[];
  /** The most documents that one message was sent on by. */
  hops(): number;
  readonly append: (message: LogMessage) => void;
  /** Folds one message, of the partition that the number falls on; false when there is none left. */
  readonly step: (choice: number) => boolean;
  readonly drain: (choices?: Iterable<number>) => void;
}

export function openIdentityWorld(
  rulebook: Rulebook,
  { merges = true }: { readonly merges?: boolean } = {},
): IdentityWorld {
  const states = new Map<CustomerKey, CustomerState>();
  const logs = Array.from({ length: partitions }, (): CustomerMessage[] => []);
  const known = new Set<string>();
  const told: TouchpointEvent[] = [];
  const lessons: Lesson[] = [];
  const marks = new Map<CustomerKey, ErasureMark>();
  let hops = 0;

  function append(message: LogMessage): void {
    // The log drops repeats by id.
    if (!('key' in message) || known.has(message.id) || (!merges && isOfMerge(message))) return;
    known.add(message.id);
    logs[message.partition]?.push(message);
    if (message.kind === 'event' && message.origin === 'identity') told.push(message.event);
    hops = Math.max(hops, message.hops ?? 0);
  }

  function step(choice: number): boolean {
    const waiting = logs.filter((log) => log.length > 0);
    const message = waiting[choice % waiting.length]?.shift();
    if (!message) return false;
    const result = foldCustomer(states.get(message.key), message, {
      ...home,
      partition: message.partition,
      rulebook,
      model: emptyModel,
      budgets: { left: () => Number.MAX_SAFE_INTEGER },
      ...(marks.has(message.key) && { erasure: marks.get(message.key) as ErasureMark }),
    });
    lessons.push(...(result.lessons ?? []));
    if (result.state) states.set(message.key, result.state);
    else states.delete(message.key);
    if (message.kind === 'erase' && result.note === 'erased') {
      marks.set(message.key, { until: message.until, count: (marks.get(message.key)?.count ?? 0) + 1 });
    }
    for (const next of result.messages) append(next);
    return true;
  }

  return {
    states,
    told,
    lessons,
    hops: () => hops,
    append,
    step,
    drain: (choices = []) => {
      for (const choice of choices) if (!step(choice)) return;
      while (step(0));
    },
  };
}

function isOfMerge({ kind }: LogMessage): boolean {
  return kind === 'link-export' || kind === 'unlink';
}

const envelope = (key: CustomerKey) => ({
  tenant: defaultTenant,
  partition: partitionOf(defaultTenant, key, partitions),
  receivedAt: noon,
  key,
});

export function happened(event: TouchpointEvent): LogMessage {
  return eventMessage(home, event, { receivedAt: noon });
}

export function requested(id: string, key: CustomerKey, to: CustomerKey): LogMessage {
  const link = { cause: 'request', room: {}, apart: [], asked: key, other: to } as const;
  return { kind: 'link-export', id, ...envelope(key), to, ...link };
}

export function unmerged(id: string, key: CustomerKey, take: CustomerKey): LogMessage {
  return { kind: 'unlink', id, ...envelope(key), take };
}

export function erased(id: string, key: CustomerKey): LogMessage {
  return { kind: 'erase', id, ...envelope(key), until: noon };
}

export function contacted(id: string, key: CustomerKey): LogMessage {
  const contact: Contact = {
    decision: id as DecisionId,
    at: noon,
    action: 'hello',
    group: 'service/advice',
    treatment: 'push',
    channel: 'push',
    placement: 'message',
  };
  return { kind: 'decision', id: `d:${id}`, ...envelope(key), contacts: [contact] };
}

/** A decision that showed nothing by chance. */
export function spared(id: string, key: CustomerKey): LogMessage {
  const baseline = { decision: id as DecisionId, at: noon, channel: 'push', placement: 'message' };
  return { kind: 'decision', id: `d:${id}`, ...envelope(key), contacts: [], baseline };
}

/** Customers by the id that they go under: those whose documents forward nowhere. */
export function rootsOf({ states }: IdentityWorld): readonly CustomerState[] {
  return [...states.values()]
    .filter(({ forward }) => forward === undefined)
    .sort((left, right) => (left.key < right.key ? -1 : 1));
}

/**
 * What must hold once nothing is on its way: every document either speaks for itself or leads, always upwards, to the one
 * customer who has its contribution, in the place that its document forwards to; and the parted are told on both sides.
 */
export function faultsOf(world: IdentityWorld): readonly string[] {
  const faults: string[] = [];
  const holders = new Map<string, string>();
  for (const root of rootsOf(world)) {
    for (const id of [root.key, ...Object.keys(root.sources)]) {
      if (holders.has(id)) faults.push(`${id} is part of ${holders.get(id)} and of ${root.key}`);
      holders.set(id, root.key);
    }
    for (const id of Object.keys(root.via))
      if (!(id in root.sources)) faults.push(`${id} came, but is not here`);
    for (const other of partedFrom(root))
      if (other in root.sources) faults.push(`${other} is parted and here`);
  }
  for (const { key, forward } of world.states.values()) {
    const holder = holders.get(key);
    const root = world.states.get(holder as CustomerKey);
    if (holder === undefined) faults.push(`${key} is nowhere`);
    if (forward !== undefined && forward !== (root?.via[key] ?? root?.key)) {
      faults.push(`${key} forwards to ${forward}, but is with ${holder} by ${root?.via[key]}`);
    }
  }
  return faults;
}
