import type { ConditionTree, FactRead } from '../../model/condition.ts';

/** What a condition comes to once every name in it is replaced by what it stands for. */
export interface Extent {
  readonly comparisons: number;
  /** Those that came in with shared conditions and segments, counted at every use. */
  readonly borrowed: number;
  /** The facts it reads; one may come more than once. */
  readonly reads: readonly FactRead[];
}

/**
 * Looks at the tree itself alone: of what it uses by name, the extent is known. Conditions that use each other several
 * times double with every step, so whoever follows all names may never come to an end.
 */
export function extentOf(tree: ConditionTree, known: ReadonlyMap<ConditionTree, Extent>): Extent {
  let written = 0;
  let borrowed = 0;
  const reads = new Set<FactRead>();
  const look = (node: ConditionTree): void => {
    switch (node.kind) {
      case 'test':
        written += 1;
        reads.add(node.left.read);
        for (const read of node.reads) reads.add(read);
        return;
      case 'all':
      case 'any':
        for (const child of node.children) look(child);
        return;
      case 'not':
        look(node.child);
        return;
      case 'named': {
        const extent = known.get(node.child) ?? extentOf(node.child, known);
        borrowed += extent.comparisons;
        for (const read of extent.reads) reads.add(read);
      }
    }
  };
  look(tree);
  return { comparisons: written + borrowed, borrowed, reads: [...reads] };
}
