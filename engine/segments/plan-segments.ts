import { hashId } from '../chance/hash.ts';
import type { FactSlot, Feature, Segment } from '../model/rulebook.ts';
import type { KeptSegment, Segmentation, SegmentReads } from '../model/segmentation.ts';
import { readsOf } from '../rules/conditions/condition-tree.ts';
import { conditionKey } from '../rules/diff/condition-key.ts';
import { courseOfCondition } from './condition-course.ts';
import type { CourseBook } from './fact-course.ts';

export interface SegmentsToPlan {
  readonly segments: Iterable<Segment>;
  readonly book: CourseBook;
  readonly slotOf: (fact: string) => number;
  readonly facts: readonly FactSlot[];
}

/** What it takes to keep up who is in the segments of a rulebook. */
export function planSegments({ segments, book, slotOf, facts }: SegmentsToPlan): Segmentation {
  const kept: KeptSegment[] = [];
  const slots = new Set<number>();
  for (const segment of segments) {
    const valueSlot = segment.value === undefined ? undefined : slotOf(segment.value);
    const course = courseOfCondition(segment.when.tree, book);
    const own = [...new Set([...readsOf(segment.when.tree)].map(({ name }) => slotOf(name)))];
    kept.push({
      segment,
      version: versionOf(segment, book),
      slots: own,
      ...(valueSlot !== undefined && { valueSlot }),
      ...(course && { course }),
    });
    for (const slot of own) slots.add(slot);
    if (valueSlot !== undefined) slots.add(valueSlot);
  }
  const read = [...slots].sort((one, other) => one - other);
  return {
    version: hashId(kept.map(({ segment, version }) => `${segment.name}=${version}`).join('|')),
    segments: kept,
    slots: read,
    reads: readsOfSlots(
      read.map((slot) => facts[slot] as FactSlot),
      book,
    ),
  };
}

/** Equal for definitions that put the same customers in: the condition with all it uses, and what its features mean. */
function versionOf({ when, value }: Segment, book: CourseBook): string {
  const read = [...readsOf(when.tree)].map(({ name }) => name);
  const keys = [...read, ...(value === undefined ? [] : [value])].flatMap((name) => featureKeys(name, book));
  return hashId(`${conditionKey(when.tree, 'whole')}|${value ?? ''}|${keys.join()}`);
}

/** Under which the features behind a fact are kept; none for a fact that is no feature. */
function featureKeys(fact: string, { features, sourceOf }: CourseBook): readonly string[] {
  const source = sourceOf(fact);
  return source?.kind === 'feature' ? keysOf(features.get(source.feature)) : [];
}

/** A ratio keeps nothing itself. */
function keysOf(feature: Feature | undefined): readonly string[] {
  if (!feature) return [];
  return feature.kind === 'ratio' ? [...keysOf(feature.part), ...keysOf(feature.whole)] : [feature.key];
}

function readsOfSlots(slots: readonly FactSlot[], book: CourseBook): SegmentReads {
  const features = new Set<string>();
  const overlays = new Set<string>();
  const traits = new Set<string>();
  const reads = { allTraits: false, seen: false, zone: false, jurisdiction: false };
  for (const { source } of slots) note(source);
  return {
    features: [...features],
    overlays: [...overlays],
    traits: reads.allTraits ? 'all' : [...traits],
    seen: reads.seen,
  };

  function note(source: FactSlot['source']): void {
    switch (source.kind) {
      case 'feature':
        for (const key of keysOf(book.features.get(source.feature))) features.add(key);
        // A calendar window follows the customer's time zone.
        noteZone();
        return;
      case 'traits':
        if (source.path[0] === undefined) reads.allTraits = true;
        else traits.add(source.path[0]);
        return;
      case 'customer':
        if (source.path[0]?.startsWith('timeZone')) noteZone();
        if (source.path[0]?.startsWith('jurisdiction')) noteJurisdiction();
        reads.seen ||= source.path[0]?.startsWith('daysSince') === true;
        return;
      case 'overlay': {
        overlays.add(source.overlay);
        const join = book.overlays.get(source.overlay)?.join;
        if (join?.kind === 'key') note(join.fact.source);
        return;
      }
      default:
        return;
    }
  }

  /** What tells the zone is noted once: a feature among it would lead here again. */
  function noteZone(): void {
    if (reads.zone) return;
    reads.zone = true;
    for (const { source } of book.timeZones.from) note(source);
    if (book.timeZones.byJurisdiction.size > 0) noteJurisdiction();
  }

  function noteJurisdiction(): void {
    if (reads.jurisdiction) return;
    reads.jurisdiction = true;
    for (const { source } of book.jurisdictions.from) note(source);
  }
}
