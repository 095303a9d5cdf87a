import type { Condition } from '../../model/condition.ts';
import type { Action } from '../../model/rulebook.ts';
import { withTexts } from '../meaning/fact-domain.ts';
import { holds } from '../meaning/test-values.ts';
import { ConditionLint } from './condition-lint.ts';
import { type Part, partOf } from './condition-part.ts';
import type { LintedBook } from './linted-book.ts';

/** Looks through every condition of the book. */
export function lintConditions({ rulebook, domains, warn, isFull }: LintedBook): void {
  const lint = new ConditionLint(domains, warn);
  for (const action of rulebook.actions.values()) {
    if (isFull()) return;
    lintTiers(action, lint);
  }
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

/** A tier is asked where those before it hold; what they say already need not be said again, and cannot be undone. */
function lintTiers({ eligibility, applicability, suitability }: Action, lint: ConditionLint): void {
  const given: Part[] = [];
  for (const tier of [eligibility, applicability, suitability]) {
    if (tier && lint.look(tier.tree, { given }) === 'open') given.push(...partsOf(tier).slice(0, partsMax));
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
