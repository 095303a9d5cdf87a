import {
  type Action,
  type Condition,
  type ConditionTree,
  type FactValues,
  factsOf,
  type Position,
  type Rulebook,
  type RulebookTest,
  situationOf,
  type Verdict,
} from '../../engine/index.ts';
import { Reference } from './reference.ts';
import { Translation } from './translate.ts';

const tiers = ['eligibility', 'applicability', 'suitability'] as const;
type Tier = (typeof tiers)[number];

/** A condition on which json-rules-engine and an evaluator of ours do not agree. */
export interface ReferenceDifference {
  readonly test: RulebookTest;
  readonly action: string;
  readonly tier: Tier;
  readonly at: Position;
  readonly evaluator: 'closures' | 'index';
  readonly reference: Verdict;
  readonly own: Verdict;
  /** By name, those that the condition reads. */
  readonly facts: ReadonlyMap<string, unknown>;
}

export interface ReferenceReport {
  /** How many conditions were asked about, over all tests. */
  readonly asked: number;
  readonly differences: readonly ReferenceDifference[];
}

/**
 * Asks json-rules-engine about every condition of every action that the tests of a book come to, and compares its
 * verdicts with those of the closures and of the index. `now` stands for the present in tests that name no time.
 */
export async function checkReference(rulebook: Rulebook, now: number): Promise<ReferenceReport> {
  const panels = new Map<string, Panel>();
  const differences: ReferenceDifference[] = [];
  let asked = 0;
  for (const test of rulebook.tests) {
    const panel = panels.get(test.placement) ?? new Panel(rulebook, test.placement);
    panels.set(test.placement, panel);
    differences.push(...(await panel.compare(test, factsOf(situationOf(rulebook, test, now)))));
    asked += panel.size;
  }
  return { asked, differences };
}

interface Question {
  readonly action: Action;
  readonly tier: Tier;
  readonly condition: Condition;
}

/** The candidates of one placement, and json-rules-engine with a rule for each of their conditions. */
class Panel {
  private readonly rulebook: Rulebook;
  private readonly placement: string;
  private readonly questions: readonly Question[];
  private readonly translation: Translation;
  private readonly reference: Reference;

  constructor(rulebook: Rulebook, placement: string) {
    this.rulebook = rulebook;
    this.placement = placement;
    this.questions = questionsOf(rulebook, placement);
    this.translation = new Translation(rulebook);
    const conditions = this.questions.map(({ condition }) => this.translation.root(condition));
    this.reference = new Reference(conditions, this.translation.terms);
  }

  get size(): number {
    return this.questions.length;
  }

  async compare(test: RulebookTest, values: FactValues): Promise<readonly ReferenceDifference[]> {
    const verdicts = await this.reference.verdicts(this.translation.facts(values));
    const failedTiers = this.failedTiers(values);
    const settled = new Set<Action>();
    return this.questions.flatMap(({ action, tier, condition }, index) => {
      const reference = verdicts[index];
      const found = { test, action: action.name, tier, at: condition.tree.at, reference };
      const facts = factsRead(condition.tree, values);
      const own = condition.tree.test(values);
      const differences: ReferenceDifference[] =
        own === reference ? [] : [{ ...found, evaluator: 'closures', own, facts }];
      // The index answers for the tiers up to the first that fails.
      const passed = failedTiers.get(action) !== tier;
      if (!settled.has(action) && passed !== (reference === true)) {
        differences.push({ ...found, evaluator: 'index', own: passed, facts });
      }
      if (!passed || reference !== true) settled.add(action);
      return differences;
    });
  }

  /** What the index says: the first tier in which an action fails. */
  private failedTiers(values: FactValues): ReadonlyMap<Action, Tier | undefined> {
    const { engagement, placements } = this.rulebook;
    const placement = placements.get(this.placement);
    if (!placement) return new Map();
    engagement.match(values, [placement]);
    return new Map(this.questions.map(({ action }) => [action, engagement.failedTier(action)]));
  }
}

function questionsOf({ placements }: Rulebook, placement: string): readonly Question[] {
  const candidates = placements.get(placement)?.candidates ?? [];
  return candidates.flatMap(({ action }) =>
    tiers.flatMap((tier) => {
      const condition = action[tier];
      return condition ? [{ action, tier, condition }] : [];
    }),
  );
}

function factsRead(
  tree: ConditionTree,
  values: FactValues,
  facts = new Map<string, unknown>(),
): ReadonlyMap<string, unknown> {
  switch (tree.kind) {
    case 'test':
      facts.set(tree.left.read.name, values[tree.left.slot]);
      if ('slot' in tree.right) facts.set(tree.right.read.name, values[tree.right.slot]);
      return facts;
    case 'all':
    case 'any':
      for (const child of tree.children) factsRead(child, values, facts);
      return facts;
    case 'not':
    case 'named':
      return factsRead(tree.child, values, facts);
  }
}
