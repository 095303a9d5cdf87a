import { limits } from '../limits.ts';
import type { PublishedRulebook, RulebookCounts, RulebookHistory } from '../model/rulebook-history.ts';

/**
 * Which rules folder wins. Several servers have a folder each and one rulebook in force between them, so a folder speaks
 * only when it changes, whether its server was running at that moment or not.
 *
 * H1. What a folder holds is published when it is new: when no book of the history has its content.
 * H2. Known content is published only when the folder went back to it, from content that was published later. A folder
 *     that moves forward to known content catches up with the others, as in a rolling release; a folder that stands
 *     still, or is seen for the first time, says nothing.
 * H3. A rollback stands until H1 or H2: a restart does not undo it, nor does a folder that arrives late at the very
 *     content that was rolled back.
 */
export type FolderVerdict =
  /** Its content is in force already. */
  | 'in-force'
  /** Published, by H1. */
  | 'new'
  /** Published, by H2. */
  | 'put-back'
  /** Not published: it held this before. */
  | 'unchanged'
  /** Not published: known content in a folder that was not seen before. */
  | 'first-look'
  /** Not published: known content that is newer than what the folder held. */
  | 'catching-up';

/** A valid rulebook in a folder. */
export interface FolderRulebook {
  /** The folder, by the name it is remembered under. */
  readonly origin: string;
  readonly version: string;
  readonly author?: string;
  readonly counts: RulebookCounts;
}

export interface FolderTaken {
  readonly verdict: FolderVerdict;
  /** The history from now on; absent when nothing of it changes. */
  readonly history?: RulebookHistory;
}

export function takeFolder(history: RulebookHistory, folder: FolderRulebook, now: number): FolderTaken {
  const verdict = judge(history, folder);
  if (isPublished(verdict)) return { verdict, history: publish(history, folder, now) };
  if (heldBy(history, folder.origin) === folder.version) return { verdict };
  return { verdict, history: { ...history, folders: noted(history, folder) } };
}

export function isPublished(verdict: FolderVerdict): boolean {
  return verdict === 'new' || verdict === 'put-back';
}

function judge(history: RulebookHistory, { origin, version }: FolderRulebook): FolderVerdict {
  if (history.inForce?.version === version) return 'in-force';
  const place = placeOf(history, version);
  if (place === undefined) return 'new';
  const held = heldBy(history, origin);
  if (held === undefined) return 'first-look';
  if (held === version) return 'unchanged';
  const heldPlace = placeOf(history, held);
  // Newest first: a greater place is the older one. What is not kept any more is older than all that is.
  return heldPlace !== undefined && heldPlace < place ? 'put-back' : 'catching-up';
}

function publish(history: RulebookHistory, folder: FolderRulebook, now: number): RulebookHistory {
  const { version, author, counts } = folder;
  const replaces = history.inForce?.version;
  const inForce = {
    version,
    since: now,
    reason: 'published',
    ...(author !== undefined && { by: author }),
    ...(replaces !== undefined && { replaces }),
  } as const;
  const book = { version, publishedAt: now, counts, ...(author !== undefined && { author }) };
  const others = history.books.filter((other) => other.version !== version);
  const isNeeded = (one: PublishedRulebook) => one.version === version || one.version === replaces;
  return { inForce, books: newest([book, ...others], isNeeded), folders: noted(history, folder) };
}

/** The newest books that there is room for; those that are needed stay, however old. */
function newest(
  books: readonly PublishedRulebook[],
  isNeeded: (book: PublishedRulebook) => boolean,
): readonly PublishedRulebook[] {
  let excess = books.length - limits.rulebookHistoryMax;
  const kept: PublishedRulebook[] = [];
  for (const book of [...books].reverse()) {
    if (excess > 0 && !isNeeded(book)) excess -= 1;
    else kept.push(book);
  }
  return kept.reverse();
}

function noted({ folders }: RulebookHistory, { origin, version }: FolderRulebook) {
  const others = folders.filter((folder) => folder.origin !== origin);
  return [{ origin, version }, ...others].slice(0, limits.ruleFoldersMax);
}

function heldBy(history: RulebookHistory, origin: string): string | undefined {
  return history.folders.find((folder) => folder.origin === origin)?.version;
}

function placeOf({ books }: RulebookHistory, version: string): number | undefined {
  const place = books.findIndex((book) => book.version === version);
  return place === -1 ? undefined : place;
}
