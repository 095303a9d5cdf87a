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
      return (tree.kind === 'all') === wanted
        ? together(tree.children, { conjunctionsMax, wanted })
        : apart(tree.children, { conjunctionsMax, wanted });
    }
  }
}

interface Wish {
  readonly conjunctionsMax: number;
  readonly wanted: boolean;
}

/** One of the children is enough. */
function apart(children: readonly ConditionTree[], wish: Wish): readonly Conjunction[] | undefined {
  const all: Conjunction[] = [];
  for (const child of children) {
    const form = normalForm(child, wish);
    if (form === undefined || all.length + form.length > wish.conjunctionsMax) return undefined;
    for (const conjunction of form) all.push(conjunction);
  }
  return all;
}

/** All children are needed; what has only one form is put together first, because that multiplies nothing. */
function together(children: readonly ConditionTree[], wish: Wish): readonly Conjunction[] | undefined {
  const single: Literal[] = [];
  const multiple: (readonly Conjunction[])[] = [];
  for (const child of children) {
    const form = normalForm(child, wish);
    if (form === undefined) return undefined;
    const [only, ...more] = form;
    if (only === undefined) return never;
    if (more.length > 0) multiple.push(form);
    else for (const literal of only) single.push(literal);
  }
  const count = multiple.reduce((product, form) => product * form.length, 1);
  if (count > wish.conjunctionsMax) return undefined;
  return multiple.reduce<readonly Conjunction[]>(
    (forms, form) => forms.flatMap((one) => form.map((other) => [...one, ...other])),
    [single],
  );
}
