import { limits } from '../limits.ts';
import type { Partition } from '../model/ids.ts';
import type { ModelMessage } from '../model/log-message.ts';
import { emptyModel } from '../model/model-snapshot.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { ScoringChange } from '../model/scoring-change.ts';
import { toBase64 } from '../receipts/base64.ts';
import { isOffered } from './drop-models.ts';
import {
  type LearnerContext,
  type LearnerMind,
  numbersOf,
  partitionsOf,
  type SentRows,
  shapeOf,
} from './learner-mind.ts';
import type { KeptRow } from './row-cache.ts';
import type { RecordedSet } from './scoring-record.ts';

/** A row on its way to the folds; without a row: it is gone. */
interface DueRow {
  readonly set: RecordedSet;
  readonly model: string;
  readonly row: KeptRow | undefined;
}

/**
 * What the folds of all partitions are told: rows of which enough is new, and at once which codes there are and what is
 * collected. Everything goes through every partition's log, so it is little and seldom.
 */
export interface RowNews {
  readonly changes: readonly Omit<ScoringChange, 'number'>[];
  readonly due: readonly DueRow[];
  readonly shape: string;
  readonly codes: ReadonlySet<number>;
}

/** undefined: nothing is worth while now. */
export function rowNews(mind: LearnerMind, rulebook: Rulebook, now: number): RowNews | undefined {
  const { record, sent } = mind;
  const further = record.collecting && { collecting: record.collecting.names };
  const shape = shapeOf({ sets: record.codes, ...further });
  // Folds decide for triggers alone.
  const isTime = now >= sent.nextAt && rulebook.triggers.size > 0;
  const due = isTime ? dueRows(mind, rulebook, now) : [];
  if (due.length === 0 && shape === sent.shape) return undefined;
  const sets = record.codes.map(({ code, names }) => ({ code, names, rows: {} }));
  const changes = inMessages(due).map((rows) => ({
    sets: sets.map((set) => ({ ...set, rows: rows.get(set.code.number) ?? {} })),
    ...further,
  }));
  return { changes, due, shape, codes: numbersOf(record.codes) };
}

function dueRows({ scored, sent }: LearnerMind, { actions }: Rulebook, now: number): readonly DueRow[] {
  const due: DueRow[] = [];
  const gone = new Set(sent.rows.keys());
  for (const set of scored.sets) {
    for (const [model, row] of set.rows) {
      const name = `${set.code.number}/${model}`;
      gone.delete(name);
      if (isDue(sent.rows.get(name), row, now)) due.push({ set, model, row });
    }
  }
  for (const name of gone) {
    const slash = name.indexOf('/');
    const set = scored.sets.find(({ code }) => code.number === Number(name.slice(0, slash)));
    const model = name.slice(slash + 1);
    // What is offered and has no row is learned anew, as after a rebuild: until then the row that was sent is the best.
    if (set && !isOffered(model, actions)) due.push({ set, model, row: undefined });
  }
  return due;
}

type Sent = SentRows['rows'] extends ReadonlyMap<string, infer Value> ? Value : never;

function isDue(sent: Sent | undefined, { row }: KeptRow, now: number): boolean {
  if (!sent) return true;
  const news = row.trials + row.positives - sent.evidence;
  if (news === 0) return false;
  // Of less evidence is what is learned anew.
  if (news < 0) return now - sent.at >= limits.publishRowMsMax;
  return news >= limits.publishRowsShare * sent.evidence || now - sent.at >= limits.publishRowMsMax;
}

/** At least one message, of as many rows as it takes: by code and model. */
function inMessages(due: readonly DueRow[]): readonly Map<number, Record<string, string | null>>[] {
  const messages = [new Map<number, Record<string, string | null>>()];
  let bytes = 0;
  for (const { set, model, row } of due) {
    const text = row ? toBase64(row.value) : null;
    if (bytes > limits.rowMessageBytesMax) {
      messages.push(new Map());
      bytes = 0;
    }
    const message = messages.at(-1) as Map<number, Record<string, string | null>>;
    const rows = message.get(set.code.number) ?? {};
    rows[model] = text;
    message.set(set.code.number, rows);
    bytes += model.length + (text?.length ?? 0);
  }
  return messages;
}

/** Tells the logs. `last`: the number of the last change; those of the news end with it. */
export async function sendNews(
  mind: LearnerMind,
  context: LearnerContext,
  { news, last }: { readonly news: RowNews; readonly last: number },
): Promise<void> {
  const { log, clock } = context.ports;
  const now = clock.now();
  const first = last - news.changes.length + 1;
  let characters = 0;
  // The first partition is the last one told: what it was told tells the next learner what all of them were.
  for (const partition of [...partitionsOf(context)].reverse()) {
    const messages = news.changes.map((change, index) =>
      messageOf(context, partition, { ...change, number: first + index }),
    );
    if (partition === 0) characters = JSON.stringify(messages).length;
    await log.append(messages);
  }
  const restMs = (1_000 * characters * context.partitions) / limits.publishRowsBytesPerSecond;
  mind.sent.nextAt = now + Math.max(limits.publishRowsMs, restMs);
  mind.sent.shape = news.shape;
  noteCodes(mind, news.codes);
  forgetOtherCodes(mind);
  for (const { set, model, row } of news.due) {
    const name = `${set.code.number}/${model}`;
    if (row) mind.sent.rows.set(name, { evidence: row.row.trials + row.row.positives, at: now });
    else mind.sent.rows.delete(name);
  }
}

/** Requests may score with them as soon as that is stored, and with the rows that there are by now. */
function noteCodes(mind: LearnerMind, codes: ReadonlySet<number>): void {
  for (const { key, code } of mind.models.all()) {
    if (codes.has(code.number) && !mind.sent.codes.has(code.number)) mind.models.dirty.add(key);
  }
  if ([...codes].some((number) => !mind.sent.codes.has(number))) mind.hasChanged = true;
  mind.sent.codes = codes;
}

function forgetOtherCodes({ sent }: LearnerMind): void {
  for (const name of sent.rows.keys()) {
    if (!sent.codes.has(Number(name.slice(0, name.indexOf('/'))))) sent.rows.delete(name);
  }
}

function messageOf(
  { tenant, ports: { clock } }: LearnerContext,
  partition: Partition,
  scoring: ScoringChange,
): ModelMessage {
  return {
    kind: 'model',
    id: `rows:${partition}:${scoring.number}`,
    tenant,
    partition,
    receivedAt: clock.now(),
    model: emptyModel,
    scoring,
  };
}
