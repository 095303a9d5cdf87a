import type { Json } from '../model/json.ts';
import type { FactSource, Feature, Rulebook, Segment } from '../model/rulebook.ts';
import type { Segmentation } from '../model/segmentation.ts';
import { planSegments } from '../segments/plan-segments.ts';
import { segmentEvents } from '../segments/segment-events.ts';
import type { BookContext } from './book-context.ts';
import { condition } from './conditions/condition-fields.ts';
import { readsOf, toCondition } from './conditions/condition-tree.ts';
import type { FactTable } from './conditions/fact-table.ts';
import type { NamedSource } from './conditions/named-conditions.ts';
import type { Cursor } from './cursor.ts';
import type { Drafts } from './drafts.ts';
import { object, optional, required, type Values } from './object-shape.ts';
import { text } from './scalar-shapes.ts';
import { invalid } from './shape.ts';

const fields = {
  when: required(condition, 'Who is in it; sees features, `traits.*`, `customer.*` and `now`.'),
  value: optional(text, 'A feature: the segment is worth its sum over all who are in it.'),
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

export function compileSegments(context: BookContext): ReadonlyMap<string, Segment> {
  const { drafts, named } = context;
  const segments = new Map<string, Segment>();
  for (const { name, value: fields, at } of drafts.segments.drafts) {
    const tree = named.use({ kind: 'segment', name }, at);
    const value = readValue(fields.value, at.at('value'), context);
    if (tree === invalid) continue;
    const { description } = fields;
    // The document was found to be plain JSON before anything was read from them.
    const when = toCondition(tree, fields.when as Json);
    segments.set(name, {
      name,
      when,
      ...(value === undefined ? {} : { value }),
      ...(description === undefined ? {} : { description }),
    });
  }
  return segments;
}

function readValue(name: string | undefined, at: Cursor, { names, facts }: BookContext): string | undefined {
  if (name === undefined) return undefined;
  const source = facts.resolve(name);
  if (source?.kind !== 'feature') {
    names.check('feature', name, at);
    return undefined;
  }
  // It is read like a fact of a condition.
  facts.intern(name, source);
  return name;
}

/** What it takes to keep up who is in the segments. */
export function compileSegmentation(
  book: Pick<Rulebook, 'segments' | 'features' | 'overlays' | 'timeZones' | 'jurisdictions'>,
  { drafts, facts }: BookContext,
): Segmentation {
  for (const { name, at } of drafts.segments.drafts) {
    const segment = book.segments.get(name);
    if (segment) refuseLoop(segment, at.at('when'), book, facts);
  }
  return planSegments({
    segments: book.segments.values(),
    book: { ...book, sourceOf: (name) => facts.resolve(name) },
    slotOf: (name) => facts.intern(name, facts.resolve(name) ?? { kind: 'now' }),
    facts: facts.all(),
  });
}

/** Who entered or left must not change who is in: one event would lead to the next for ever. */
function refuseLoop(
  { when }: Segment,
  at: Cursor,
  book: Pick<Rulebook, 'features' | 'overlays'>,
  facts: FactTable,
): void {
  const told = new Set<string>(Object.values(segmentEvents));
  for (const { name } of readsOf(when.tree)) {
    const feature = featureBehind(facts.resolve(name), book);
    const event = feature && eventsOf(feature).find((candidate) => told.has(candidate));
    if (event === undefined) continue;
    at.error(
      'NBR_SEGMENT_LOOP',
      `${at.label}: expected facts that no segment changes, found \`${name}\`, which reads the event \`${event}\`.`,
      'Ask with `inSegment`; a trigger or an action may read such a feature.',
    );
    return;
  }
}

function featureBehind(
  source: FactSource | undefined,
  { features, overlays }: Pick<Rulebook, 'features' | 'overlays'>,
): Feature | undefined {
  if (source?.kind === 'feature') return features.get(source.feature);
  const join = source?.kind === 'overlay' ? overlays.get(source.overlay)?.join : undefined;
  return join?.kind === 'key' && join.fact.source.kind === 'feature'
    ? features.get(join.fact.source.feature)
    : undefined;
}

function eventsOf(feature: Feature): readonly string[] {
  return feature.kind === 'ratio' ? [...eventsOf(feature.part), ...eventsOf(feature.whole)] : feature.events;
}
