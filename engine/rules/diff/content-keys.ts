import type { Condition } from '../../model/condition.ts';
import { canonicalJson } from '../../model/json.ts';
import type {
  Action,
  ContactPolicy,
  Feature,
  OutcomeRule,
  Placement,
  Trigger,
} from '../../model/rulebook.ts';
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

export function placementKey({ channel, limit, fallback, without }: Placement): string {
  return canonicalJson({ channel, limit, fallback: fallback?.source ?? null, without: [...without].sort() });
}

export function actionKey(action: Action, reading: Reading): string {
  const { group, purpose, value, cost, lever, prior, valid, budgets, treatments } = action;
  return canonicalJson({
    ...{ group, purpose, value, cost, lever, prior, valid },
    eligibility: keyOf(action.eligibility, reading),
    applicability: keyOf(action.applicability, reading),
    suitability: keyOf(action.suitability, reading),
    budgets: renamed(budgets, reading.budgets),
    treatments: treatments.map(({ name, channel, placements, content }) => ({
      ...{ name, channel, content: content.source },
      placements: renamed(placements, reading.placements),
    })),
  });
}

export function policyKey(
  { scope, match, limit, windowMs, counts }: ContactPolicy,
  reading: Reading,
): string {
  return canonicalJson({
    ...{ scope, limit, windowMs, counts },
    match: {
      ...match,
      placements: renamed(match.placements, reading.placements),
      actions: renamed(match.actions, reading.actions),
    },
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
