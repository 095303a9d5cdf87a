import {
  type Contact,
  type CustomerState,
  decisionIdOf,
  defaultTenant,
  draw,
  emptyModel,
  foldCustomer,
  type JsonObject,
  type LogMessage,
  type OutcomeKind,
  type Partition,
  partitionOf,
  type Rulebook,
  type TouchpointEvent,
  userKey,
} from '../../engine/index.ts';

/**
 * A customer with a history: twelve visits of five events in a hundred days, twenty contacts with what became of them, a
 * few traits, one consent. The same number gives the same customer.
 */

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
export const sampleNow = Date.UTC(2026, 10, 20, 12);
const visits = 12;
const eventsPerVisit = 5;
const contactsWanted = 20;
const partitions = 64;

const categories = ['boots', 'tents', 'jackets', 'lamps', 'stoves'] as const;
const sections = ['home', 'sale', 'catalogue', 'advice'] as const;
const offers = [
  ['welcome', 'service/advice', 'web', 'home-hero'],
  ['boots-sale', 'sales/summer', 'web', 'home-hero'],
  ['tent-guide', 'service/advice', 'web', 'basket-side'],
  ['voucher-10', 'sales/vouchers', 'email', 'newsletter'],
  ['club', 'sales/loyalty', 'email', 'newsletter'],
] as const;

/** Numbers from 0 to `below` - 1 that a customer's number and a label fix. */
type Dice = (label: string, below: number) => number;

export function sampleCustomer(rulebook: Rulebook, number: number): CustomerState {
  const dice: Dice = (label, below) => Math.floor(draw(`customer ${number}`, label) * below);
  const userId = `customer-${100_000 + number}`;
  let state: CustomerState | undefined;
  for (const message of messagesOf(userId, dice)) state = fold(state, message, rulebook);
  if (state === undefined) throw new Error('a customer with a history has a state');
  return state;
}

function fold(
  state: CustomerState | undefined,
  message: LogMessage,
  rulebook: Rulebook,
): CustomerState | undefined {
  if (!('key' in message)) return state;
  return foldCustomer(state, message, {
    tenant: defaultTenant,
    partition: message.partition,
    partitions,
    rulebook,
    model: emptyModel,
    budgets: { left: () => 0 },
  }).state;
}

/** In the order of their times. */
function messagesOf(userId: string, dice: Dice): readonly LogMessage[] {
  const messages: LogMessage[] = [];
  const key = userKey(userId);
  const partition = partitionOf(defaultTenant, key, partitions);
  const envelope = (id: string, receivedAt: number) => ({
    ...{ id, key, partition, tenant: defaultTenant },
    receivedAt,
  });
  const add = (event: TouchpointEvent): void => {
    const id = `e:${event.messageId}`;
    messages.push({ kind: 'event', ...envelope(id, event.timestamp + 400), event });
  };
  for (let visit = 0; visit < visits; visit += 1) {
    const begin = sampleNow - (visits - visit) * 8 * dayMs + dice(`begin ${visit}`, 6 * dayMs);
    let at = begin;
    if (visit === 0) add(identify(userId, begin - 1_000, dice));
    for (let index = 0; index < eventsPerVisit; index += 1) {
      at += 5_000 + dice(`pause ${visit}.${index}`, 3 * minuteMs);
      add(eventOf(userId, `${visit}.${index}`, at, dice));
    }
    const shown = visit === 0 ? 0 : Math.ceil(contactsWanted / (visits - 1));
    for (let index = 0; index < shown; index += 1) {
      const made = messages.filter(({ kind }) => kind === 'decision').length;
      if (made >= contactsWanted) break;
      const contactAt = begin + 7_000 * (index + 1);
      const contact = contactOf(userId, partition, `${visit}.${index}`, contactAt, dice);
      messages.push({
        kind: 'decision',
        ...envelope(`d:${contact.decision}`, contactAt),
        contacts: [contact],
      });
      for (const { outcome, timestamp } of outcomesOf(contact, dice)) {
        const { decision } = contact;
        const id = `o:${decision}:${outcome}`;
        messages.push({ kind: 'outcome', ...envelope(id, timestamp + 300), decision, outcome, timestamp });
      }
    }
  }
  return messages;
}

function identify(userId: string, timestamp: number, dice: Dice): TouchpointEvent {
  const traits = {
    email: `${userId}@example.org`,
    firstName: ['Ada', 'Bob', 'Chloé', 'Dmitri'][dice('first name', 4)] ?? '',
    plan: ['free', 'silver', 'gold'][dice('plan', 3)] ?? '',
    city: ['Oslo', 'Lyon', 'Porto', 'Kraków'][dice('city', 4)] ?? '',
    birthYear: 1950 + dice('birth year', 55),
  };
  return { ...eventBase(userId, 'identify', timestamp), type: 'identify', name: 'identify', traits };
}

function eventOf(userId: string, label: string, timestamp: number, dice: Dice): TouchpointEvent {
  const base = eventBase(userId, label, timestamp);
  const roll = dice(`kind ${label}`, 100);
  const category = categories[dice(`category ${label}`, categories.length)] ?? 'boots';
  const sku = `SKU-${1_000 + dice(`sku ${label}`, 400)}`;
  const price = (990 + 10 * dice(`price ${label}`, 9_000)) / 100;
  const track = (name: string, properties: JsonObject): TouchpointEvent => ({
    ...base,
    type: 'track',
    name,
    properties,
  });
  if (label === '1.0') return track('Newsletter Subscribed', { source: 'footer' });
  if (roll < 45) {
    const section = sections[dice(`section ${label}`, sections.length)] ?? 'home';
    return {
      ...base,
      type: 'page',
      name: 'page',
      properties: { section, dwell: dice(`dwell ${label}`, 120) },
    };
  }
  if (roll < 72) return track('Product Viewed', { category, sku, price });
  if (roll < 80) return track('Product Added', { category, sku, price });
  if (roll < 85) return track('Order Completed', { category, revenue: price });
  return track(roll < 92 ? 'Email Delivered' : 'Email Opened', { campaign: 'weekly' });
}

function eventBase(userId: string, label: string, timestamp: number) {
  return { messageId: `${userId}/${label}`, userId, timestamp, properties: {} };
}

function contactOf(userId: string, partition: Partition, label: string, at: number, dice: Dice): Contact {
  const [action, group, channel, placement] = offers[dice(`offer ${label}`, offers.length)] ?? offers[0];
  const decision = decisionIdOf(partition, userKey(userId), `request ${label}`);
  return { decision, at, action, group, treatment: `${action}-a`, channel, placement };
}

/** Most are seen, and some lead on. */
function outcomesOf(
  { decision, at }: Contact,
  dice: Dice,
): readonly { readonly outcome: OutcomeKind; readonly timestamp: number }[] {
  const roll = dice(`outcome ${decision}`, 100);
  const impression = {
    outcome: 'impression' as const,
    timestamp: at + 800 + dice(`seen ${decision}`, 2_000),
  };
  if (roll < 40) return [];
  if (roll < 88) return [impression];
  return [impression, { outcome: 'click', timestamp: impression.timestamp + 4_000 + roll }];
}
