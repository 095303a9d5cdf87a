import type { FailedCondition } from '../../model/decision.ts';
import type { Json } from '../../model/json.ts';
import type { Condition, FactValues } from '../../model/rulebook.ts';
import type { FactKind } from './fact-table.ts';
import { opposite } from './operators.ts';
import { followPath, type PropertyPath } from './property-path.ts';
import type { Comparison, Verdict } from './verdict.ts';

/** One node of a condition tree, compiled. */
export interface Predicate {
  readonly test: (facts: FactValues) => Verdict;
  /** The first leaf, depth first, that keeps the node from coming to `wanted`. Only asked when it does not. */
  readonly explain: (facts: FactValues, wanted: boolean) => FailedCondition | undefined;
  /** Facts it reads, its named conditions' included. */
  readonly reads: readonly FactRead[];
}

export interface FactRead {
  readonly name: string;
  readonly kind: FactKind;
}

/** One side of a comparison: the fact in a slot, at the end of a path if there is one; or a value that is written out. */
export type Operand =
  | { readonly slot: number; readonly path: PropertyPath | undefined; readonly read: FactRead }
  | { readonly literal: unknown };

export type FactOperand = Extract<Operand, { readonly slot: number }>;

export function toCondition(predicate: Predicate, source: Json): Condition {
  const { test, explain } = predicate;
  return {
    holds: (facts) => test(facts) === true,
    failure: (facts) => (test(facts) === true ? undefined : explain(facts, true)),
    source,
  };
}

export interface Leaf {
  readonly operator: string;
  readonly compare: Comparison;
  readonly left: FactOperand;
  readonly right: Operand;
}

export function leaf({ operator, compare, left, right }: Leaf): Predicate {
  const seen = reader(left);
  const expected = reader(right);
  return {
    test: leafTest({ operator, compare, left, right }),
    explain: (facts, wanted) => ({
      fact: left.read.name,
      operator: wanted ? operator : `not:${operator}`,
      expected: expected(facts) as Json | undefined,
      seen: seen(facts) as Json | undefined,
    }),
    reads: 'slot' in right ? [left.read, right.read] : [left.read],
  };
}

/** Most conditions compare a plain fact with a value that is written out; they are spared two calls. */
function leafTest({ compare, left, right }: Leaf): Predicate['test'] {
  if ('literal' in right && left.path === undefined) {
    const { slot } = left;
    const { literal } = right;
    return (facts) => compare(facts[slot], literal);
  }
  const seen = reader(left);
  const expected = reader(right);
  return (facts) => compare(seen(facts), expected(facts));
}

function reader(operand: Operand): (facts: FactValues) => unknown {
  if ('literal' in operand) return () => operand.literal;
  const { slot, path } = operand;
  return path === undefined ? (facts) => facts[slot] : (facts) => followPath(facts[slot], path);
}

/** All must hold. An empty list holds. */
export function allOf(children: readonly Predicate[]): Predicate {
  const tests = children.map((child) => child.test);
  return {
    test: (facts) => {
      let verdict: Verdict = true;
      for (const test of tests) {
        const result = test(facts);
        if (result === false) return false;
        if (result === undefined) verdict = undefined;
      }
      return verdict;
    },
    explain: (facts, wanted) => explainChild('all', children, { facts, wanted }),
    reads: children.flatMap((child) => child.reads),
  };
}

/** One must hold. An empty list holds too: that is what json-rules-engine says. */
export function anyOf(children: readonly Predicate[]): Predicate {
  const tests = children.map((child) => child.test);
  return {
    test: (facts) => {
      let verdict: Verdict = children.length === 0;
      for (const test of tests) {
        const result = test(facts);
        if (result === true) return true;
        if (result === undefined) verdict = undefined;
      }
      return verdict;
    },
    explain: (facts, wanted) => explainChild('any', children, { facts, wanted }),
    reads: children.flatMap((child) => child.reads),
  };
}

export function notOf(child: Predicate): Predicate {
  return {
    test: (facts) => opposite(child.test(facts)),
    explain: (facts, wanted) => child.explain(facts, !wanted),
    reads: child.reads,
  };
}

function explainChild(
  operator: string,
  children: readonly Predicate[],
  { facts, wanted }: { readonly facts: FactValues; readonly wanted: boolean },
): FailedCondition | undefined {
  for (const child of children) {
    if (child.test(facts) !== wanted) return child.explain(facts, wanted);
  }
  // Only an empty list under a `not` gets here: it holds, and nothing in it can be blamed.
  return { fact: '', operator: `not:${operator}`, expected: [], seen: undefined };
}
