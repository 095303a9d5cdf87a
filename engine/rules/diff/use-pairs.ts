import type { Condition, Position } from '../../model/condition.ts';
import type { EngagementPolicy } from '../../model/rulebook.ts';
import { engagementTiers } from '../condition-uses.ts';
import type { ChangePlace, ConditionVerdict, Reach, Subject, Topic } from './change.ts';
import { placeOf, toPlace } from './change-place.ts';
import { compareConditions, directionOf, isRewritten } from './compare-conditions.ts';
import type { Comparison } from './comparison.ts';
import { withNames } from './condition-key.ts';
import { levelPairs } from './diff-hierarchy.ts';
import { pairTreatments } from './diff-treatments.ts';
import { opposite } from './direction.ts';
import type { Pair } from './pairing.ts';
import { pairConsent, pairWeights, permissionOf } from './unnamed-pairs.ts';

/** One place that takes a condition, in both books. An absent condition always holds. */
export interface UsePair {
  readonly of: Subject;
  readonly name: string;
  readonly field: string;
  readonly before: Condition['tree'] | undefined;
  readonly after: Condition['tree'] | undefined;
  /** The condition in the new book, or what it was taken out of. */
  readonly at: ChangePlace;
  readonly topic: Topic;
  /** What it does to contacts that more pass. */
  readonly wider: 'more' | 'fewer' | 'same';
  /** Undefined when it says what it said, to the last part. */
  readonly verdict: ConditionVerdict | undefined;
  /** The place itself says something else, whatever became of the shared conditions in it. */
  readonly rewritten: boolean;
}

type Bare = Pick<UsePair, 'of' | 'name' | 'field' | 'topic' | 'wider'> & {
  readonly one: Condition | undefined;
  readonly other: Condition | undefined;
  readonly at?: Position | undefined;
};

/** Every condition of what both books have. */
export function usePairs(comparison: Comparison): readonly UsePair[] {
  return [
    ...comparison.actions.pairs.flatMap((pair) => actionUses(comparison, pair)),
    ...levelPairs(comparison).flatMap(({ name, before, after }) =>
      tierUses({ of: 'hierarchy', name }, before, after),
    ),
    ...comparison.triggers.pairs.map((pair) =>
      named('trigger', pair, 'when', { topic: 'contacts', wider: 'more' }),
    ),
    // Of a policy that binds more customers, fewer contacts are left.
    ...comparison.policies.pairs.map((pair) =>
      named('policy', pair, 'when', { topic: 'contacts', wider: 'fewer' }),
    ),
    ...consentUses(comparison),
    ...weightUses(comparison),
    ...comparison.features.pairs.map((pair) =>
      named('feature', pair, 'where', { topic: 'learning', wider: 'same' }),
    ),
    ...comparison.outcomes.pairs.map((pair) =>
      named('outcome', pair, 'where', { topic: 'learning', wider: 'same' }),
    ),
  ].flatMap((bare) => (bare.one || bare.other ? [compare(comparison, bare)] : []));
}

function actionUses(
  comparison: Comparison,
  pair: Pair<Comparison['actions']['pairs'][number]['after']>,
): readonly Bare[] {
  const { name, before, after } = pair;
  const treatments = pairTreatments(comparison, before, after).pairs.flatMap((treatment) =>
    tierUses(
      { of: 'action', name, below: `treatments.${treatment.name}.` },
      treatment.before.policy,
      treatment.after.policy,
    ),
  );
  return [...tierUses({ of: 'action', name }, before.own, after.own), ...treatments];
}

function tierUses(
  { of, name, below = '' }: { readonly of: Subject; readonly name: string; readonly below?: string },
  before: Partial<EngagementPolicy> | undefined,
  after: Partial<EngagementPolicy> | undefined,
): readonly Bare[] {
  return engagementTiers.map((tier) => ({
    ...{ of, name, field: `${below}${tier}`, topic: 'contacts', wider: 'more' },
    one: before?.[tier],
    other: after?.[tier],
  }));
}

function named<Field extends string>(
  of: Subject,
  { name, before, after }: Pair<{ readonly [F in Field]?: Condition | undefined }>,
  field: Field,
  rest: Pick<Bare, 'topic' | 'wider'>,
): Bare {
  return { of, name, field, one: before[field], other: after[field], ...rest };
}

function consentUses(comparison: Comparison): readonly Bare[] {
  return pairConsent(comparison).pairs.map(({ before, after }) => ({
    of: 'consent',
    name: permissionOf(after),
    field: 'where',
    one: before.where,
    other: after.where,
    at: comparison.after.places.consent.get(after),
    topic: 'contacts',
    wider: after.status === 'granted' ? 'more' : 'fewer',
  }));
}

function weightUses(comparison: Comparison): readonly Bare[] {
  const { contextWeights } = comparison.after.arbitration;
  return pairWeights(comparison).pairs.map(({ before, after }) => ({
    of: 'arbitration',
    name: `contextWeights.${contextWeights.indexOf(after)}`,
    field: 'when',
    one: before.when,
    other: after.when,
    topic: 'ranking',
    wider: 'same',
  }));
}

function compare(comparison: Comparison, { one, other, at, ...use }: Bare): UsePair {
  const before = one && withNames(one.tree, comparison.reading.names);
  const after = other?.tree;
  const rewritten = isRewritten(before, after);
  const verdict = compareConditions(before, after, comparison.domains) ?? (rewritten ? 'equal' : undefined);
  const gone = at ? toPlace('after', at) : placeOf(comparison.after, 'after', use);
  return { ...use, before, after, verdict, rewritten, at: after ? toPlace('after', after.at) : gone };
}

/** What customers get of a verdict on a condition. */
export function reachOf(
  { topic, wider }: Pick<UsePair, 'topic' | 'wider'>,
  verdict: ConditionVerdict,
): Reach {
  if (topic !== 'contacts') return 'same';
  const direction = directionOf(verdict);
  if (direction === 'unclear' || wider === 'more') return direction;
  return wider === 'fewer' ? opposite(direction) : 'same';
}
