import { printable } from '../../rule-files/print-diagnostics.ts';
import { askServer } from './ask-server.ts';

/** What a running server tells of its rulebooks; wire shapes of `/v1/rulebook`. */

export interface Moved {
  readonly since?: string;
  readonly reason?: 'published' | 'rolled-back';
  readonly author?: string;
  readonly note?: string;
  readonly replaces?: string;
}

export interface HistoryReply {
  readonly inForce?: Moved & { readonly version: string };
  readonly rulebooks: readonly {
    readonly version: string;
    readonly publishedAt: string;
    readonly author?: string;
    readonly inForce: boolean;
    readonly counts: Readonly<Record<string, number>>;
  }[];
}

export async function readHistory(url: string): Promise<HistoryReply> {
  return (await askServer(url, '/v1/rulebook/history')) as HistoryReply;
}

/** `rolled back by ann at 2026-03-01 12:00:00 (too early)` */
export function howItCame({ since, reason, author, note }: Moved): string {
  const what = reason === 'rolled-back' ? 'rolled back' : 'published';
  const who = author === undefined ? '' : ` by ${author}`;
  const when = since === undefined ? '' : ` at ${readable(since)}`;
  // Anybody who reaches the server can name an author and write a note.
  return printable(`${what}${who}${when}${note === undefined ? '' : ` (${note})`}`);
}

/** To the second, in UTC as in the rule files. */
export function readable(isoTime: string): string {
  return isoTime.slice(0, 19).replace('T', ' ');
}
