import type { Rulebook } from '../model/rulebook.ts';
import type { BookContext } from './book-context.ts';

/** Whose clock counts for customers of whom no time zone is known. */
export function compileTimeZones({ drafts, libraries }: BookContext): Rulebook['timeZones'] {
  const { has, offsetMs } = libraries.timeZones;
  const fallback = drafts.timeZone.draft?.value ?? 'UTC';
  if (!has(fallback)) {
    drafts.timeZone.draft?.at.error(
      'NBR_WRONG_VALUE',
      `timeZone: expected an IANA time zone such as \`Europe/Oslo\`, found "${fallback}".`,
      'Write the continent and the city; offsets such as `+01:00` know no summer time.',
    );
  }
  return { fallback, has, offsetMs };
}
