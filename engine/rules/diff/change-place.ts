import type { Position } from '../../model/condition.ts';
import type { Rulebook } from '../../model/rulebook.ts';
import type { ChangePlace, Subject } from './change.ts';

/** Where a definition stands, or the field of it that is meant; where that is not written, the nearest thing above. */
export function placeOf(
  book: Rulebook,
  side: ChangePlace['side'],
  { of, name, field = '' }: { readonly of: Subject; readonly name: string; readonly field?: string },
): ChangePlace {
  const definition = definitionOf(book, of, name);
  const keys = field === '' ? [] : field.split('.');
  return toPlace(side, definition?.at(...keys));
}

export function toPlace(side: ChangePlace['side'], position: Position | undefined): ChangePlace {
  return { side, file: position?.file ?? '', ...(position?.place ?? { line: 1, column: 1 }) };
}

function definitionOf({ places }: Rulebook, of: Subject, name: string) {
  switch (of) {
    case 'arbitration':
    case 'holdout':
      return places.settings.get(of);
    case 'setting':
      return places.settings.get(name);
    case 'challenger':
    case 'consent':
      return undefined;
    case 'hierarchy':
      // A group of the issue `general` may be written without it.
      return places.named.hierarchy.get(name) ?? places.named.hierarchy.get(name.replace(/^general\//, ''));
    default:
      return places.named[of].get(name);
  }
}
