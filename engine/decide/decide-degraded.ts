import { assert } from '../assert.ts';
import type { Decision, PlacementDecision, Reason } from '../model/decision.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { decide } from './decide.ts';
import type { BudgetView, DecideInput } from './decide-input.ts';

export type DegradedInput = Omit<DecideInput, 'state' | 'budgets' | 'explain' | 'arms' | 'overrides'>;

/**
 * Decides without the customer, by the rulebook's degraded mode: as for somebody unknown, among the actions that nothing
 * counts or limits. All others leave with the reason `degraded`; what is shown names it as well.
 */
export function decideDegraded(input: DegradedInput): Decision {
  const { rulebook } = input;
  assert(rulebook.degraded, 'the caller asks for a degraded decision where the rulebook declares how');
  const { book } = rulebook.degraded;
  const { decision } = decide({
    ...input,
    rulebook: book,
    state: undefined,
    explain: false,
    budgets: nothingToSpend,
  });
  return {
    ...decision,
    degraded: true,
    placements: decision.placements.map((part) => withOthers(part, rulebook)),
  };
}

const nothingToSpend: BudgetView = { left: () => 0 };

function withOthers(part: PlacementDecision, { placements }: Rulebook): PlacementDecision {
  const own = part.reasons.map((reason) =>
    reason.code === 'chosen' ? { ...reason, by: 'degraded' } : reason,
  );
  const told = new Set(own.map(({ action }) => action));
  const others: readonly Reason[] = (placements.get(part.placement)?.candidates ?? []).flatMap(
    ({ action }) => (told.has(action.name) ? [] : [{ action: action.name, code: 'degraded' as const }]),
  );
  return { ...part, reasons: [...own, ...others] };
}
