import { limits } from '../limits.ts';
import type { DocumentWrite } from '../ports.ts';
import { encodeLearned, learnerPartition, modelKey, modelsAtOnce } from './learned-models.ts';
import { type LearnerContext, type LearnerMind, recordNow, scoredKey, shapeOf } from './learner-mind.ts';
import { encodeLearnerRecord, type LearnerRecord, learnerKey } from './learner-record.ts';
import { versionsAfter } from './own-documents.ts';
import { encodeRow, type KeptRow } from './row-cache.ts';
import {
  changedRows,
  encodeHead,
  newRecord,
  type RecordedSet,
  type ScoringRecord,
} from './scoring-record.ts';

/**
 * Stores models, rows and the record. All of it is one commit where it is not too much for one. Where it is, the record goes
 * last: every model tells for itself which lessons are in it, and each commit names the version of the record that it was
 * made on. False: somebody else is the learner, and nothing that is known here counts any more.
 */
export async function storeLearned(mind: LearnerMind, context: LearnerContext): Promise<boolean> {
  const { store, ids, clock } = context.ports;
  const now = clock.now();
  tellFigures(mind);
  const scored = scoredNow(mind, { at: now, rows: (set) => rowsNow(mind, set, context) });
  const record = settledBy(recordNow(mind), now);
  const value = encodeLearnerRecord(record);
  const last = { key: learnerKey, expected: mind.nonce, nonce: ids.nonce(), value };
  const check = { key: learnerKey, expected: mind.nonce, nonce: mind.nonce, value: mind.stored };
  const models = await modelWrites(mind, context);
  const parts = inParts([...models, ...rowWrites(mind, scored, context)]);
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const result = await store.commit({
      partition: learnerPartition,
      documents: [...part, isLast ? last : check],
      ...nothingElse,
    });
    if (result.kind !== 'committed') return false;
    stored(mind, part);
  }
  mind.record = record;
  mind.nonce = last.nonce;
  mind.stored = value;
  mind.scored = scored;
  mind.storedAt = now;
  mind.hasChanged = false;
  mind.models.makeRoom(mind.unsolved);
  return true;
}

const nothingElse = { timers: [], outbox: [], records: [], counters: [] };

/** Something is to be stored: what was learned, or that it was stored long enough ago. */
export function isToBeStored(mind: LearnerMind, now: number): boolean {
  const { record, learned, models, hasChanged } = mind;
  if (hasChanged || models.dirty.size > 0 || isBehind(record.learned, learned)) return true;
  return isBehind(record.settled, record.learned) && now - record.settling.at >= limits.learnerSlackMs;
}

function isBehind(one: readonly number[], other: readonly number[]): boolean {
  return other.some((lesson, partition) => lesson > (one[partition] ?? 0));
}

function settledBy(record: LearnerRecord, now: number): LearnerRecord {
  const { settling, learned } = record;
  if (now - settling.at < limits.learnerSlackMs) return record;
  return { ...record, settled: settling.learned, settling: { at: now, learned } };
}

/** At least one part, as the record has to be in one. */
function inParts(writes: readonly DocumentWrite[]): readonly (readonly DocumentWrite[])[] {
  const parts: DocumentWrite[][] = [[]];
  let bytes = 0;
  for (const write of writes) {
    if (bytes > limits.learnerCommitBytesMax) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(write);
    bytes += write.value?.length ?? 0;
  }
  return parts;
}

/** Some milliseconds each: everything else has its turn in between. Nothing is learned meanwhile. */
async function modelWrites(
  mind: LearnerMind,
  { ports: { ids, timing } }: LearnerContext,
): Promise<readonly DocumentWrite[]> {
  const writes: DocumentWrite[] = [];
  for (const key of mind.models.dirty) {
    const learned = mind.models.get(key);
    if (!learned) continue;
    const value = encodeLearned(learned, furthest(mind.learned, learned.learned));
    writes.push({ key, expected: learned.nonce, nonce: ids.nonce(), value });
    if (writes.length % modelsAtOnce === 0) await timing.sleep(0);
  }
  return writes;
}

