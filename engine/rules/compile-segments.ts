import type { Json } from '../model/json.ts';
import type { Segment } from '../model/rulebook.ts';
import type { BookContext } from './book-context.ts';
import { condition } from './conditions/condition-fields.ts';
import { toCondition } from './conditions/condition-tree.ts';
import type { NamedSource } from './conditions/named-conditions.ts';
import type { Drafts } from './drafts.ts';
import { object, optional, required, type Values } from './object-shape.ts';
import { text } from './scalar-shapes.ts';
import { invalid } from './shape.ts';

const fields = {
  when: required(condition, 'Who is in it; sees features, `traits.*`, `customer.*` and `now`.'),
  description: optional(text, 'Who they are, in words.'),
};

export const segmentShape = object('a segment', fields);
export type SegmentFields = Values<typeof fields>;

/** The conditions of all segments by name; those whose definition is at fault are known as well. */
export function segmentSources({ segments }: Drafts): ReadonlyMap<string, NamedSource | undefined> {
  const sources = new Map<string, NamedSource | undefined>();
  for (const name of segments.places.keys()) sources.set(name, undefined);
  for (const { name, value, at } of segments.drafts) {
    sources.set(name, { value: value.when, at: at.at('when') });
  }
  return sources;
}

export function compileSegments({ drafts, named }: BookContext): ReadonlyMap<string, Segment> {
  const segments = new Map<string, Segment>();
  for (const { name, value, at } of drafts.segments.drafts) {
    const tree = named.use({ kind: 'segment', name }, at);
    if (tree === invalid) continue;
    const { description } = value;
    // The document was found to be plain JSON before anything was read from it.
    const when = toCondition(tree, value.when as Json);
    segments.set(name, { name, when, ...(description === undefined ? {} : { description }) });
  }
  return segments;
}
