import { isWithin, personalPlaces } from './compile-privacy.ts';
import type { Drafts } from './drafts.ts';

/** A place that a template reads, from the top of its scope: `['traits', 'firstName']`. */
type Place = readonly string[];

/**
 * Which of the places that templates read hold personal data: what the book declares, wherever it stands in the scope,
 * and features that keep such a value. A template that reads more than it writes out (all traits, one by a name that is
 * computed) reads all that may be among it.
 */
export function withheldPlaces(drafts: Drafts): (read: Place) => boolean {
  const personal = personalPlaces(drafts);
  if (personal.length === 0) return () => false;
  const features = drafts.features.drafts
    .filter(({ value }) => value.of !== undefined && isWithin(value.of.split('.'), personal))
    .map(({ name }) => ['features', name]);
  const held: readonly Place[] = [
    ...personal.filter(([root]) => root !== 'properties'),
    ...personal.map((place) => ['event', ...place]),
    ...features,
  ];
  return (read) => isWithin(read, held);
}
