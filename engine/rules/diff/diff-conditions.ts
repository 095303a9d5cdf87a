import type { ConditionTree } from '../../model/condition.ts';
import type { Action } from '../../model/rulebook.ts';
import { engagementTiers } from '../condition-uses.ts';
import { conditionText } from '../conditions/condition-text.ts';
import {
  type Affected,
  type ConditionChanged,
  type ConditionVerdict,
  type Reach,
  type Topic,
  topics,
} from './change.ts';
import { toPlace } from './change-place.ts';
import { areEqualTogether, compareConditions, isRewritten } from './compare-conditions.ts';
import { type Comparison, sharedName } from './comparison.ts';
import { namedIn, type Part, partsOf, withNames } from './condition-key.ts';
import { reachTogether } from './direction.ts';
import { reachOf, type UsePair } from './use-pairs.ts';

/**
 * Conditions that changed. A change in a shared condition is told once, with the places it reaches; a place is told
 * itself when it says something else.
 */
export function diffConditions(
  comparison: Comparison,
  uses: readonly UsePair[],
): readonly ConditionChanged[] {
  const shared = changedShared(comparison);
  const moved = movedActions(comparison, uses);
  const own = uses.flatMap((use) => {
    if (!use.rewritten || use.verdict === undefined) return [];
    const isMoved = moved.has(`${use.of} ${use.name}`);
    return [ownChange(use, isMoved ? 'moved' : use.verdict, shared)];
  });
  return [...own, ...[...shared.values()].map((change) => sharedChange(change, uses))];
}

interface SharedChange {
  readonly what: 'condition' | 'segment';
  readonly name: string;
  readonly before: ConditionTree;
  readonly after: ConditionTree;
  readonly verdict: ConditionVerdict;
}

/** Shared conditions that say something else themselves, by what they are and their name. */
function changedShared({ shared, reading, domains }: Comparison): ReadonlyMap<string, SharedChange> {
  const changed = new Map<string, SharedChange>();
  for (const { name: key, before: one, after: other } of shared.pairs) {
    const before = withNames(one.child, reading.names);
    const after = other.child;
    if (!isRewritten(before, after)) continue;
    const verdict = compareConditions(before, after, domains) ?? 'equal';
    changed.set(key, { what: other.what, name: other.name, before, after, verdict });
  }
  return changed;
}

/**
 * Actions whose conditions, with those of the levels above them, let the same customers through as before, but turn them
 * away in other tiers or on other levels; and levels of which that is true for all actions.
 */
function movedActions(comparison: Comparison, uses: readonly UsePair[]): ReadonlySet<string> {
  const differing = new Map<string, number>();
  for (const { of, name, field, verdict } of uses) {
    if (verdict === undefined || verdict === 'equal' || field.includes('.')) continue;
    if (of === 'action' || of === 'hierarchy') {
      const key = `${of} ${name}`;
      differing.set(key, (differing.get(key) ?? 0) + 1);
    }
  }
  const moved = new Set<string>();
  const stayed = new Set<string>();
  for (const { name, before, after } of differing.size === 0 ? [] : comparison.actions.pairs) {
    const levels = levelsOf(before, after).filter((level) => differing.has(level));
    const all = [`action ${name}`, ...levels];
    if (all.reduce((sum, key) => sum + (differing.get(key) ?? 0), 0) < 2) {
      for (const level of levels) stayed.add(level);
    } else {
      const keys = areMoved(comparison, before, after) ? moved : stayed;
      for (const key of all) keys.add(key);
    }
  }
  for (const key of stayed) moved.delete(key);
  return moved;
}

function levelsOf(before: Action, after: Action): readonly string[] {
  const names = new Set([before.issue, before.group, after.issue, after.group]);
  return [...names].map((name) => `hierarchy ${name}`);
}

function areMoved({ domains, reading }: Comparison, before: Action, after: Action): boolean {
  const treesOf = (action: Action) => engagementTiers.map((tier) => action[tier]?.tree);
  const old = treesOf(before).map((tree) => tree && withNames(tree, reading.names));
  return areEqualTogether(old, treesOf(after), domains);
}

function ownChange(
  use: UsePair,
  verdict: ConditionVerdict,
  shared: ReadonlyMap<string, SharedChange>,
): ConditionChanged {
  const { of, name, field, before, after } = use;
  const { dropped, gained, place } = partsChanged(before, after);
  const through = after ? [...namedIn(after)].map(sharedName).filter((key) => shared.has(key)) : [];
  return {
    kind: 'condition',
    ...{ of, name, field, verdict, dropped, gained },
    topic: topicOf(use.topic, verdict),
    reach: reachOf(use, verdict),
    ...(before && { before: conditionText(before) }),
    ...(after && { after: conditionText(after) }),
    through: [...new Set(through)],
    affects: [],
    at: place ? toPlace('after', place) : use.at,
  };
}

/** What is equal is only written differently; who is turned away elsewhere shows in the reasons that are counted. */
function topicOf(topic: Topic, verdict: ConditionVerdict): Topic {
  if (verdict === 'equal') return 'wording';
  return verdict === 'moved' ? 'learning' : topic;
}

function sharedChange(
  { what, name, before, after, verdict }: SharedChange,
  uses: readonly UsePair[],
): ConditionChanged {
  const reached = uses.flatMap((use) =>
    use.verdict !== undefined && usesShared(use, { what, name }) ? [{ use, verdict: use.verdict }] : [],
  );
  const { dropped, gained, place } = partsChanged(before, after);
  // Who is in a segment is worth knowing even where no condition asks.
  const alone = what === 'segment' && verdict !== 'equal' ? 'learning' : 'wording';
  return {
    kind: 'condition',
    ...{ of: what, name, field: '', verdict, dropped, gained },
    ...(reached.length > 0 ? bearingOf(reached) : { topic: alone, reach: 'same' }),
    before: conditionText(before),
    after: conditionText(after),
    through: [],
    affects: reached.map(affectedBy),
    at: toPlace('after', place ?? after.at),
  };
}

function usesShared({ before, after }: UsePair, shared: Parameters<typeof sharedName>[0]): boolean {
  const key = sharedName(shared);
  return [before, after].some((tree) => tree && [...namedIn(tree)].some((node) => sharedName(node) === key));
}

export interface Reached {
  readonly use: UsePair;
  readonly verdict: ConditionVerdict;
}

export function affectedBy({ use: { of, name, field }, verdict }: Reached): Affected {
  return { of, name, field, verdict };
}

/** The weightiest of the places that a change reaches says what it bears on. */
export function bearingOf(reached: readonly Reached[]): { readonly topic: Topic; readonly reach: Reach } {
  const found = reached.map(({ use, verdict }) => topicOf(use.topic, verdict));
  const topic = topics.find((candidate) => found.includes(candidate)) ?? 'wording';
  return { topic, reach: reachTogether(reached.map(({ use, verdict }) => reachOf(use, verdict))) };
}

/** Comparisons that are only in one of two conditions, and the place of the first new one. */
function partsChanged(before: ConditionTree | undefined, after: ConditionTree | undefined) {
  const old = before ? partsOf(before) : [];
  const now = after ? partsOf(after) : [];
  const gained = without(now, old);
  return {
    dropped: without(old, now).map(({ text }) => text),
    gained: gained.map(({ text }) => text),
    place: gained[0]?.at,
  };
}

/** As often as they stand in the one, so often less in the other. */
function without(parts: readonly Part[], others: readonly Part[]): readonly Part[] {
  const left = others.map(({ text }) => text);
  return parts.filter(({ text }) => {
    const found = left.indexOf(text);
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
}
