import { limits } from '../limits.ts';
import type { Nonce, Partition } from '../model/ids.ts';
import type { StateStore, StoredDocument } from '../ports.ts';
import { decodePage, type JournalPage, journalKey } from './lesson-journal.ts';

export interface FoundPage extends JournalPage {
  readonly nonce: Nonce;
}

/**
 * The page of a partition's journal that holds a lesson, or the first one behind it; undefined while there is none. `next`:
 * how many lessons the partition came to, as far as is known.
 *
 * Whoever read a page to its end goes on with the key that follows. Only where a partition folded its log a second time, and
 * cut it into other batches, the lesson lies within a page, which is then looked for.
 */
export async function findPage(
  store: Pick<StateStore, 'load'>,
  partition: Partition,
  { lesson, next }: { readonly lesson: number; readonly next: number },
): Promise<FoundPage | undefined> {
  const [exact] = await store.load(partition, [journalKey(lesson)]);
  if (exact) return pageOf(lesson, exact);
  if (next <= lesson) return undefined;
  const around = await pageAround(store, partition, lesson);
  if (around) return around;
  for (let from = lesson + 1; from < next; from += limits.lessonsPerDocumentMax) {
    const firsts = Array.from({ length: limits.lessonsPerDocumentMax }, (_, index) => from + index);
    const found = await store.load(partition, firsts.map(journalKey));
    const at = found.findIndex((document) => document !== undefined);
    if (at >= 0) return pageOf(firsts[at] as number, found[at] as StoredDocument);
  }
  return undefined;
}

/** No page is longer than the bound, so one that holds the lesson begins no farther back. */
async function pageAround(
  store: Pick<StateStore, 'load'>,
  partition: Partition,
  lesson: number,
): Promise<FoundPage | undefined> {
  const firsts: number[] = [];
  for (let first = lesson - 1; first > lesson - limits.lessonsPerDocumentMax && first >= 0; first -= 1) {
    firsts.push(first);
  }
  const found = await store.load(partition, firsts.map(journalKey));
  for (const [index, document] of found.entries()) {
    if (!document) continue;
    const page = pageOf(firsts[index] as number, document);
    return endOf(page) > lesson ? page : undefined;
  }
  return undefined;
}

function pageOf(first: number, { nonce, value }: StoredDocument): FoundPage {
  return { ...decodePage(first, value), nonce };
}

/** Number of the lesson that follows it. */
export function endOf({ first, lessons }: JournalPage): number {
  return first + lessons.length;
}
