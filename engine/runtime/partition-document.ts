import { assert } from '../assert.ts';
import { canonicalJson } from '../model/json.ts';
import type { TableVersions } from '../model/log-message.ts';
import { emptyModel, type ModelSnapshot, type Tallies } from '../model/model-snapshot.ts';
import type { SegmentTotals } from '../segments/segment-totals.ts';

/** What a partition keeps beside its customers: the evidence it gathered and the propensities in force in its folds. */
export interface PartitionDocument {
  readonly schema: 1;
  readonly tallies: Tallies;
  readonly model: ModelSnapshot;
  /** The reference tables in force in its folds; absent before any. */
  readonly tables?: TableVersions;
  /** Until when marks of erased customers are in force here, epoch ms; absent where nobody was erased. */
  readonly erasuresUntil?: number;
  /** Size and value of the segments; absent before any. */
  readonly segments?: SegmentTotals;
  /** Lessons that it came to so far, and so the number of the next one; absent: none. */
  readonly lessons?: number;
}

/** Its key; no customer key starts with `p:`. */
export const partitionDocumentKey = 'p:partition';

export const emptyPartitionDocument: PartitionDocument = { schema: 1, tallies: {}, model: emptyModel };

export function encodePartitionDocument(document: PartitionDocument): Uint8Array {
  return new TextEncoder().encode(canonicalJson(document));
}

export function decodePartitionDocument(value: Uint8Array): PartitionDocument {
  const document = JSON.parse(new TextDecoder().decode(value)) as PartitionDocument;
  assert(document.schema === 1, `partition document of an unknown schema: ${document.schema}`);
  return document;
}
