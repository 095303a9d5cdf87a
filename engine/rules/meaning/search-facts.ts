import { limits } from '../../limits.ts';
import type { ConditionTree, ListNode, TestNode } from '../../model/condition.ts';
import type { FactDomains } from './fact-domain.ts';
import { FactKnowledge } from './fact-knowledge.ts';
import { holds, turned, type Verdicts } from './test-values.ts';

/** A condition that must come to one of some verdicts: `holds`, `fails`, `holdsNot` or `failsNot`. */
export interface Goal {
  readonly tree: ConditionTree;
  readonly verdicts: Verdicts;
}

export type SearchResult =
  | { readonly found: 'none' }
  | { readonly found: 'unknown' }
  | { readonly found: 'some'; readonly known: FactKnowledge };

/**
 * Looks for facts with which all goals are met, by trying the alternatives of every list one after the other.
 * `none` is certain. `some` hands over what is known of the facts on the first way that stayed open, which is no promise
 * where tests cannot be told exactly. `unknown` when it would take too long.
 */
export function searchFacts(goals: readonly Goal[], domains: FactDomains): SearchResult {
  const search = new Search();
  const known = search.run(goals, new FactKnowledge(domains));
  if (known) return { found: 'some', known };
  return { found: search.exhausted ? 'unknown' : 'none' };
}

/** Goals of which one must be met. */
type Choice = readonly Goal[];

/** A goal of a single test. */
export type TestGoal = Goal & { readonly tree: TestNode };

/**
 * Takes goals apart down to their tests, all of which must be met: `add` takes each and says whether that is possible.
 * Returns the choices that are left, undefined once one is not.
 */
export function openGoals(
  goals: readonly Goal[],
  choices: readonly (readonly Goal[])[],
  add: (goal: TestGoal) => boolean,
): readonly (readonly Goal[])[] | undefined {
  const open = [...goals];
  const left = [...choices];
  for (let goal = open.pop(); goal; goal = open.pop()) {
    const { tree, verdicts } = goal;
    switch (tree.kind) {
      case 'test':
        if (!add({ tree, verdicts })) return undefined;
        break;
      case 'named':
        open.push({ tree: tree.child, verdicts });
        break;
      case 'not':
        open.push({ tree: tree.child, verdicts: turned(verdicts) });
        break;
      default: {
        const children = tree.children.map((child) => ({ tree: child, verdicts }));
        if (isEvery(tree, verdicts)) open.push(...children);
        else left.push(children);
      }
    }
  }
  return left;
}

class Search {
  exhausted = false;
  private effort = 0;

  /** What is known where all goals are met, and one of each choice; undefined when there is no such way. */
  run(
    goals: readonly Goal[],
    known: FactKnowledge,
    choices: readonly Choice[] = [],
  ): FactKnowledge | undefined {
    const left = openGoals(goals, choices, ({ tree, verdicts }) => {
      this.effort += 1;
      return known.add(tree, verdicts);
    });
    return left && this.choose(left, known);
  }

  /** Tries the shortest choice first, because it leaves the fewest ways. */
  private choose(choices: readonly Choice[], known: FactKnowledge): FactKnowledge | undefined {
    const [choice, ...rest] = [...choices].sort((one, other) => one.length - other.length);
    if (!choice) return known.settle() ? known : undefined;
    for (const goal of choice) {
      if (this.effort > limits.conditionSearchMax) this.exhausted = true;
      if (this.exhausted) return undefined;
      const found = this.run([goal], known.branch(), rest);
      if (found) return found;
    }
    return undefined;
  }
}

/**
 * Whether a list comes to the verdicts only if all its children do; else one child is enough. An empty list holds, in
 * both forms: it asks nothing of anyone, or offers no way at all.
 */
export function isEvery({ kind, children }: ListNode, verdicts: Verdicts): boolean {
  if (children.length === 0) return (verdicts & holds) !== 0;
  return kind === 'all' ? (verdicts & holds) !== 0 : (verdicts & holds) === 0;
}
