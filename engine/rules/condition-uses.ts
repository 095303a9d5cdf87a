import type { Condition } from '../model/condition.ts';
import type { DefinitionKind, EngagementPolicy, Rulebook } from '../model/rulebook.ts';

/** One place of a rulebook that takes a condition. */
export interface ConditionUse {
  readonly of: DefinitionKind | 'consent' | 'arbitration';
  /** Name of the definition; rules of consent and context weights have their number instead, counted from 1. */
  readonly name: string;
  readonly field: string;
  readonly condition: Condition;
}

export const engagementTiers = ['eligibility', 'applicability', 'suitability'] as const;

/** Every condition of a book at the place where it is used; shared ones come once a use. */
export function* conditionUses(book: Rulebook): Generator<ConditionUse> {
  for (const action of book.actions.values()) {
    yield* tierUses('action', action.name, action.own);
    for (const { name, policy } of action.treatments)
      if (policy) yield* tierUses('action', action.name, policy, `treatments.${name}.`);
  }
  for (const level of book.hierarchy.values()) yield* tierUses('hierarchy', level.name, level);
  for (const trigger of book.triggers.values()) yield* use('trigger', trigger.name, 'when', trigger.when);
  for (const policy of book.policies) yield* use('policy', policy.name, 'when', policy.when);
  for (const [index, weight] of book.arbitration.contextWeights.entries()) {
    yield* use('arbitration', `${index + 1}`, 'when', weight.when);
  }
  for (const feature of book.features.values()) yield* use('feature', feature.name, 'where', feature.where);
  for (const outcome of new Set([...book.outcomesByEvent.values()].flat())) {
    yield* use('outcome', outcome.name, 'where', outcome.where);
  }
  for (const [index, rule] of [...new Set([...book.consentByEvent.values()].flat())].entries()) {
    yield* use('consent', `${index + 1}`, 'where', rule.where);
  }
}

function* tierUses(
  of: ConditionUse['of'],
  name: string,
  policy: EngagementPolicy,
  below = '',
): Generator<ConditionUse> {
  for (const tier of engagementTiers) yield* use(of, name, `${below}${tier}`, policy[tier]);
}

function* use(
  of: ConditionUse['of'],
  name: string,
  field: string,
  condition: Condition | undefined,
): Generator<ConditionUse> {
  if (condition) yield { of, name, field, condition };
}
