import { partitionOf } from '../chance/partition.ts';
import { encodeState } from '../customer/codec.ts';
import { type ErasureMark, erasedUntil } from '../customer/erasure-mark.ts';
import { expectConsent } from '../customer/pending-consent.ts';
import { forwardedId } from '../customer/send-on.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { EventMessage } from '../model/log-message.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { toCached } from './document-cache.ts';
import type { RuntimeContext } from './runtime-context.ts';

/**
 * Writes changes of consent into the customers' documents once their events are durable and before anybody is told so:
 * the next decision, on whichever node, is made on the version that was written here. Where the store does not answer,
 * the events stand nevertheless, and the fold brings them.
 */
export async function bindConsent(context: RuntimeContext, messages: readonly EventMessage[]): Promise<void> {
  const rulebook = context.rulebook();
  if (rulebook === undefined || rulebook.consentByEvent.size === 0) return;
  const byCustomer = new Map<CustomerKey, EventMessage[]>();
  for (const message of messages) {
    if (!rulebook.consentByEvent.has(message.event.name)) continue;
    byCustomer.set(message.key, [...(byCustomer.get(message.key) ?? []), message]);
  }
  for (const customers = [...byCustomer.values()]; customers.length > 0; ) {
    const some = customers.splice(0, limits.consentWritesAtOnceMax);
    await Promise.all(some.map((own) => bindInTurn(context, rulebook, own)));
  }
}

async function bindInTurn(
  context: RuntimeContext,
  rulebook: Rulebook,
  messages: readonly EventMessage[],
): Promise<void> {
  try {
    for (const message of messages) await bindOne(context, rulebook, message);
  } catch (error) {
    // The event is in the log: it counts once the fold has come to it, and the operator learns that it took longer.
    context.observer.troubled('consent ahead of the log', error);
  }
}

/** An event on its way to the document where it will be applied, and what was found out about the place. */
interface Arrival {
  readonly message: EventMessage;
  readonly erasure?: ErasureMark | undefined;
}

async function bindOne(context: RuntimeContext, rulebook: Rulebook, message: EventMessage): Promise<void> {
  let arrival: Arrival | undefined = { message };
  for (let step = 0; arrival !== undefined; step += 1) {
    if (step === limits.decideAttemptsMax + limits.forwardHopsMax) {
      throw new CodedError('NB_CONTENTION', 'a customer is changed too often at once');
    }
    arrival = await bindAt(context, rulebook, arrival);
  }
}

/** Where to go on from here; undefined once there is nothing more to do. */
async function bindAt(
  context: RuntimeContext,
  rulebook: Rulebook,
  { message, erasure }: Arrival,
): Promise<Arrival | undefined> {
  const { ports, erasures, cache } = context;
  const { key, partition } = message;
  const before = cache.get(key);
  const [stored] = await ports.store.load(partition, [key]);
  const { state, nonce: expected } = toCached(stored);
  if (state?.forward !== undefined) return { message: onward(context, message, state.forward) };
  const after = expectConsent(state, message, {
    rulebook,
    erasedUntil: erasedUntil(erasure, message.receivedAt),
  });
  if (after === undefined) return undefined;
  const fold = context.precedence.of(key);
  if (fold) {
    // It was refused for this document before, and goes first (FP1).
    await fold;
    return { message, erasure };
  }
  const write = { key, expected, nonce: ports.ids.nonce(), value: encodeState(after) };
  cache.writes([write]);
  const outcome = await ports.store.commit({
    partition,
    ...(state === undefined && { unless: [await erasures.nextName(key, erasure)] }),
    documents: [write],
    timers: [],
    outbox: [],
    records: [],
    counters: [],
  });
  switch (outcome.kind) {
    case 'committed':
      cache.set(key, { nonce: write.nonce, state: after, value: write.value });
      return undefined;
    case 'conflict':
      cache.refresh(partition, key, { before, stored: outcome.documents.get(key) });
      return { message, erasure };
    case 'barred':
      return { message, erasure: (await erasures.find(partition, [key])).get(key) };
    default:
      throw new CodedError('NB_STORE_UNAVAILABLE', 'the store checked what was not asked for');
  }
}

/** As the fold of a merged document will send it on. */
function onward(
  { tenant, partitions }: RuntimeContext,
  message: EventMessage,
  to: CustomerKey,
): EventMessage {
  return {
    ...message,
    id: forwardedId(message.id, to),
    key: to,
    partition: partitionOf(tenant, to, partitions),
    presentedAs: message.presentedAs ?? message.key,
  };
}
