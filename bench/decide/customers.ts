import {
  type Contact,
  type CustomerState,
  decisionIdOf,
  defaultTenant,
  emptyModel,
  featuresOf,
  foldCustomer,
  type LogMessage,
  type Partition,
  profilesOf,
  type Rulebook,
  userKey,
} from '../../engine/index.ts';
import { Random } from '../measure/random.ts';
import type { FactValue } from '../rules/workload.ts';
import { categories, channel, eventNames, placement } from './large-book.ts';

/** When decisions are made; half past noon, UTC. */
export const now = Date.UTC(2026, 10, 20, 12, 30);
const hour = 3_600_000;
const days = 60;

/** Customers with 200 events of 20 kinds in 60 days, and 20 contacts with actions of the book, some seen, some clicked. */
export function largeCustomers(rulebook: Rulebook, count: number): readonly CustomerState[] {
  return Array.from({ length: count }, (_, number) => customerOf(rulebook, number));
}

const partition = 0 as Partition;
const eventsEach = 200;
const contactsEach = 20;

function customerOf(rulebook: Rulebook, number: number): CustomerState {
  const random = new Random(0xca5e + number);
  const userId = `customer-${number}`;
  const messages = [...events(userId, random), ...contacts(userId, rulebook, random)].sort(
    (one, other) => one.receivedAt - other.receivedAt,
  );
  let state: CustomerState | undefined;
  for (const message of messages) state = folded(state, message, rulebook);
  if (!state) throw new Error('a customer with a history has a state');
  return state;
}

type CustomerMessage = Extract<LogMessage, { readonly key: unknown }>;

function folded(state: CustomerState | undefined, message: CustomerMessage, rulebook: Rulebook) {
  return foldCustomer(state, message, {
    ...{ tenant: defaultTenant, partition, partitions: 1 },
    ...{ rulebook, model: emptyModel, budgets: { left: () => 0 } },
  }).state;
}

function envelope(userId: string, id: string, at: number) {
  return { id, key: userKey(userId), partition, tenant: defaultTenant, receivedAt: at };
}

function events(userId: string, random: Random): readonly CustomerMessage[] {
  return Array.from({ length: eventsEach }, (_, index) => {
    const timestamp = now - Math.floor(random.next() * days * 24 * hour);
    const properties = {
      amount: Math.round(random.logNormal(40, 1) * 100) / 100,
      category: random.pickSkewed(categories),
    };
    const messageId = `${userId}/${index}`;
    const event = { messageId, userId, timestamp, properties, type: 'track' as const };
    return {
      ...{ kind: 'event' as const, ...envelope(userId, `e:${messageId}`, timestamp) },
      event: { ...event, name: random.pickSkewed(eventNames) },
    };
  });
}

function contacts(userId: string, rulebook: Rulebook, random: Random): readonly CustomerMessage[] {
  const actions = [...rulebook.actions.values()];
  return Array.from({ length: contactsEach }).flatMap((_, index) => {
    const at = now - Math.floor(random.next() * 14 * 24 * hour);
    const action = random.pickSkewed(actions);
    const decision = decisionIdOf(partition, userKey(userId), `request ${index}`);
    const contact: Contact = {
      ...{ decision, at, action: action.name, group: action.group },
      ...{ treatment: 'card', channel, placement },
    };
    const made: CustomerMessage = {
      ...{ kind: 'decision', ...envelope(userId, `d:${decision}`, at) },
      contacts: [contact],
    };
    const outcomes = random.chance(0.6)
      ? random.chance(0.2)
        ? ['impression', 'click']
        : ['impression']
      : [];
    return [
      made,
      ...outcomes.map((outcome, step) =>
        outcomeOf(userId, decision, { outcome, at: at + 1_000 * (step + 1) }),
      ),
    ];
  });
}

function outcomeOf(
  userId: string,
  decision: Contact['decision'],
  { outcome, at }: { readonly outcome: string; readonly at: number },
): CustomerMessage {
  return {
    ...{ kind: 'outcome', ...envelope(userId, `o:${decision}:${outcome}`, at) },
    ...{ decision, outcome: outcome as 'impression' | 'click', timestamp: at },
  };
}

/** What is known of a customer, by feature, as other evaluators are given it. */
export function factsOf(state: CustomerState, rulebook: Rulebook): Record<string, FactValue> {
  return featuresOf(profilesOf(state), rulebook, now) as Record<string, FactValue>;
}

/** The values that customers have, by feature; what is missing is left out. */
export function valuesSeen(
  customers: readonly CustomerState[],
  rulebook: Rulebook,
): ReadonlyMap<string, readonly FactValue[]> {
  const seen = new Map<string, FactValue[]>();
  for (const state of customers) {
    for (const [name, value] of Object.entries(factsOf(state, rulebook))) {
      const values = seen.get(name) ?? [];
      if (typeof value === 'number' || typeof value === 'string') values.push(value);
      seen.set(name, values);
    }
  }
  return seen;
}
