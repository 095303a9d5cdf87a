import type { ConditionTree, ListNode, NamedNode, TestNode } from '../../model/condition.ts';
import type { FactDomains } from '../meaning/fact-domain.ts';
import { type Goal, searchFacts } from '../meaning/search-facts.ts';
import { anyVerdict, turned, type Verdicts } from '../meaning/test-values.ts';

/** A part of a condition: what is wanted of it, and the names of the facts that it reads. */
export interface Part extends Goal {
  readonly names: readonly string[];
}

/** Parts that are taken into account beside a part, nearest first, and comparisons in each. */
const nearMax = 16;
const nearSizeMax = 64;

export function isImpossible(goals: readonly Goal[], domains: FactDomains): boolean {
  return searchFacts(goals, domains).found === 'none';
}

export function opposite({ tree, verdicts }: Goal): Goal {
  return { tree, verdicts: anyVerdict & ~verdicts };
}

export function partOf({ tree, verdicts }: Goal): Part {
  const names: string[] = [];
  gatherNames(tree, names);
  return { tree, verdicts, names };
}

export function partsOf({ children }: ListNode, { verdicts }: Goal): readonly Part[] {
  return children.map((tree) => partOf({ tree, verdicts }));
}

function gatherNames(tree: ConditionTree, names: string[]): void {
  switch (tree.kind) {
    case 'test':
      names.push(tree.left.read.name);
      for (const { name } of tree.reads) names.push(name);
      return;
    case 'not':
    case 'named':
      gatherNames(tree.child, names);
      return;
    case 'all':
    case 'any':
      for (const child of tree.children) gatherNames(child, names);
  }
}

/** A single comparison or named condition, also below a `not`. */
export function atomOf(tree: ConditionTree): TestNode | NamedNode | undefined {
  if (tree.kind === 'not') return atomOf(tree.child);
  return tree.kind === 'test' || tree.kind === 'named' ? tree : undefined;
}

export function isAtom({ tree }: Goal): boolean {
  return atomOf(tree) !== undefined;
}

/** What is wanted of the atom itself, below the `not`s around it. */
export function wantedOf({ tree, verdicts }: Goal): Verdicts {
  return tree.kind === 'not' ? wantedOf({ tree: tree.child, verdicts: turned(verdicts) }) : verdicts;
}

/** Whether no two of the parts read the same fact, so that none can matter to another. */
export function readApart(parts: readonly Part[]): boolean {
  const readers = new Map<string, Part>();
  for (const part of parts) {
    for (const name of part.names) {
      const reader = readers.get(name);
      if (reader !== undefined && reader !== part) return false;
      readers.set(name, part);
    }
  }
  return true;
}

/** Those of the parts that read a fact which this one reads too. */
export function related({ names }: Part, parts: readonly Part[]): readonly Part[] {
  if (parts.length === 0) return parts;
  const near: Part[] = [];
  for (const part of parts) {
    if (near.length === nearMax) break;
    if (part.names.length <= nearSizeMax && part.names.some((name) => names.includes(name))) near.push(part);
  }
  return near;
}
