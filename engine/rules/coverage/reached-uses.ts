import { isInGroups } from '../../customer/outcomes.ts';
import type { Condition } from '../../model/condition.ts';
import type { PlacementDecision, Reason } from '../../model/decision.ts';
import type { Action, ContextWeight, Rulebook } from '../../model/rulebook.ts';
import type { ReasonCode } from '../../reasons.ts';
import { engagementTiers } from '../condition-uses.ts';
import type { RulebookTestResult } from '../run-rulebook-tests.ts';

/** Reasons of actions that were ranked: their context weights were asked. */
const ranked: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['chosen', 'outranked', 'not-worth-its-cost']);

/** The conditions that a test got as far as. The reasons of its decision tell how far each action came. */
export function* reachedUses(book: Rulebook, { test, decision }: RulebookTestResult): Generator<Condition> {
  for (const placement of decision.placements) {
    for (const reason of placement.reasons) yield* reachedTiers(book.actions.get(reason.action), reason);
    yield* reachedWeights(book, placement);
  }
  for (const { when } of book.triggersByEvent.get(test.event?.name ?? '') ?? []) if (when) yield when;
}

function* reachedTiers(action: Action | undefined, { code }: Reason): Generator<Condition> {
  if (action === undefined || code === 'not-valid-now' || code === 'no-treatment') return;
  for (const tier of engagementTiers) {
    const condition = action[tier];
    if (condition) yield condition;
    if (code === tier) return;
  }
}

function* reachedWeights(book: Rulebook, { placement, reasons }: PlacementDecision): Generator<Condition> {
  if (book.placements.get(placement)?.without.has('C')) return;
  const actions = reasons.flatMap(({ action, code }) =>
    ranked.has(code) ? (book.actions.get(action) ?? []) : [],
  );
  for (const weight of book.arbitration.contextWeights) {
    if (actions.some((action) => speaksOf(weight, action))) yield weight.when;
  }
}

function speaksOf({ groups, actions }: ContextWeight, action: Action): boolean {
  return isInGroups(groups, action.group) && (actions.length === 0 || actions.includes(action.name));
}
