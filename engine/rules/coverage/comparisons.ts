import type { Condition, ConditionTree, TestNode } from '../../model/condition.ts';
import type { Rulebook } from '../../model/rulebook.ts';
import { type ConditionUse, conditionUses } from '../condition-uses.ts';

/** One comparison at one place that uses it, and what the tests have seen of it so far. */
export interface Sighting {
  readonly use: ConditionUse;
  readonly test: TestNode;
  readonly via: string | undefined;
  seenTrue: boolean;
  seenFalse: boolean;
}

/** Places that a test inside a rulebook can reach: what features, outcomes and consent read are events of the past. */
const testable: ReadonlySet<ConditionUse['of']> = new Set<ConditionUse['of']>([
  'action',
  'hierarchy',
  'trigger',
  'arbitration',
]);

/** The comparisons of every condition that tests can reach. */
export function comparisonsOf(book: Rulebook): ReadonlyMap<Condition, readonly Sighting[]> {
  const sightings = new Map<Condition, readonly Sighting[]>();
  for (const use of conditionUses(book)) {
    if (testable.has(use.of)) sightings.set(use.condition, sightingsOf(use));
  }
  return sightings;
}

function sightingsOf(use: ConditionUse): readonly Sighting[] {
  // A shared condition may stand twice in one tree; its comparisons come to the same both times.
  const found = new Map<TestNode, Sighting>();
  for (const { test, via } of testsOf(use.condition.tree, undefined)) {
    if (!found.has(test)) found.set(test, { use, test, via, seenTrue: false, seenFalse: false });
  }
  return [...found.values()];
}

function* testsOf(
  tree: ConditionTree,
  via: string | undefined,
): Generator<{ readonly test: TestNode; readonly via: string | undefined }> {
  switch (tree.kind) {
    case 'test':
      yield { test: tree, via };
      return;
    case 'all':
    case 'any':
      for (const child of tree.children) yield* testsOf(child, via);
      return;
    case 'not':
      yield* testsOf(tree.child, via);
      return;
    case 'named':
      yield* testsOf(tree.child, tree.name);
  }
}
