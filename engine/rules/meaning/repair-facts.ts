import { limits } from '../../limits.ts';
import type { ConditionTree, FactOperand, TestNode } from '../../model/condition.ts';
import type { FactValues } from '../../model/rulebook.ts';
import { operandValue } from '../conditions/condition-tree.ts';
import type { FactDomains } from './fact-domain.ts';
import { FactKnowledge } from './fact-knowledge.ts';
import { nearestValue } from './nearest-value.ts';
import { type Goal, openGoals } from './search-facts.ts';
import { holds, type Verdicts, verdictBit } from './test-values.ts';

/** A fact that would have to be another, and what it would have to be. */
export interface FactRepair {
  readonly fact: FactOperand;
  readonly from: unknown;
  readonly to: unknown;
}

/**
 * The fewest facts with which conditions that do not all hold would hold, each as near as possible to what it is. The
 * search goes through the alternatives of every list, those first that hold already, and leaves a way as soon as it needs
 * as many facts as the best one so far. Undefined when it found no way; no promise where a test cannot be told exactly:
 * whoever asks tries it.
 *
 * `mayChange`: facts that are no use to change, such as the time, are left as they are. `isLeftOut`: tests that are taken
 * to come out as they must, because they are seen to in another way.
 */
export function repairFacts(
  trees: readonly ConditionTree[],
  facts: FactValues,
  { domains, mayChange, isLeftOut = () => false }: RepairRules & { readonly domains: FactDomains },
): readonly FactRepair[] | undefined {
  const search = new RepairSearch(facts, { mayChange, isLeftOut });
  search.run(
    trees.map((tree) => ({ tree, verdicts: holds })),
    new FactKnowledge(domains),
    [],
  );
  return search.best;
}

interface RepairRules {
  readonly mayChange: (fact: FactOperand) => boolean;
  readonly isLeftOut?: (test: TestNode) => boolean;
}

class RepairSearch {
  best: readonly FactRepair[] | undefined;
  private effort = 0;
  private readonly facts: FactValues;
  private readonly rules: Required<RepairRules>;

  constructor(facts: FactValues, rules: Required<RepairRules>) {
    this.facts = facts;
    this.rules = rules;
  }

  run(goals: readonly Goal[], known: FactKnowledge, choices: readonly (readonly Goal[])[]): void {
    const left = openGoals(goals, choices, ({ tree, verdicts }) => {
      this.effort += 1;
      return this.add(tree, verdicts, known);
    });
    if (left) this.choose(left, known);
  }

  /** What the other side of a comparison is stays as it is, so a comparison of two facts is one with a value. */
  private add(test: TestNode, verdicts: Verdicts, known: FactKnowledge): boolean {
    const isMet = (verdictBit(test.test(this.facts)) & verdicts) !== 0;
    if (this.rules.isLeftOut(test)) return true;
    if (!test.compare || !this.rules.mayChange(test.left)) return isMet;
    return known.add({ ...test, right: { literal: operandValue(test.right, this.facts) } }, verdicts);
  }

  private choose(choices: readonly (readonly Goal[])[], known: FactKnowledge): void {
    const misfits = known.misfits((fact) => operandValue(fact, this.facts));
    if (this.best && misfits.length >= this.best.length) return;
    const [choice, ...rest] = [...choices].sort((one, other) => one.length - other.length);
    if (!choice) {
      this.best = repairsOf(misfits) ?? this.best;
      return;
    }
    for (const goal of [...choice].sort((one, other) => this.isOpen(one) - this.isOpen(other))) {
      if (this.effort > limits.factRepairTestsMax) return;
      this.run([goal], known.branch(), rest);
    }
  }

  /** 0 for what is as it must be. */
  private isOpen({ tree, verdicts }: Goal): 0 | 1 {
    return (verdictBit(tree.test(this.facts)) & verdicts) === 0 ? 1 : 0;
  }
}

function repairsOf(misfits: ReturnType<FactKnowledge['misfits']>): readonly FactRepair[] | undefined {
  const repairs: FactRepair[] = [];
  for (const misfit of misfits) {
    const found = nearestValue(misfit);
    if (found.length === 0) return undefined;
    repairs.push({ fact: misfit.fact, from: misfit.value, to: found[0] });
  }
  return repairs;
}
