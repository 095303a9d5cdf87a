import type { Condition, ConditionTree, ListNode, Position, TestNode } from '../../model/condition.ts';
import type { FailedCondition } from '../../model/decision.ts';
import type { Json } from '../../model/json.ts';
import type { FactValues } from '../../model/rulebook.ts';
import { operandValue } from './condition-tree.ts';

/** The first comparison, depth first, that keeps a condition from holding, with the value it saw; undefined when it holds. */
export function explainFailure(condition: Condition, facts: FactValues): FailedCondition | undefined {
  return condition.holds(facts) ? undefined : explain(condition.tree, { facts, wanted: true });
}

/** Where that comparison stands. */
export function failingPlace(condition: Condition, facts: FactValues): Position | undefined {
  return condition.holds(facts) ? undefined : placeOf(condition.tree, { facts, wanted: true });
}

function placeOf(tree: ConditionTree, wish: Wish): Position {
  switch (tree.kind) {
    case 'test':
      return tree.at;
    case 'not':
      return placeOf(tree.child, { ...wish, wanted: !wish.wanted });
    case 'named':
      return placeOf(tree.child, wish);
    case 'all':
    case 'any': {
      const culprit = culpritOf(tree, wish);
      return culprit ? placeOf(culprit, wish) : tree.at;
    }
  }
}

/** The first part of a list that keeps it from coming to what is wanted. */
function culpritOf({ children }: ListNode, { facts, wanted }: Wish): ConditionTree | undefined {
  return children.find((child) => child.test(facts) !== wanted);
}

/** What would be needed for the whole to hold: under a `not`, the parts are wanted not to. */
interface Wish {
  readonly facts: FactValues;
  readonly wanted: boolean;
}

function explain(tree: ConditionTree, wish: Wish): FailedCondition {
  switch (tree.kind) {
    case 'test':
      return explainTest(tree, wish);
    case 'not':
      return explain(tree.child, { ...wish, wanted: !wish.wanted });
    case 'named': {
      const failed = explain(tree.child, wish);
      // Of segments that build on each other, the one in which the comparison stands.
      return tree.what === 'segment' && failed.segment === undefined
        ? { ...failed, segment: tree.name }
        : failed;
    }
    case 'all':
    case 'any': {
      const culprit = culpritOf(tree, wish);
      // Only an empty list under a `not` has none: it holds, and nothing in it can be blamed.
      return culprit
        ? explain(culprit, wish)
        : { fact: '', operator: `not:${tree.kind}`, expected: [], seen: undefined };
    }
  }
}

function explainTest({ left, operator, right }: TestNode, { facts, wanted }: Wish): FailedCondition {
  return {
    fact: left.read.name,
    operator: wanted ? operator : `not:${operator}`,
    expected: operandValue(right, facts) as Json | undefined,
    seen: operandValue(left, facts) as Json | undefined,
  };
}
