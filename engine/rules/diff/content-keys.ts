import type { Condition } from '../../model/condition.ts';
import { canonicalJson, type Json } from '../../model/json.ts';
import type {
  Action,
  ContactPolicy,
  EngagementPolicy,
  Feature,
  OutcomeRule,
  Placement,
  Trigger,
} from '../../model/rulebook.ts';
import { amountText, formulaText, optionalAmountText } from '../amount-text.ts';
import { conditionKey, type NewNames, withNames } from './condition-key.ts';
import { renamed } from './pairing.ts';

/** How the names in a definition are read: those of the old book by what the new one calls them. */
export interface Reading {
  readonly names: NewNames;
  readonly placements: ReadonlyMap<string, string>;
  readonly budgets: ReadonlyMap<string, string>;
  readonly actions: ReadonlyMap<string, string>;
}

/** What definitions say, without their names. */

export function featureKey(feature: Feature, reading: Reading): string {
  // Which key its state has follows from the rest.
  const { name, key, where, ...rest } = feature;
  const operands =
    feature.kind === 'ratio'
      ? { part: featureKey(feature.part, reading), whole: featureKey(feature.whole, reading) }
      : {};
  return canonicalJson({ ...rest, where: keyOf(where, reading), ...operands });
}

export function placementKey(placement: Placement, { names }: Reading): string {
  const { channel, limit, fallback, without, allowsDuplicates, together = null, diversity } = placement;
  return canonicalJson({
    ...{ channel, limit, fallback: fallback?.source ?? null, without: [...without].sort() },
    ...{ allowsDuplicates, together, diversity: diversity ? { ...diversity } : null },
    formula: formulaText(placement.formula, names.facts) ?? null,
    ranksByUplift: placement.ranksByUplift ?? false,
  });
}

export function actionKey(action: Action, reading: Reading): string {
  const { group, value, cost, lever, prior, own, budgets, treatments } = action;
  const { facts } = reading.names;
  const costs = Object.entries(cost).map(([channel, amount]) => [channel, amountText(amount, facts)]);
  return canonicalJson({
    ...{ group, purpose: own.purpose ?? null, lever, prior },
    value: amountText(value, facts),
    cost: Object.fromEntries(costs),
    ...policyKeys(own, reading),
    budgets: renamed(budgets, reading.budgets),
    mandatory: action.mandatory ?? null,
    treatments: treatments.map((treatment) => ({
      ...{ name: treatment.name, channel: treatment.channel, content: treatment.content.source },
      placements: renamed(treatment.placements, reading.placements),
      lever: treatment.lever,
      value: optionalAmountText(treatment.own.value, facts) ?? null,
      cost: optionalAmountText(treatment.own.cost, facts) ?? null,
      policy: treatment.policy ? policyKeys(treatment.policy, reading) : null,
    })),
  });
}

function policyKeys(
  { valid, ...conditions }: EngagementPolicy,
  reading: Reading,
): Readonly<Record<string, Json>> {
  return {
    valid: { ...valid },
    eligibility: keyOf(conditions.eligibility, reading),
    applicability: keyOf(conditions.applicability, reading),
    suitability: keyOf(conditions.suitability, reading),
  };
}

export function policyKey(policy: ContactPolicy, reading: Reading): string {
  const { name, match, when, ...rest } = policy;
  const after = policy.kind === 'not-after' && {
    after: { groups: policy.after.groups, actions: renamed(policy.after.actions, reading.actions) },
  };
  return canonicalJson({
    ...rest,
    ...after,
    when: keyOf(when, reading),
    match: {
      ...match,
      placements: renamed(match.placements, reading.placements),
      actions: renamed(match.actions, reading.actions),
      treatments: renamedTreatments(match.treatments, reading),
    },
  });
}

/** Those of a renamed action, `action/treatment`, as the new book calls them. */
export function renamedTreatments(
  written: readonly string[],
  { actions }: Pick<Reading, 'actions'>,
): readonly string[] {
  return written.map((treatment) => {
    const slash = treatment.indexOf('/');
    const action = treatment.slice(0, slash);
    return `${actions.get(action) ?? action}${treatment.slice(slash)}`;
  });
}

export function triggerKey({ events, when, placements, waitMs }: Trigger, reading: Reading): string {
  const asked = renamed(placements, reading.placements);
  return canonicalJson({ events, waitMs, placements: asked, when: keyOf(when, reading) });
}

export function outcomeKey({ name, where, actions, ...rest }: OutcomeRule, reading: Reading): string {
  return canonicalJson({
    ...rest,
    actions: renamed(actions, reading.actions),
    where: keyOf(where, reading),
  });
}

export function keyOf(condition: Condition | undefined, { names }: Pick<Reading, 'names'>): string {
  return condition ? conditionKey(withNames(condition.tree, names), 'whole') : '';
}
