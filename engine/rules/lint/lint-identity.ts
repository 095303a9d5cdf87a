import { blockTest } from '../blocked-ids.ts';
import type { LintedBook } from './linted-book.ts';

const isAlwaysBlocked = blockTest([]);

/** Rules of identity that change nothing, or that make two ids of one value. */
export function lintIdentity({ rulebook, drafts, warn }: LintedBook): void {
  const draft = drafts.identity.draft;
  if (!draft) return;
  for (const [index, entry] of draft.value.block.entries()) {
    if (!isAlwaysBlocked(entry)) continue;
    const at = draft.at.at('block', index);
    warn({
      code: 'NBR_NO_EFFECT',
      at,
      message: `${at.label}: found \`${entry}\`, expected a value that is not blocked already; this one always is.`,
      hint: 'Leave it out.',
    });
  }
  const readers = new Map<string, string>();
  for (const { name, from } of rulebook.identity.identifiers) {
    for (const path of from) {
      const place = path.join('.');
      const earlier = readers.get(place);
      if (earlier !== undefined && earlier !== name) {
        const at = draft.at.at('identifiers', name, 'from');
        warn({
          code: 'NBR_SHADOWED',
          at,
          message: `${at.label}: found \`${place}\`, which \`${earlier}\` reads already; expected a place of its own.`,
          hint: 'One value would become two ids of every customer. Keep one of the two identifiers.',
        });
      }
      readers.set(place, earlier ?? name);
    }
  }
}
