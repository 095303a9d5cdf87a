import { canonicalJson, type Json } from '../../model/json.ts';
import type { Rulebook } from '../../model/rulebook.ts';
import type { Change, ChangePlace } from './change.ts';

type DiffBooks = (before: Rulebook, after: Rulebook) => readonly Change[];

/**
 * What changed in the challengers of a book. What changed in the book itself changes its challengers as well, as far as
 * they do not replace it, and is told once, for the book.
 */
export function diffChallengers(
  before: Rulebook,
  after: Rulebook,
  { ofBook, diff }: { readonly ofBook: readonly Change[]; readonly diff: DiffBooks },
): readonly Change[] {
  const told = new Set(ofBook.map(keyOf));
  const names = new Set([...before.challengers.keys(), ...after.challengers.keys()]);
  return [...names].flatMap((name): readonly Change[] => {
    const was = before.challengers.get(name);
    const is = after.challengers.get(name);
    const what = { of: 'challenger', name, topic: 'contacts', reach: 'other' } as const;
    if (!was) return [{ kind: 'added', ...what, at: folderOf(name, 'after') }];
    if (!is) return [{ kind: 'removed', ...what, at: folderOf(name, 'before') }];
    return diff(was, is)
      .filter((change) => !told.has(keyOf(change)))
      .map((change) => ({ ...change, challenger: name }));
  });
}

function keyOf(change: Change): string {
  // A change is plain data.
  return canonicalJson(change as unknown as Json);
}

function folderOf(name: string, side: ChangePlace['side']): ChangePlace {
  return { side, file: `challengers/${name}`, line: 1, column: 1 };
}
