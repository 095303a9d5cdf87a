import { partitionOf } from '../chance/partition.ts';
import { partedFrom } from '../customer/identities.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type CustomerState, newCustomerState } from '../model/customer-state.ts';
import type { CustomerKey, Partition } from '../model/ids.ts';
import { absentDocument, type CachedDocument, toCached } from './document-cache.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** The document that speaks for a customer, and where it lives. */
export interface FoundDocument {
  readonly key: CustomerKey;
  readonly partition: Partition;
  readonly document: CachedDocument;
  /** The customer as the document knows it, with what merged ids contributed and is still on its way through the log. */
  readonly state: CustomerState | undefined;
  /** Ids that led here, the presented one first; empty where it speaks for itself. */
  readonly path: readonly CustomerKey[];
  /** The id was taken out of this customer, and what it contributed is still on its way home: ask again in a moment. */
  readonly isParting: boolean;
}

/** In memory where that was right of late, in memory whatever was, or in the store. */
export type DocumentSource = 'trusted' | 'memory' | 'store';

/** Follows merges from the presented id to the surviving document, as this node last saw them or as they are stored. */
export async function findDocument(
  context: RuntimeContext,
  presented: CustomerKey,
  source: DocumentSource = 'trusted',
): Promise<FoundDocument> {
  const merged: CustomerState[] = [];
  let key = presented;
  for (let hop = 0; hop <= limits.forwardHopsMax; hop += 1) {
    const partition = partitionOf(context.tenant, key, context.partitions);
    const isEnough = source === 'trusted' ? context.cache.isTrusted(partition) : source === 'memory';
    const known = isEnough ? context.cache.get(key) : undefined;
    const document = known ?? (await readDocument(context, { key, partition, source }));
    const { state } = document;
    if (state?.forward === undefined) {
      if (source !== 'store' && merged.some((other) => !holds(state, other.key))) {
        return findDocument(context, presented, 'store');
      }
      const path = merged.map((other) => other.key);
      const parted = state ? partedFrom(state) : [];
      const isParting = path.some((id) => parted.includes(id) && !holds(state, id));
      const whole = isParting ? state : withMerged(state, key, merged);
      return { key, partition, document, state: whole, path, isParting };
    }
    merged.push(state);
    key = state.forward;
  }
  throw new CodedError('NB_CONTENTION', 'this customer was merged too often; it is looked into');
}

/** As it is stored, for whoever is told of it. Never somebody else: an id on its way home is asked for again. */
export async function findCustomer(context: RuntimeContext, presented: CustomerKey): Promise<FoundDocument> {
  const found = await findDocument(context, presented, 'store');
  if (!found.isParting) return found;
  throw new CodedError('NB_CONTENTION', 'this id is being taken out of a customer; try again shortly');
}

/**
 * Between the halves of a merge the survivor knows nothing of the merged id yet. Whoever is still presented with that
 * id must not be taken for somebody new: the contacts made so far count, and so does a consent that was withdrawn, even
 * if its event waits at the old document still.
 */
function withMerged(
  state: CustomerState | undefined,
  key: CustomerKey,
  merged: readonly CustomerState[],
): CustomerState | undefined {
  const known = state?.sources ?? {};
  const missing = merged
    .flatMap((other) => [[other.key as string, other.own] as const, ...Object.entries(other.sources)])
    .filter(([source]) => !Object.hasOwn(known, source));
  const pending = merged.flatMap((other) => other.pendingConsent ?? []);
  if (missing.length === 0 && pending.length === 0) return state;
  const base = state ?? newCustomerState(key);
  return {
    ...base,
    sources: { ...known, ...Object.fromEntries(missing) },
    ...(pending.length > 0 && { pendingConsent: [...(base.pendingConsent ?? []), ...pending] }),
  };
}

/**
 * Where the surviving document does not know of the id, it is on its way there, or the merge is over: taken back, or its
 * customer erased, while this node remembered it. The store tells.
 */
function holds(state: CustomerState | undefined, key: CustomerKey): boolean {
  return state !== undefined && Object.hasOwn(state.sources, key);
}

async function readDocument(
  context: RuntimeContext,
  { key, partition, source }: Pick<FoundDocument, 'key' | 'partition'> & { readonly source: DocumentSource },
): Promise<CachedDocument> {
  const { cache } = context;
  const before = cache.get(key);
  const [stored] = await context.ports.store.load(partition, [key]);
  const known = cache.refresh(partition, key, { before, stored });
  // Who asks the store wants what is stored; a copy has its ids in the order in which they came.
  return source === 'store' ? toCached(stored) : (known ?? absentDocument);
}
