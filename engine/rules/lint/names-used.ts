import type { Condition, ConditionTree } from '../../model/condition.ts';
import { isMap } from '../shape.ts';
import type { LintedBook } from './linted-book.ts';

/** The shared conditions and the segments that some condition of the book uses. */
export function namesUsed({ rulebook, drafts }: LintedBook): {
  readonly condition: ReadonlySet<string>;
  readonly segment: ReadonlySet<string>;
} {
  const used = { condition: new Set<string>(), segment: new Set<string>() };
  const gather = (condition: Condition | undefined) => condition && gatherUses(condition.tree, used);
  for (const { eligibility, applicability, suitability } of rulebook.actions.values()) {
    for (const tier of [eligibility, applicability, suitability]) gather(tier);
  }
  for (const { when } of rulebook.arbitration.contextWeights) gather(when);
  for (const { when } of rulebook.triggers.values()) gather(when);
  for (const { where } of rulebook.features.values()) gather(where);
  for (const rules of rulebook.outcomesByEvent.values()) for (const { where } of rules) gather(where);
  for (const rules of rulebook.consentByEvent.values()) for (const { where } of rules) gather(where);
  for (const { when } of rulebook.segments.values()) gatherUses(when.tree, used);
  // What a shared condition uses is in its text, also when nobody uses the condition itself.
  for (const { value } of drafts.conditions.drafts) gatherNames(value, used);
  return used;
}

interface Used {
  readonly condition: Set<string>;
  readonly segment: Set<string>;
}

function gatherUses(tree: ConditionTree, used: Used): void {
  switch (tree.kind) {
    case 'test':
      return;
    case 'named':
      used[tree.what].add(tree.name);
      return;
    case 'not':
      gatherUses(tree.child, used);
      return;
    case 'all':
    case 'any':
      for (const child of tree.children) gatherUses(child, used);
  }
}

function gatherNames(value: unknown, used: Used): void {
  if (Array.isArray(value)) for (const entry of value) gatherNames(entry, used);
  if (!isMap(value)) return;
  const { all, any, not, condition, operator, value: beside } = value;
  if (typeof condition === 'string') used.condition.add(condition);
  if (typeof operator === 'string' && operator.endsWith('inSegment')) {
    for (const name of [beside].flat()) if (typeof name === 'string') used.segment.add(name);
  }
  for (const part of [all, any, not]) gatherNames(part, used);
}
