import type { Condition } from '../../model/condition.ts';
import type { PlacementDecision, Reason } from '../../model/decision.ts';
import type { Action, Rulebook } from '../../model/rulebook.ts';
import type { ReasonCode } from '../../reasons.ts';
import { levelsAbove } from '../compile-hierarchy.ts';
import { engagementTiers } from '../condition-uses.ts';
import type { RulebookTestResult } from '../run-rulebook-tests.ts';

/** Reasons of actions that were ranked: their context weights were asked. */
const ranked: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['chosen', 'outranked', 'not-worth-its-cost']);

/** The conditions that a test got as far as. The reasons of its decision tell how far each action came. */
export function* reachedUses(book: Rulebook, { test, decision }: RulebookTestResult): Generator<Condition> {
  for (const placement of decision.placements) {
    for (const reason of placement.reasons) {
      const action = book.actions.get(reason.action);
      if (action) yield* reachedTiers(book, action, reason);
    }
    yield* reachedWeights(book, placement);
  }
  for (const { when } of book.triggersByEvent.get(test.event?.name ?? '') ?? []) if (when) yield when;
}

/** Tier by tier, and in each from the issue down to the action; those of treatments once the action is let in. */
function* reachedTiers(
  { hierarchy }: Rulebook,
  { group, own, treatments }: Action,
  { code, treatment }: Reason,
): Generator<Condition> {
  const isOut = treatment === undefined;
  if ((isOut && code === 'not-valid-now') || code === 'no-treatment') return;
  const levels = [...levelsAbove(group, hierarchy), own];
  for (const tier of engagementTiers) {
    for (const level of levels) if (level[tier]) yield level[tier];
    if (isOut && code === tier) return;
  }
  for (const { policy } of treatments) {
    for (const tier of engagementTiers) if (policy?.[tier]) yield policy[tier];
  }
}

function* reachedWeights(book: Rulebook, { placement, reasons }: PlacementDecision): Generator<Condition> {
  if (book.placements.get(placement)?.without.has('C')) return;
  const actions = reasons.flatMap(({ action, code }) =>
    ranked.has(code) ? (book.actions.get(action) ?? []) : [],
  );
  for (const weight of book.arbitration.contextWeights) {
    if (actions.some(({ treatments }) => treatments.some(({ weights }) => weights.includes(weight))))
      yield weight.when;
  }
}