/** A model may be ahead of what the learner came to: it was stored before, and the record behind it was not. */
function furthest(one: readonly number[], other: readonly number[]): readonly number[] {
  return one.map((lesson, partition) => Math.max(lesson, other[partition] ?? 0));
}

/** What the requests are to score with now, where `rows` brings the new ones of the codes there are. */
function scoredNow(
  { scored, record, sent }: LearnerMind,
  { at, rows }: { readonly at: number; readonly rows: (set: RecordedSet) => RecordedSet['rows'] },
): ScoringRecord {
  const known = new Map(scored.sets.map((set) => [set.code.number, set]));
  // The number of a code is in the log before anything is served under it: whoever loses the record finds it there (CL3).
  const told = record.codes.filter(({ code: { number } }) => sent.codes.has(number) || known.has(number));
  const sets = told.map(({ code, names }) => {
    const set = known.get(code.number) ?? { code, names, rows: new Map() };
    return { ...set, rows: rows(set) };
  });
  const { collecting } = record;
  const next = { sets, ...(collecting && { collecting: collecting.names }) };
  const isSame =
    shapeOf(scored) === shapeOf(next) && sets.every((set) => known.get(set.code.number)?.rows === set.rows);
  return isSame ? scored : newRecord({ ...next, number: scored.number + 1, at });
}

/** Rows of what has learned something; what was never solved has none. */
function rowsNow(mind: LearnerMind, set: RecordedSet, { rows: cache }: LearnerContext): RecordedSet['rows'] {
  const { code, rows } = set;
  const after = new Map(rows);
  const version = mind.scored.number + 1;
  for (const key of mind.models.dirty) {
    const learned = mind.models.get(key);
    if (learned?.code.number !== code.number || learned.model.slow.length === 0) continue;
    const { name, model } = learned;
    const kept = cache.keep(
      { code: code.number, model: name, version },
      encodeRow(model.row()),
      code.dimension,
    );
    after.set(name, kept);
  }
  // Rows of treatments that gave their place to others.
  for (const name of rows.keys()) if (!mind.figures.has(modelKey(code.number, name))) after.delete(name);
  return isSameRows(rows, after) ? rows : after;
}

/** What is told of models that have learned something, as they are stored now. */
function tellFigures({ figures, models }: LearnerMind): void {
  for (const key of models.dirty) {
    const known = figures.get(key);
    const learned = models.get(key);
    if (!known || !learned) continue;
    const { model, contest } = learned;
    const shares = model.slow.length > 0 ? [...model.mixture.shares] : [];
    figures.set(key, { ...known, shares, contest: contest.figures() });
  }
}

function isSameRows(one: ReadonlyMap<string, KeptRow>, other: ReadonlyMap<string, KeptRow>): boolean {
  return one.size === other.size && [...other].every(([name, row]) => one.get(name) === row);
}

function rowWrites(
  mind: LearnerMind,
  scored: ScoringRecord,
  { ports: { ids } }: LearnerContext,
): readonly DocumentWrite[] {
  if (scored === mind.scored) return [];
  const values = new Map(changedRows(scoredKey, mind.scored, scored));
  values.set(scoredKey, encodeHead(scored));
  return [...values].map(([key, value]) => {
    return { key, expected: mind.scoredVersions.get(key), nonce: ids.nonce(), value };
  });
}

function stored(mind: LearnerMind, part: readonly DocumentWrite[]): void {
  for (const { key, nonce } of part) {
    const known = mind.models.get(key);
    if (known) mind.models.stored(key, { nonce, learned: furthest(mind.learned, known.learned) });
  }
  const rows = part.filter(({ key }) => key.startsWith(scoredKey));
  if (rows.length > 0) mind.scoredVersions = versionsAfter(mind.scoredVersions, rows);
}
