import { isOfFeature } from '../../features/feature-parts.ts';
import type { ConditionTree, FactRead, TestNode } from '../../model/condition.ts';
import type { Feature, Rulebook } from '../../model/rulebook.ts';
import { readsOf } from '../conditions/condition-tree.ts';
import type { Change, ConditionVerdict } from './change.ts';
import { directionOf } from './compare-conditions.ts';
import type { Comparison } from './comparison.ts';
import { affectedBy, bearingOf, type Reached } from './diff-conditions.ts';
import { featureFields } from './diff-events.ts';
import { type Direction, ofNumbers, ofSets, together } from './direction.ts';
import type { UsePair } from './use-pairs.ts';

/**
 * A feature that is counted differently changes every condition that reads it, though nobody touched them. Which way is
 * told where it can be: a count over a longer window, or over more events, is never smaller.
 */
export function withEffects(
  comparison: Comparison,
  changes: readonly Change[],
  uses: readonly UsePair[],
): readonly Change[] {
  const effects = new Map(
    comparison.features.pairs.map(({ name, before, after }) => {
      const where = uses.find((use) => use.of === 'feature' && use.name === name)?.verdict;
      const ratios = ratiosOf(comparison.after, after);
      return [
        name,
        effectsOf({ before, after, where, ratios, renames: comparison.features.renames }, uses),
      ] as const;
    }),
  );
  const told = new Set<string>();
  return changes.map((change) => {
    const reached = effects.get(change.name);
    if (change.of !== 'feature' || !isChanged(change) || !reached?.length || told.has(change.name))
      return change;
    told.add(change.name);
    return { ...change, ...bearingOf(reached), affects: reached.map(affectedBy) };
  });
}

function isChanged(change: Change): change is Extract<Change, { readonly affects: unknown }> {
  return change.kind === 'fields' || (change.kind === 'condition' && change.verdict !== 'equal');
}

interface FeaturePair {
  readonly before: Feature;
  readonly after: Feature;
  /** What became of its `where`. */
  readonly where: ConditionVerdict | undefined;
  /** Ratios of the new book that read it. */
  readonly ratios: readonly Feature[];
  readonly renames: ReadonlyMap<string, string>;
}

function ratiosOf(book: Rulebook, feature: Feature): readonly Feature[] {
  return [...book.features.values()].filter(
    (other) => other.kind === 'ratio' && (other.part === feature || other.whole === feature),
  );
}

function effectsOf(pair: FeaturePair, uses: readonly UsePair[]): readonly Reached[] {
  const growth = growthOf(pair);
  if (growth === 'same') return [];
  return uses.flatMap((use) => {
    const { after } = use;
    if (!after) return [];
    const reads = [...readsOf(after)];
    // A part that grows moves a ratio one way and a whole the other.
    const isInRatio = pair.ratios.some((ratio) => reads.some((read) => isRead(read, ratio)));
    if (isInRatio) return [{ use, verdict: 'unclear' }];
    if (!reads.some((read) => isRead(read, pair.after))) return [];
    return [{ use, verdict: verdictOf(growth, leaning(after, pair.after)) }];
  });
}

/** Now, or before the event that set off a trigger. */
function isRead({ name, kind }: FactRead, feature: Feature): boolean {
  return (kind === 'feature' || kind === 'before') && isOfFeature(name, feature);
}

/** Whether the value of a feature can only be larger now. */
function growthOf({ before, after, where = 'equal', renames }: FeaturePair): Direction {
  const filter = directionOf(where);
  if (featureFields(before, after, renames).length === 0 && filter === 'same') return 'same';
  if (before.kind !== 'count' || after.kind !== 'count' || filter === 'unclear') return 'other';
  if (before.calendar !== after.calendar || before.by?.join('.') !== after.by?.join('.')) return 'other';
  // An exact window only counts its edge more finely.
  return together([
    ofBounds(before.windowMs, after.windowMs),
    ofBounds(before.latenessMs, after.latenessMs),
    ofSets(before.events, after.events),
    filter,
  ]);
}

/** No bound lets the most through. */
function ofBounds(before: number | undefined, after: number | undefined): Direction {
  return ofNumbers(before ?? Number.POSITIVE_INFINITY, after ?? Number.POSITIVE_INFINITY);
}

function verdictOf(growth: Direction, lean: Lean): ConditionVerdict {
  if (growth === 'other' || lean === 'both') return 'unclear';
  return (growth === 'more') === (lean === 'up') ? 'loosened' : 'tightened';
}

/** Whether a condition is more easily met by a larger value, by a smaller one, or it depends. */
type Lean = 'up' | 'down' | 'both';

function leaning(tree: ConditionTree, feature: Feature): Lean {
  const leans = new Set(leansOf(tree, feature, false));
  const [only, ...others] = leans;
  return only === undefined || others.length > 0 ? 'both' : only;
}

function leansOf(tree: ConditionTree, feature: Feature, negated: boolean): readonly Lean[] {
  switch (tree.kind) {
    case 'test':
      return [tree.left.read, ...tree.reads].some((read) => isRead(read, feature))
        ? [turned(leanOf(tree, feature), negated)]
        : [];
    case 'not':
      return leansOf(tree.child, feature, !negated);
    case 'named':
      return leansOf(tree.child, feature, negated);
    case 'all':
    case 'any':
      return tree.children.flatMap((child) => leansOf(child, feature, negated));
  }
}

function leanOf({ operator, left, right, reads }: TestNode, feature: Feature): Lean {
  // The other side must stand still, and be no list of which one entry would do.
  if (!isRead(left.read, feature) || reads.length > 0 || !('literal' in right)) return 'both';
  if (typeof right.literal !== 'number') return 'both';
  switch (operator) {
    case 'greaterThan':
    case 'greaterThanInclusive':
      return 'up';
    case 'lessThan':
    case 'lessThanInclusive':
      return 'down';
    case 'equal':
      // There are no fewer than none.
      return right.literal === 0 ? 'down' : 'both';
    case 'notEqual':
      return right.literal === 0 ? 'up' : 'both';
    default:
      return 'both';
  }
}

function turned(lean: Lean, negated: boolean): Lean {
  if (!negated || lean === 'both') return lean;
  return lean === 'up' ? 'down' : 'up';
}
