import type { Guesses } from '../model/quiet-hours.ts';
import type { FactSlot, FactSource } from '../model/rulebook.ts';
import type { BookContext } from './book-context.ts';
import type { Cursor } from './cursor.ts';
import { didYouMean } from './nearest-name.ts';

const expected = '`traits.*`, `context.*`, an overlay, or a `last` or `first` feature without a window';

/**
 * The places at which a setting looks for where a customer is. None of them may hang on the answer: the customer's own
 * facts and windows of the calendar do.
 */
export function compileGuesses(
  { written, at }: { readonly written: readonly string[]; readonly at: Cursor | undefined },
  context: BookContext,
): Guesses {
  return written.flatMap((name, index): readonly FactSlot[] => {
    const source = context.facts.resolve(name);
    if (source && isPlace(source, context)) return [{ name, source }];
    report({ name, source, at: at?.at(index) }, context);
    return [];
  });
}

function isPlace(source: FactSource, context: BookContext): boolean {
  switch (source.kind) {
    case 'traits':
    case 'context':
      return source.path.length > 0;
    case 'feature':
      return source.part === undefined && isSteady(source.feature, context);
    case 'overlay':
      return isKeySound(source.overlay, context);
    default:
      return false;
  }
}

function isSteady(name: string, { drafts }: BookContext): boolean {
  const value = drafts.features.drafts.find((draft) => draft.name === name)?.value;
  // One that is at fault is reported already.
  return value === undefined || ((value.last ?? value.first) !== undefined && value.within === undefined);
}

function isKeySound(name: string, context: BookContext): boolean {
  const key = context.drafts.overlays.drafts.find((draft) => draft.name === name)?.value.key;
  const source = key === undefined ? undefined : context.facts.resolve(key);
  return source === undefined || (source.kind !== 'overlay' && isPlace(source, context));
}

function report(
  {
    name,
    source,
    at,
  }: { readonly name: string; readonly source: FactSource | undefined; readonly at: Cursor | undefined },
  { facts }: BookContext,
): void {
  at?.error(
    source ? 'NBR_FACT_NOT_HERE' : 'NBR_UNKNOWN_FACT',
    `${at.label}: expected ${expected}, found \`${name}\`.`,
    source ? 'It would hang on what is looked for.' : didYouMean(name, facts.names()),
  );
}
