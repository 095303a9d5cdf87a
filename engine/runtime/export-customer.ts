import { partitionOf } from '../chance/partition.ts';
import { identitiesOf } from '../customer/identities.ts';
import { limits } from '../limits.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { Decision } from '../model/decision.ts';
import type { CustomerKey, Partition } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import type { DeadLetter } from '../ports.ts';
import type { CustomerExport } from './application.ts';
import { toCached } from './document-cache.ts';
import { findCustomer } from './find-document.ts';
import type { RuntimeContext } from './runtime-context.ts';
import { viewCustomer } from './view-customer.ts';

/**
 * Everything that the store holds of one customer: the documents of all ids, as they are, what they come to now, the
 * decisions on record with their receipts, and the messages that could not be applied. What waits in an outbox is on its
 * way into the log.
 */
export async function exportCustomer(
  context: RuntimeContext,
  presented: CustomerKey,
): Promise<CustomerExport | undefined> {
  const at = context.ports.clock.now();
  const { key, state } = await findCustomer(context, presented);
  const keys = new Set([key, presented]);
  if (state) for (const id of [...identitiesOf(state), ...Object.values(state.via)]) keys.add(id);
  const documents = await documentsOf(context, keys);
  const decisions = await decisionsOf(context, keys);
  const deadLetters = await deadLettersOf(context, keys);
  const receipts = await receiptsOf(context, keys);
  // Of somebody who was shown nothing there may be decisions all the same.
  if (documents.length + decisions.length + deadLetters.length + receipts.length === 0) return undefined;
  const rulebook = context.rulebook();
  return {
    at,
    key,
    documents,
    ...(state &&
      rulebook && { view: viewCustomer(state, rulebook, { now: at, tables: context.tables.current() }) }),
    decisions: decisions.sort((one, other) => one.at - other.at),
    deadLetters,
    receipts,
  };
}

async function documentsOf(
  context: RuntimeContext,
  keys: Iterable<CustomerKey>,
): Promise<readonly CustomerState[]> {
  const states: CustomerState[] = [];
  for (const key of keys) {
    const [stored] = await context.ports.store.load(homeOf(context, key), [key]);
    const { state } = toCached(stored);
    if (state) states.push(state);
  }
  return states;
}

async function decisionsOf(context: RuntimeContext, keys: Iterable<CustomerKey>): Promise<Decision[]> {
  const decisions: Decision[] = [];
  for (const key of keys) {
    for (const { value } of await context.ports.store.recordsOf(homeOf(context, key), key)) {
      decisions.push(JSON.parse(value) as Decision);
    }
  }
  return decisions;
}

async function receiptsOf(
  context: RuntimeContext,
  keys: Iterable<CustomerKey>,
): Promise<readonly JsonObject[]> {
  const stream = context.ports.receipts;
  const receipts: JsonObject[] = [];
  if (!stream) return receipts;
  for (const key of keys) {
    for (const { text } of await stream.receiptsOf(homeOf(context, key), key)) {
      receipts.push(JSON.parse(text) as JsonObject);
    }
  }
  return receipts;
}

async function deadLettersOf(
  context: RuntimeContext,
  keys: ReadonlySet<CustomerKey>,
): Promise<readonly DeadLetter[]> {
  const found: DeadLetter[] = [];
  for (const partition of new Set([...keys].map((key) => homeOf(context, key)))) {
    for (let after = 0; ; ) {
      const letters = await context.ports.store.deadLetters(partition, after, limits.outboxBatchMax);
      found.push(...letters.filter(({ message }) => 'key' in message && keys.has(message.key)));
      const last = letters[letters.length - 1];
      if (last === undefined || letters.length < limits.outboxBatchMax) break;
      after = last.sequence;
    }
  }
  return found;
}

function homeOf({ tenant, partitions }: RuntimeContext, key: CustomerKey): Partition {
  return partitionOf(tenant, key, partitions);
}
