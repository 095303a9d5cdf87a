import type { Partition } from '../model/ids.ts';
import type { DocumentWrite } from '../ports.ts';
import { endOf, findPage } from './journal-reader.ts';
import { type LearnerContext, type LearnerMind, partitionsOf } from './learner-mind.ts';
import { journalKey } from './lesson-journal.ts';

/** Pages of one partition that go at once. */
const pagesMax = 16;

/** What was learned, and stored so long ago that no store forgets it, goes from the journals. */
export async function removeJournals(mind: LearnerMind, context: LearnerContext): Promise<void> {
  for (const partition of partitionsOf(context)) {
    const removed = mind.record.removed[partition] ?? 0;
    const settled = mind.record.settled[partition] ?? 0;
    if (removed >= settled) continue;
    const next = await removePages(context, partition, { removed, settled });
    if (next === removed) continue;
    const all = [...mind.record.removed];
    all[partition] = next;
    mind.record = { ...mind.record, removed: all };
    mind.hasChanged = true;
  }
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
