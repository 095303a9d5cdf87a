import { partitionOf } from '../chance/partition.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { CustomerKey, Partition } from '../model/ids.ts';
import type { StoredDocument } from '../ports.ts';
import { type CachedDocument, toCached } from './document-cache.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** The document that speaks for a customer, and where it lives. */
export interface FoundDocument {
  readonly key: CustomerKey;
  readonly partition: Partition;
  readonly document: CachedDocument;
}

/** Follows merges from the presented id to the surviving document. */
export async function findDocument(context: RuntimeContext, presented: CustomerKey): Promise<FoundDocument> {
  let key = presented;
  for (let hop = 0; hop <= limits.forwardHopsMax; hop += 1) {
    const partition = partitionOf(context.tenant, key, context.partitions);
    const document = await readDocument(context, key, partition);
    if (document.state?.forward === undefined) return { key, partition, document };
    key = document.state.forward;
  }
  throw new CodedError('NB_CONTENTION', 'this customer was merged too often; it is looked into');
}

/** The store's own word on a document, after it refused what was in memory. */
export function refreshDocument(
  context: RuntimeContext,
  key: string,
  stored: StoredDocument | undefined,
): void {
  if (stored) context.cache.set(key, toCached(stored));
  else context.cache.forget(key);
}

async function readDocument(
  context: RuntimeContext,
  key: CustomerKey,
  partition: Partition,
): Promise<CachedDocument> {
  const cached = context.cache.get(key);
  if (cached) return cached;
  const [stored] = await context.ports.store.load(partition, [key]);
  const document = toCached(stored);
  if (stored) context.cache.set(key, document);
  return document;
}
