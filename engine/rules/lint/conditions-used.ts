import type { Condition, ConditionTree } from '../../model/condition.ts';
import type { EngagementPolicy, Rulebook } from '../../model/rulebook.ts';
import { tiers } from '../compile-engagement.ts';
import { isMap } from '../shape.ts';
import type { LintedBook } from './linted-book.ts';

/** The shared conditions that some condition of the book uses. */
export function conditionsUsed({ rulebook, drafts }: LintedBook): ReadonlySet<string> {
  const used = new Set<string>();
  const gather = (condition: Condition | undefined) => condition && gatherUses(condition.tree, used);
  for (const policy of policiesOf(rulebook)) for (const tier of tiers) gather(policy[tier]);
  for (const { when } of rulebook.arbitration.contextWeights) gather(when);
  for (const { when } of rulebook.policies) gather(when);
  for (const { when } of rulebook.triggers.values()) gather(when);
  for (const { where } of rulebook.features.values()) gather(where);
  for (const rules of rulebook.outcomesByEvent.values()) for (const { where } of rules) gather(where);
  for (const rules of rulebook.consentByEvent.values()) for (const { where } of rules) gather(where);
  for (const { when } of rulebook.segments.values()) gatherUses(when.tree, used);
  // What a shared condition uses is in its text, also when nobody uses the condition itself.
  for (const { value } of drafts.conditions.drafts) gatherNames(value, used);
  return used;
}

/** What is written on every level of the hierarchy. */
function* policiesOf({ hierarchy, actions }: Rulebook): Generator<EngagementPolicy> {
  yield* hierarchy.values();
  for (const { own, treatments } of actions.values()) {
    yield own;
    for (const { policy } of treatments) if (policy) yield policy;
  }
}

function gatherUses(tree: ConditionTree, used: Set<string>): void {
  switch (tree.kind) {
    case 'test':
      return;
    case 'named':
      if (tree.what === 'condition') used.add(tree.name);
      return;
    case 'not':
      gatherUses(tree.child, used);
      return;
    case 'all':
    case 'any':
      for (const child of tree.children) gatherUses(child, used);
  }
}

function gatherNames(value: unknown, used: Set<string>): void {
  if (Array.isArray(value)) for (const entry of value) gatherNames(entry, used);
  if (!isMap(value)) return;
  const { all, any, not, condition } = value;
  if (typeof condition === 'string') used.add(condition);
  for (const part of [all, any, not]) gatherNames(part, used);
}
