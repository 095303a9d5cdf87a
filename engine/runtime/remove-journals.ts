import type { Partition } from '../model/ids.ts';
import type { DocumentWrite } from '../ports.ts';
import { endOf, findPage } from './journal-reader.ts';
import { type LearnerContext, type LearnerMind, partitionsOf } from './learner-mind.ts';
import { journalKey } from './lesson-journal.ts';

/** Pages of one partition that go at once. */
const pagesMax = 16;

/**
 * What was learned, and stored so long ago that no store forgets it, goes from the journals. `next`: how many lessons each
 * partition came to, as far as is known. One that came to fewer than were removed forgot more than a store does by itself,
 * and folds its log again: the pages that it writes once more go once more.
 */
export async function removeJournals(
  mind: LearnerMind,
  context: LearnerContext,
  next: readonly number[],
): Promise<void> {
  for (const partition of partitionsOf(context)) {
    const folded = next[partition] ?? Number.POSITIVE_INFINITY;
    const settled = Math.min(mind.record.settled[partition] ?? 0, folded);
    let removed = mind.record.removed[partition] ?? 0;
    if (folded < removed) {
      removed = await beginOfPages(context, partition, folded);
      noteRemoved(mind, partition, removed);
    }
    if (removed >= settled) continue;
    const reached = await removePages(context, partition, { removed, settled });
    if (reached !== removed) noteRemoved(mind, partition, reached);
  }
}

/** Where the pages begin that follow each other up to a lesson; the lesson itself where there is none. */
async function beginOfPages(
  { ports: { store } }: LearnerContext,
  partition: Partition,
  lesson: number,
): Promise<number> {
  let begin = lesson;
  while (begin > 0) {
    const page = await findPage(store, partition, { lesson: begin - 1, next: begin });
    if (!page) break;
    begin = page.first;
  }
  return begin;
}

function noteRemoved(mind: LearnerMind, partition: Partition, lesson: number): void {
  const removed = [...mind.record.removed];
  removed[partition] = lesson;
  mind.record = { ...mind.record, removed };
  mind.hasChanged = true;
}

async function removePages(
  { ports: { store } }: LearnerContext,
  partition: Partition,
  { removed, settled }: { readonly removed: number; readonly settled: number },
): Promise<number> {
  const documents: DocumentWrite[] = [];
  let next = removed;
  while (documents.length < pagesMax && next < settled) {
    const page = await findPage(store, partition, { lesson: next, next: settled });
    // What is not there went before: the record of it is behind.
    if (!page) {
      next = settled;
      break;
    }
    if (endOf(page) > settled) break;
    const { nonce, first } = page;
    documents.push({ key: journalKey(first), expected: nonce, nonce, value: undefined });
    next = endOf(page);
  }
  if (documents.length === 0) return next;
  const nothing = { timers: [], outbox: [], records: [], counters: [] };
  const result = await store.commit({ partition, documents, ...nothing });
  // The partition folded its log once more meanwhile: another time.
  return result.kind === 'committed' ? next : removed;
}
