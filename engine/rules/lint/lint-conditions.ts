import type { Condition } from '../../model/condition.ts';
import type { EngagementPolicy, HierarchyLevel, Rulebook } from '../../model/rulebook.ts';
import { tiers } from '../compile-engagement.ts';
import { levelsAbove } from '../compile-hierarchy.ts';
import { withTexts } from '../meaning/fact-domain.ts';
import { holds } from '../meaning/test-values.ts';
import { ConditionLint } from './condition-lint.ts';
import { type Part, partOf } from './condition-part.ts';
import type { LintedBook } from './linted-book.ts';

/** Looks through every condition of the book. */
export function lintConditions({ rulebook, domains, warn, isFull }: LintedBook): void {
  const lint = new ConditionLint(domains, warn);
  for (const level of rulebook.hierarchy.values()) lintTiers(level, above(level.name, rulebook), lint);
  for (const action of rulebook.actions.values()) {
    if (isFull()) return;
    const levels = levelsAbove(action.group, rulebook.hierarchy);
    lintTiers(action.own, levels, lint);
    for (const { policy } of action.treatments) if (policy) lintTiers(policy, [...levels, action.own], lint);
  }
  for (const { when } of rulebook.policies) if (when) lint.look(when.tree, {});
  for (const { when } of rulebook.arbitration.contextWeights) lint.look(when.tree, {});
  for (const { when, events } of rulebook.triggers.values()) onEvents(when, events);
  for (const { where, events } of rulebook.features.values()) onEvents(where, events);
  for (const { where, events } of rulesOf(rulebook.outcomesByEvent)) onEvents(where, events);
  for (const { where, events } of rulesOf(rulebook.consentByEvent)) onEvents(where, events);
  for (const { when } of rulebook.segments.values()) lint.lookOnce(when.tree);

  function onEvents(condition: Condition | undefined, events: readonly string[]): void {
    if (condition) lint.look(condition.tree, { domains: withTexts(domains, 'event.name', events) });
  }
}

/** The issue of a group. */
function above(level: string, { hierarchy }: Rulebook): readonly HierarchyLevel[] {
  return level.includes('/') ? levelsAbove(level, hierarchy).filter(({ name }) => name !== level) : [];
}

/**
 * A tier is asked where those before it hold, and those of the levels above; what they say already need not be said
 * again, and cannot be undone.
 */
function lintTiers(policy: EngagementPolicy, levels: readonly EngagementPolicy[], lint: ConditionLint): void {
  const given: Part[] = [];
  const take = (condition: Condition) => given.push(...partsOf(condition).slice(0, partsMax));
  for (const tier of tiers) {
    for (const level of levels) if (level[tier]) take(level[tier]);
    const own = policy[tier];
    if (own && lint.look(own.tree, { given }) === 'open') take(own);
  }
}

/** Parts of one tier that the next ones are compared with. */
const partsMax = 32;

/** One by one, so that a message can name the one that matters. */
function partsOf({ tree }: Condition): readonly Part[] {
  const parts = tree.kind === 'all' ? tree.children : [tree];
  return parts.map((part) => partOf({ tree: part, verdicts: holds }));
}

/** Each rule once, although it is listed under each of its events. */
function rulesOf<T>(byEvent: ReadonlyMap<string, readonly T[]>): ReadonlySet<T> {
  return new Set([...byEvent.values()].flat());
}
