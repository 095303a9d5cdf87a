import type { ConditionTree, TestNode } from '../../model/condition.ts';

/** A test that must come to `wanted`; one that cannot be carried out comes to neither. */
export interface Literal {
  readonly test: TestNode;
  readonly wanted: boolean;
}

/** Literals that must all hold; an empty one always does. */
export type Conjunction = readonly Literal[];

const always: readonly Conjunction[] = [[]];
const never: readonly Conjunction[] = [];

/**
 * The disjunctive normal form of a tree: it comes to `wanted` exactly when one of the conjunctions holds. Undefined when
 * that would take more than `conjunctionsMax`. Also right for tests that cannot be carried out, because the laws used
 * here (De Morgan, distribution, double negation) hold in three-valued logic as well.
 */
export function normalForm(
  tree: ConditionTree,
  { conjunctionsMax, wanted = true }: { readonly conjunctionsMax: number; readonly wanted?: boolean },
): readonly Conjunction[] | undefined {
  switch (tree.kind) {
    case 'test':
      return [[{ test: tree, wanted }]];
    case 'not':
      return normalForm(tree.child, { conjunctionsMax, wanted: !wanted });
    case 'named':
      return normalForm(tree.child, { conjunctionsMax, wanted });
    case 'all':
    case 'any': {
      if (tree.children.length === 0) return wanted ? always : never;
      const combine = (tree.kind === 'all') === wanted ? product : union;
      let forms = combine === product ? always : never;
      for (const child of tree.children) {
        const form = normalForm(child, { conjunctionsMax, wanted });
        if (form === undefined || exceeds(combine, forms, form, conjunctionsMax)) return undefined;
        forms = combine(forms, form);
      }
      return forms;
    }
  }
}

type Combine = (left: readonly Conjunction[], right: readonly Conjunction[]) => readonly Conjunction[];

const union: Combine = (left, right) => [...left, ...right];

const product: Combine = (left, right) => left.flatMap((one) => right.map((other) => [...one, ...other]));

function exceeds(
  combine: Combine,
  left: readonly Conjunction[],
  right: readonly Conjunction[],
  max: number,
): boolean {
  return (combine === product ? left.length * right.length : left.length + right.length) > max;
}
