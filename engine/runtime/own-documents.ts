import { limits } from '../limits.ts';
import type { Nonce, Partition } from '../model/ids.ts';
import type { DocumentWrite, StateStore, StoredDocument } from '../ports.ts';
import type { FoldedBatch } from './fold-batch.ts';
import { encodeJournal, journalKey } from './lesson-journal.ts';
import {
  decodePartitionDocument,
  emptyPartitionDocument,
  encodePartitionDocument,
  type PartitionDocument,
  partitionDocumentKey,
} from './partition-document.ts';
import type { RowCache } from './row-cache.ts';
import {
  changedRows,
  decodeHead,
  emptyRecord,
  encodeHead,
  newRecord,
  type RecordedSet,
  rowKey,
  type ScoringRecord,
} from './scoring-record.ts';

/**
 * What a partition keeps beside its customers; no key of a customer begins with `p:`.
 *
 * `p:partition` and `p:models` follow from the log alone, so a rebuild and a verification come to the same bytes. The
 * journal's lessons do as well, but where one document of it ends and the next begins does not, and it goes as it is
 * learned. What the learner keeps (`p:learner` and so on, in the first partition) follows from when it looked at which
 * journal.
 */
export function isOwnKey(key: string): boolean {
  return key.startsWith('p:');
}

/** Whether the log alone tells what the document holds. */
export function followsFromLog(key: string): boolean {
  return !isOwnKey(key) || key === partitionDocumentKey || key.startsWith(modelsKey);
}

/** What the folds of a partition score with. */
export const modelsKey = 'p:models';

/** The documents as they are stored, and their versions. */
export interface OwnDocuments {
  readonly partition: PartitionDocument;
  readonly models: ScoringRecord;
  readonly versions: ReadonlyMap<string, Nonce>;
}

export const noOwnDocuments: OwnDocuments = {
  partition: emptyPartitionDocument,
  models: emptyRecord,
  versions: new Map(),
};

/** `refused`: what a commit met instead of what it expected. */
export async function loadOwnDocuments(
  store: StateStore,
  partition: Partition,
  {
    cache,
    refused = new Map(),
  }: { readonly cache: RowCache; readonly refused?: ReadonlyMap<string, StoredDocument | undefined> },
): Promise<OwnDocuments> {
  const [document] = await store.load(partition, [partitionDocumentKey]);
  const { record: models, versions } = await loadRecord(store, { partition, headKey: modelsKey }, cache);
  const known = new Map(versions);
  if (document) known.set(partitionDocumentKey, document.nonce);
  for (const [key, found] of refused) if (found && isOwnKey(key)) known.set(key, found.nonce);
  return {
    partition: document ? decodePartitionDocument(document.value) : emptyPartitionDocument,
    models,
    versions: known,
  };
}

/** What a batch changes of them. */
export function ownWrites(
  { partition, models, versions }: OwnDocuments,
  folded: FoldedBatch,
  { at, nonce }: { readonly at: number; readonly nonce: () => Nonce },
): readonly DocumentWrite[] {
  const values = new Map<string, Uint8Array | undefined>();
  const { lessons = [] } = folded;
  if (lessons.length > 0) {
    const pages = encodeJournal({ first: partition.lessons ?? 0, at, lessons });
    for (const { first, value } of pages) values.set(journalKey(first), value);
  }
  if (folded.models) {
    for (const [key, value] of changedRows(modelsKey, models, folded.models)) values.set(key, value);
    values.set(modelsKey, encodeHead(folded.models));
  }
  if (folded.partition !== partition) {
    values.set(partitionDocumentKey, encodePartitionDocument(folded.partition));
  }
  return [...values].map(([key, value]) => ({ key, expected: versions.get(key), nonce: nonce(), value }));
}

/** Once they are stored. */
export function ownDocumentsAfter(
  { models, versions }: OwnDocuments,
  folded: FoldedBatch,
  writes: readonly DocumentWrite[],
): OwnDocuments {
  const own = writes.filter(({ key }) => key === partitionDocumentKey || key.startsWith(modelsKey));
  return {
    partition: folded.partition,
    models: folded.models ?? models,
    versions: own.length > 0 ? versionsAfter(versions, own) : versions,
  };
}

export function versionsAfter(
  versions: ReadonlyMap<string, Nonce>,
  writes: readonly DocumentWrite[],
): ReadonlyMap<string, Nonce> {
  const after = new Map(versions);
  for (const { key, nonce, value } of writes) {
    if (value === undefined) after.delete(key);
    else after.set(key, nonce);
  }
  return after;
}

export interface RecordPlace {
  readonly partition: Partition;
  readonly headKey: string;
}

/** A record with all its rows. A row that is missing is left out: it comes with its next change. */
export async function loadRecord(
  store: Pick<StateStore, 'load'>,
  { partition, headKey }: RecordPlace,
  cache: RowCache,
): Promise<{ readonly record: ScoringRecord; readonly versions: ReadonlyMap<string, Nonce> }> {
  const versions = new Map<string, Nonce>();
  const [found] = await store.load(partition, [headKey]);
  if (!found) return { record: emptyRecord, versions };
  versions.set(headKey, found.nonce);
  const { number, at, sets: heads, collecting } = decodeHead(found.value);
  const sets: RecordedSet[] = [];
  for (const { code, names, rows: rowVersions } of heads) {
    const rows = new Map<string, ReturnType<RowCache['keep']>>();
    const models = Object.keys(rowVersions);
    for (let from = 0; from < models.length; from += limits.rowsPerLoadMax) {
      const slice = models.slice(from, from + limits.rowsPerLoadMax);
      const keys = slice.map((model) => rowKey(headKey, code.number, model));
      const stored = await store.load(partition, keys);
      for (const [index, model] of slice.entries()) {
        const document = stored[index];
        if (!document) continue;
        versions.set(keys[index] as string, document.nonce);
        const name = { code: code.number, model, version: rowVersions[model] ?? 0 };
        rows.set(model, cache.keep(name, document.value, code.dimension));
      }
    }
    sets.push({ code, names, rows });
  }
  return { record: newRecord({ number, at, sets, ...(collecting && { collecting }) }), versions };
}
