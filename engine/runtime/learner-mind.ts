import type { PosteriorSolver } from '../learning/posterior.ts';
import type { Nonce, Partition } from '../model/ids.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { LearnedModels, learnerPartition, modelKey } from './learned-models.ts';
import {
  decodeLearnerRecord,
  encodeLearnerRecord,
  type LearnedCode,
  type LearnerRecord,
  learnerKey,
  type ModelFigures,
  newLearnerRecord,
} from './learner-record.ts';
import { loadRecord, modelsKey } from './own-documents.ts';
import type { RuntimeContext } from './runtime-context.ts';
import type { RecordedSet, ScoringRecord } from './scoring-record.ts';

/** What the learner needs of the runtime. */
export type LearnerContext = Pick<
  RuntimeContext,
  'tenant' | 'partitions' | 'observer' | 'rows' | 'rulebook'
> & {
  readonly ports: Pick<RuntimeContext['ports'], 'clock' | 'ids' | 'timing' | 'log' | 'store'>;
};

/** What the requests of all nodes score with. */
export const scoredKey = 'p:scored';

/**
 * What the learner knows while it works: the stored record, and what has been learned since. It is given up at the first
 * trouble, and read again.
 */
export interface LearnerMind {
  record: LearnerRecord;
  /** Of the record as it is stored, with its bytes. */
  nonce: Nonce;
  stored: Uint8Array;
  /** By partition: the lesson that is to be learned next. */
  readonly learned: number[];
  /** By the key of the model's document. */
  readonly figures: Map<string, ModelFigures>;
  readonly models: LearnedModels;
  /** Models that are to be solved anew. */
  readonly unsolved: Set<string>;
  readonly solvers: Map<number, PosteriorSolver>;
  /** As the requests have it, and the versions of its documents. */
  scored: ScoringRecord;
  scoredVersions: ReadonlyMap<string, Nonce>;
  /** What the folds were told. */
  readonly sent: SentRows;
  /** Epoch ms. */
  storedAt: number;
  /** Something of the record changed beside what was learned. */
  hasChanged: boolean;
}

export interface SentRows {
  /** By the name of code and model: contacts and conversions that the row was made of, and when it was sent. */
  readonly rows: Map<string, { readonly evidence: number; readonly at: number }>;
  /** Numbers of the codes that the folds know of. */
  codes: ReadonlySet<number>;
  /** These and what is collected. */
  shape: string;
  /** Epoch ms; not before. */
  nextAt: number;
}

/** Reads what is stored; undefined: it has just begun, and there is something to read now. */
export async function openMind(
  context: LearnerContext,
  rulebook: Rulebook,
): Promise<LearnerMind | undefined> {
  const { store, clock } = context.ports;
  const cache = context.rows;
  const ofFolds = await loadRecord(store, { partition: learnerPartition, headKey: modelsKey }, cache);
  const found = await store.load(learnerPartition, [learnerKey]);
  const [document] = found;
  if (!document) {
    await begin(context, ofFolds.record, rulebook);
    return undefined;
  }
  const { record: scored, versions } = await loadRecord(
    store,
    { partition: learnerPartition, headKey: scoredKey },
    cache,
  );
  const record = notBelow(decodeLearnerRecord(document.value), ofFolds.record);
  return {
    record,
    nonce: document.nonce,
    stored: document.value,
    learned: [...record.learned],
    figures: figuresOf(record.codes),
    models: new LearnedModels(context.ports),
    unsolved: new Set(),
    solvers: new Map(),
    scored,
    scoredVersions: versions,
    sent: sentOf(ofFolds.record, clock.now()),
    // What changes first, such as what is collected, is waited for by everybody.
    storedAt: 0,
    hasChanged: false,
  };
}

/**
 * Nothing is known, as at the very beginning or after a rebuild: all journals are learned from their beginning. The codes
 * that the log tells of stay in use, so that what was scored under them is understood.
 */
async function begin(context: LearnerContext, ofFolds: ScoringRecord, rulebook: Rulebook): Promise<void> {
  const { store, ids } = context.ports;
  const first = notBelow(newLearnerRecord(context.partitions, { lastCode: 0, lastChange: 0 }), ofFolds);
  const codes = ofFolds.sets.map((set) => adopted(set, rulebook));
  const value = encodeLearnerRecord({ ...first, codes });
  const documents = [{ key: learnerKey, expected: undefined, nonce: ids.nonce(), value }];
  const nothing = { timers: [], outbox: [], records: [], counters: [] };
  // Whoever else began at the same time: the next look finds what is stored.
  await store.commit({ partition: learnerPartition, documents, ...nothing });
}

function adopted({ code, names, rows }: RecordedSet, { learning }: Rulebook): LearnedCode {
  const [row] = rows.values();
  const { signals } = learning;
  return { code, names, link: row?.row.link ?? learning.link, signals, models: {} };
}

/** Numbers that the folds know of were given out, whatever is remembered of it. */
function notBelow(record: LearnerRecord, { number, sets }: ScoringRecord): LearnerRecord {
  const codes = sets.map(({ code }) => code.number);
  return {
    ...record,
    lastCode: Math.max(record.lastCode, ...codes),
    lastChange: Math.max(record.lastChange, number),
  };
}

function figuresOf(codes: readonly LearnedCode[]): Map<string, ModelFigures> {
  const figures = new Map<string, ModelFigures>();
  for (const { code, models } of codes) {
    for (const [name, ofModel] of Object.entries(models)) figures.set(modelKey(code.number, name), ofModel);
  }
  return figures;
}

function sentOf(record: ScoringRecord, now: number): SentRows {
  const rows: SentRows['rows'] = new Map();
  for (const { code, rows: ofSet } of record.sets) {
    for (const [model, { row }] of ofSet) {
      rows.set(`${code.number}/${model}`, { evidence: row.trials + row.positives, at: now });
    }
  }
  return { rows, codes: numbersOf(record.sets), shape: shapeOf(record), nextAt: 0 };
}

type Numbered = readonly { readonly code: { readonly number: number } }[];

export function numbersOf(codes: Numbered): ReadonlySet<number> {
  return new Set(codes.map(({ code }) => code.number));
}

/** What the folds have to know of at once. */
export function shapeOf({
  sets,
  collecting,
}: {
  readonly sets: Numbered;
  readonly collecting?: readonly string[];
}): string {
  return JSON.stringify([sets.map(({ code }) => code.number), collecting ?? null]);
}

/** The record with what has been learned since. */
export function recordNow({ record, learned, figures }: LearnerMind): LearnerRecord {
  const codes = record.codes.map((code) => ({ ...code, models: modelsOf(code, figures) }));
  return { ...record, learned: [...learned], codes };
}

function modelsOf({ code }: LearnedCode, figures: ReadonlyMap<string, ModelFigures>) {
  const prefix = modelKey(code.number, '');
  const models: Record<string, ModelFigures> = {};
  for (const [key, ofModel] of figures) {
    if (key.startsWith(prefix)) models[key.slice(prefix.length)] = ofModel;
  }
  return models;
}

export function partitionsOf({ partitions }: LearnerContext): readonly Partition[] {
  return Array.from({ length: partitions }, (_, number) => number as Partition);
}
