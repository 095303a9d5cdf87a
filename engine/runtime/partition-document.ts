import { assert } from '../assert.ts';
import { canonicalJson } from '../model/json.ts';
import { emptyModel, type ModelSnapshot, type Tallies } from '../model/model-snapshot.ts';

/** What a partition keeps beside its customers: the evidence it gathered and the propensities in force in its folds. */
export interface PartitionDocument {
  readonly schema: 1;
  readonly tallies: Tallies;
  readonly model: ModelSnapshot;
}

/** Its key; no customer key starts with `p:`. */
export const partitionDocumentKey = 'p:partition';

export const emptyPartitionDocument: PartitionDocument = { schema: 1, tallies: {}, model: emptyModel };

export function encodePartitionDocument(document: PartitionDocument): string {
  return canonicalJson(document);
}

export function decodePartitionDocument(value: string): PartitionDocument {
  const document = JSON.parse(value) as PartitionDocument;
  assert(document.schema === 1, `partition document of an unknown schema: ${document.schema}`);
  return document;
}
