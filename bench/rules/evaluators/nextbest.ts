import { openLibraries } from '../../../adapters/wiring/libraries.ts';
import type { ConditionTree } from '../../../engine/model/condition.ts';
import { compileCondition } from '../../../engine/rules/conditions/compile-condition.ts';
import { allFacts } from '../../../engine/rules/conditions/fact-scope.ts';
import { FactTable } from '../../../engine/rules/conditions/fact-table.ts';
import { NamedConditions } from '../../../engine/rules/conditions/named-conditions.ts';
import { Cursor } from '../../../engine/rules/cursor.ts';
import { ConditionIndex } from '../../../engine/rules/matcher/condition-index.ts';
import { TieredIndex } from '../../../engine/rules/matcher/tiered-index.ts';
import type { Diagnostic } from '../../../engine/rules/rule-file.ts';
import type { Tree, Workload } from '../workload.ts';
import { bitsOf, type Evaluator } from './evaluator.ts';

/** One index; where there are tiers, one for all of them, as decisions have it. */
export class NextbestEvaluator implements Evaluator {
  /** Memory of the index. */
  readonly indexBytes: number;
  private readonly match: (facts: readonly unknown[]) => Int32Array;
  private readonly facts: readonly (readonly unknown[])[];
  private sum = 0;
  private next = 0;

  constructor(workload: Workload) {
    const { trees, slots } = compile(workload);
    const { match, bytes } = trees.length === 1 ? plain(trees) : tiered(trees);
    this.match = match;
    this.indexBytes = bytes;
    this.facts = workload.customers.map((customer) => slots.map((name) => customer[name]));
  }

  run(calls: number): void {
    const { facts } = this;
    let { sum, next } = this;
    for (let call = 0; call < calls; call += 1) {
      const answer = this.match(facts[next] as readonly unknown[]);
      sum ^= answer[0] as number;
      next = next + 1 === facts.length ? 0 : next + 1;
    }
    this.sum = sum;
    this.next = next;
  }

  matched(customer: number): readonly number[] {
    return bitsOf(this.match(this.facts[customer] as readonly unknown[]));
  }
}

type Trees = readonly (readonly (ConditionTree | undefined)[])[];

interface Compiled {
  readonly match: (facts: readonly unknown[]) => Int32Array;
  readonly bytes: number;
}

function plain([trees = []]: Trees): Compiled {
  const index = new ConditionIndex(trees);
  return { match: (facts) => index.match(facts), bytes: index.bytes };
}

function tiered(trees: Trees): Compiled {
  const index = new TieredIndex(trees);
  const size = trees[0]?.length ?? 0;
  const everyone = Int32Array.from({ length: index.words }, (_, word) =>
    word * 32 + 32 <= size ? -1 : (1 << (size % 32)) - 1,
  );
  const answer = new Int32Array(index.words);
  const match = (facts: readonly unknown[]) => {
    index.match(facts, everyone);
    for (let word = 0; word < answer.length; word += 1) answer[word] = index.passed(word);
    return answer;
  };
  return { match, bytes: index.bytes };
}

/** Conditions as a rule file has them, once parsed, and their facts. */
function compile(workload: Workload): { readonly trees: Trees; readonly slots: readonly string[] } {
  const facts = new FactTable(new Set(workload.factNames));
  const trees = compileTrees(workload, facts);
  return { trees, slots: facts.all().map(({ name }) => name) };
}

/** By tier. */
function compileTrees(workload: Workload, facts: FactTable): Trees {
  const findings: Diagnostic[] = [];
  const libraries = openLibraries();
  const named = new NamedConditions({ condition: new Map(), segment: new Map(), facts, libraries });
  const scope = { facts, libraries, named, allowed: allFacts };
  const document = { value: undefined, locate: () => ({ line: 1, column: 1 }) };
  const at = new Cursor({ file: 'bench.yaml', document, findings });
  const compileTree = (tree: Tree): ConditionTree => {
    const condition = compileCondition(tree, at, scope);
    if (!condition) throw new Error(`a condition did not compile: ${findings[0]?.message}`);
    return condition.tree;
  };
  return Array.from({ length: workload.tiers }, (_, tier) =>
    workload.actions.map(({ tiers }) => {
      const tree = tiers[tier];
      return tree && compileTree(tree);
    }),
  );
}
