import { Reference } from '../../../../adapters/reference/reference.ts';
import type { Condition, ConditionTree, Verdict } from '../../../../engine/model/condition.ts';
import type { FactValues } from '../../../../engine/model/rulebook.ts';
import { toCondition } from '../../../../engine/rules/conditions/condition-tree.ts';
import { explainFailure } from '../../../../engine/rules/conditions/explain-failure.ts';
import { ConditionIndex } from '../../../../engine/rules/matcher/condition-index.ts';
import { compileRound } from './compile-round.ts';
import type { Round } from './round.ts';

/** What json-rules-engine says of every condition, for every fact set. */
export type Expected = readonly (readonly Verdict[])[];

export async function expectedOf(round: Round): Promise<Expected> {
  const reference = new Reference(round.conditions, { named: round.named });
  const expected: (readonly Verdict[])[] = [];
  for (const facts of round.facts) expected.push(await reference.verdicts(facts));
  return expected;
}

const evaluators = ['closures', 'explanation', 'index', 'index of some'] as const;

export interface Difference {
  readonly evaluator: (typeof evaluators)[number];
  readonly condition: number;
  readonly facts: number;
  readonly expected: unknown;
  readonly found: unknown;
}

/** How the trees are changed before they are evaluated; see `mutants.ts`. */
export type Change = (tree: ConditionTree) => ConditionTree;

/** Where an evaluator of ours differs from what is expected. */
export function differencesOf(round: Round, expected: Expected, change?: Change): readonly Difference[] {
  const { conditions: compiled, valuesOf } = compileRound(round);
  const conditions = change
    ? compiled.map(({ tree, source }) => toCondition(change(tree), source))
    : compiled;
  const index = new ConditionIndex(conditions.map(({ tree }) => tree));
  const some = everySecond(conditions.length);
  return round.facts.flatMap((written, facts) => {
    const values = valuesOf(written);
    // An answer of the index stands until the next match.
    const all = [...index.match(values)];
    const among = [...index.match(values, some)];
    return conditions.flatMap((condition, position) => {
      const verdict = expected[facts]?.[position];
      const wanted = wantedOf(verdict, verdict === true && bit(some, position));
      const found = {
        ...foundBy(condition, values),
        index: bit(all, position),
        'index of some': bit(among, position),
      };
      return evaluators.flatMap((evaluator) =>
        found[evaluator] === wanted[evaluator]
          ? []
          : [{ evaluator, condition: position, facts, expected: wanted[evaluator], found: found[evaluator] }],
      );
    });
  });
}

type ByEvaluator = Readonly<Record<Difference['evaluator'], unknown>>;

function wantedOf(verdict: Verdict, among: boolean): ByEvaluator {
  const holds = verdict === true;
  return { closures: verdict, explanation: !holds, index: holds, 'index of some': among };
}

function foundBy(condition: Condition, values: FactValues): Pick<ByEvaluator, 'closures' | 'explanation'> {
  const verdict = condition.tree.test(values);
  const agrees = condition.holds(values) === (verdict === true);
  return {
    closures: agrees ? verdict : `${verdict}, but holds() is ${condition.holds(values)}`,
    explanation: explainFailure(condition, values) !== undefined,
  };
}

function bit(bits: ArrayLike<number>, position: number): boolean {
  return (((bits[position >> 5] ?? 0) >>> (position & 31)) & 1) === 1;
}

function everySecond(size: number): Int32Array {
  return new Int32Array(Math.ceil(size / 32)).fill(0x55555555);
}
