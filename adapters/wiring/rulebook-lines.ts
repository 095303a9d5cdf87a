import type { FolderVerdict, Rulebook, RulebookInForce } from '../../engine/index.ts';
import { printable } from '../rule-files/print-diagnostics.ts';

/** What a server says about its rulebook to whoever started it. */

export function loadedLine(rulebook: Rulebook, inForce: RulebookInForce): string {
  return `Rulebook ${rulebook.version} is in force: ${rulebook.actions.size} actions. ${howItCame(inForce)}`;
}

/** `Published at 2026-03-01T12:00:00.000Z by ann.` */
function howItCame({ reason, since, by, note }: RulebookInForce): string {
  const what = reason === 'published' ? 'Published' : 'Rolled back';
  const who = by === undefined ? '' : ` by ${by}`;
  const why = note === undefined ? '' : ` (${note})`;
  // Anybody who reaches the server can name an author and write a note.
  return printable(`${what} at ${new Date(since).toISOString()}${who}${why}.`);
}

export function noRulebookLine(folder: string): string {
  return `No rulebook is in force yet: nothing can be decided until ${folder} holds a valid one.`;
}

/** Why the book of a valid folder is not in force; undefined when it is. */
export function keptOutLine(options: {
  readonly folder: string;
  readonly version: string;
  readonly verdict: FolderVerdict;
}): string | undefined {
  const why = whyKeptOut(options.verdict);
  if (why === undefined) return undefined;
  const { folder, version } = options;
  return `${folder} holds rulebook ${version}, which is not in force: ${why}. nextbest rollback ${version} puts it into force; so does any change of the folder that makes a new one.`;
}

function whyKeptOut(verdict: FolderVerdict): string | undefined {
  switch (verdict) {
    case 'in-force':
    case 'new':
    case 'put-back':
      return undefined;
    case 'unchanged':
      return 'the folder has not changed since another rulebook took its place';
    case 'first-look':
      return 'it was published before, and another one has taken its place since';
    case 'catching-up':
      return 'it was published and replaced before this folder came to hold it';
  }
}
