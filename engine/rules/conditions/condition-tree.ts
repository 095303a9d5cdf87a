import type {
  Comparison,
  Condition,
  ConditionTree,
  FactOperand,
  FactRead,
  Operand,
  Position,
  TestNode,
  Verdict,
} from '../../model/condition.ts';
import type { Json } from '../../model/json.ts';
import type { FactValues } from '../../model/rulebook.ts';
import { opposite } from './opposite.ts';
import { followPath } from './property-path.ts';

/** Makes the nodes of condition trees: each is data for the tools that reason about it, and carries itself out. */

export function toCondition(tree: ConditionTree, source: Json): Condition {
  const { test } = tree;
  return { holds: (facts) => test(facts) === true, tree, source };
}

/** What an operand comes to with these facts. */
export function operandValue(operand: Operand, facts: FactValues): unknown {
  if ('literal' in operand) return operand.literal;
  const { slot, path } = operand;
  return path === undefined ? facts[slot] : followPath(facts[slot], path);
}

/** A comparison whose verdict follows from its two sides. */
export function comparisonOf({
  operator,
  compare,
  left,
  right,
  at,
}: Pick<TestNode, 'operator' | 'left' | 'right' | 'at'> & { readonly compare: Comparison }): TestNode {
  return {
    kind: 'test',
    operator,
    compare,
    left,
    right,
    reads: 'slot' in right ? [right.read] : nothing,
    at,
    test: carryOut(compare, left, right),
  };
}

/** A test that looks at more than its two sides. */
export function situatedTestOf(
  parts: Pick<TestNode, 'operator' | 'left' | 'right' | 'reads' | 'at' | 'test'>,
): TestNode {
  return { kind: 'test', ...parts };
}

const nothing: readonly never[] = [];

/** Most conditions compare a plain fact with a value that is written out; they are spared two calls. */
function carryOut(compare: Comparison, left: FactOperand, right: Operand): TestNode['test'] {
  if ('literal' in right && left.path === undefined) {
    const { slot } = left;
    const { literal } = right;
    return (facts) => compare(facts[slot], literal);
  }
  return (facts) => compare(operandValue(left, facts), operandValue(right, facts));
}

/** All must hold. An empty list holds. */
export function allOf(children: readonly ConditionTree[], at: Position): ConditionTree {
  const tests = children.map((child) => child.test);
  return {
    kind: 'all',
    children,
    at,
    test: (facts) => {
      let verdict: Verdict = true;
      for (const test of tests) {
        const result = test(facts);
        if (result === false) return false;
        if (result === undefined) verdict = undefined;
      }
      return verdict;
    },
  };
}

/** One must hold. An empty list holds too: that is what json-rules-engine says. */
export function anyOf(children: readonly ConditionTree[], at: Position): ConditionTree {
  const tests = children.map((child) => child.test);
  return {
    kind: 'any',
    children,
    at,
    test: (facts) => {
      let verdict: Verdict = children.length === 0;
      for (const test of tests) {
        const result = test(facts);
        if (result === true) return true;
        if (result === undefined) verdict = undefined;
      }
      return verdict;
    },
  };
}

export function notOf(child: ConditionTree, at: Position): ConditionTree {
  return { kind: 'not', child, at, test: (facts) => opposite(child.test(facts)) };
}

/** A use of a condition that is defined elsewhere. */
export function namedAs(
  name: string,
  child: ConditionTree,
  { what, at }: { readonly what: 'condition' | 'segment'; readonly at: Position },
): ConditionTree {
  return { kind: 'named', what, name, child, at, test: child.test };
}

/** The facts a tree reads, those of its named conditions included; a fact may come more than once. */
export function* readsOf(tree: ConditionTree): Generator<FactRead> {
  switch (tree.kind) {
    case 'test':
      yield tree.left.read;
      yield* tree.reads;
      return;
    case 'all':
    case 'any':
      for (const child of tree.children) yield* readsOf(child);
      return;
    case 'not':
    case 'named':
      yield* readsOf(tree.child);
  }
}
