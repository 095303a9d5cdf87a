import { assert } from '../assert.ts';
import { canonicalJson } from '../model/json.ts';
import type { ModelMessage } from '../model/log-message.ts';
import type { Scoring } from '../model/model-snapshot.ts';
import type { FeatureCode, ScoringRow } from '../model/propensity-model.ts';
import type { ScoringSetChange } from '../model/scoring-change.ts';
import { fromBase64 } from '../receipts/base64.ts';
import type { KeptRow, RowCache } from './row-cache.ts';

/** The rows of one code. */
export interface RecordedSet {
  readonly code: FeatureCode;
  /** The predictors that the code was made for. */
  readonly names: readonly string[];
  /** By `action/treatment`. */
  readonly rows: ReadonlyMap<string, KeptRow>;
}

/**
 * What something scores with, as it is stored: in a document that tells the codes and which version of which row there is,
 * and one document a row. Requests have one for all of them, in the first partition; the folds of a partition have their
 * own, which changes with the messages of its log alone.
 */
export interface ScoringRecord {
  /** Of the newest change; 0 before any. */
  readonly number: number;
  /** When that was made, epoch ms. */
  readonly at: number;
  readonly sets: readonly RecordedSet[];
  readonly collecting?: readonly string[];
  /** What decisions are made with; absent where there is nothing. */
  readonly scoring?: Scoring;
}

export const emptyRecord: ScoringRecord = { number: 0, at: 0, sets: [] };

export function newRecord(record: Omit<ScoringRecord, 'scoring'>): ScoringRecord {
  const { number, at, sets, collecting } = record;
  if (sets.length === 0 && collecting === undefined) return { number, at, sets };
  const scoringSets = sets.map(({ code, rows }) => ({ code, rows: scoringRows(rows) }));
  const further = collecting && { collecting };
  return { number, at, sets, ...further, scoring: { sets: scoringSets, ...further } };
}

function scoringRows(kept: ReadonlyMap<string, KeptRow>): ReadonlyMap<string, ScoringRow> {
  return new Map([...kept].map(([model, { row }]) => [model, row]));
}

/** The record after a change. What was overtaken on its way changes nothing. */
export function recordAfter(
  record: ScoringRecord,
  { scoring: change, receivedAt: at }: Pick<ModelMessage, 'scoring' | 'receivedAt'>,
  cache: RowCache,
): ScoringRecord {
  if (!change || change.number <= record.number) return record;
  const before = new Map(record.sets.map((set) => [set.code.number, set]));
  const sets = change.sets.map((set) => setAfter(before.get(set.code.number), set, change.number, cache));
  const { number, collecting } = change;
  return newRecord({ number, at, sets, ...(collecting && { collecting }) });
}

function setAfter(
  before: RecordedSet | undefined,
  { code, names, rows: changed }: ScoringSetChange,
  version: number,
  cache: RowCache,
): RecordedSet {
  const rows = new Map(before?.rows);
  for (const [model, text] of Object.entries(changed)) {
    if (text === null) rows.delete(model);
    else {
      const name = { code: code.number, model, version };
      rows.set(model, cache.keep(name, fromBase64(text), code.dimension));
    }
  }
  return { code, names, rows };
}

// ---------------------------------------------------------------------------------------------------- the stored form

/** A record without its rows. */
export interface RecordHead {
  readonly schema: 1;
  readonly number: number;
  readonly at: number;
  readonly sets: readonly {
    readonly code: FeatureCode;
    readonly names: readonly string[];
    /** Versions by `action/treatment`. */
    readonly rows: Readonly<Record<string, number>>;
  }[];
  readonly collecting?: readonly string[];
}

export function encodeHead({ number, at, sets, collecting }: ScoringRecord): Uint8Array {
  const head: RecordHead = {
    schema: 1,
    number,
    at,
    sets: sets.map(({ code, names, rows }) => ({
      code,
      names,
      rows: Object.fromEntries([...rows].map(([model, { version }]) => [model, version])),
    })),
    ...(collecting && { collecting }),
  };
  return new TextEncoder().encode(canonicalJson(head));
}

export function decodeHead(value: Uint8Array): RecordHead {
  const head = JSON.parse(new TextDecoder().decode(value)) as RecordHead;
  assert(head.schema === 1, `scoring record of an unknown schema: ${head.schema}`);
  return head;
}

/** Where a row is stored, beside the head of its record. */
export function rowKey(headKey: string, code: number, model: string): string {
  return `${headKey}:${code}/${model}`;
}

/** Documents of rows that are not as they were; undefined: gone. */
export function changedRows(
  headKey: string,
  before: ScoringRecord,
  after: ScoringRecord,
): ReadonlyMap<string, Uint8Array | undefined> {
  const changed = new Map<string, Uint8Array | undefined>();
  const known = rowsByKey(headKey, before);
  for (const [key, row] of rowsByKey(headKey, after)) {
    if (known.get(key) !== row) changed.set(key, row.value);
    known.delete(key);
  }
  for (const key of known.keys()) changed.set(key, undefined);
  return changed;
}

function rowsByKey(headKey: string, { sets }: ScoringRecord): Map<string, KeptRow> {
  const rows = new Map<string, KeptRow>();
  for (const { code, rows: ofSet } of sets) {
    for (const [model, row] of ofSet) rows.set(rowKey(headKey, code.number, model), row);
  }
  return rows;
}
