import { costInMillionths } from '../budgets/charges.ts';
import type { Action, Budget, BudgetCharge, Rulebook, Treatment } from '../model/rulebook.ts';

/** What a contact with each treatment takes from budgets: those its action names, and those that match it. */
export function compileCharges(
  actions: ReadonlyMap<string, Action>,
  budgets: ReadonlyMap<string, Budget>,
): Rulebook['charges'] {
  const charges: (readonly BudgetCharge[])[] = [];
  if (budgets.size === 0) return charges;
  for (const action of actions.values()) {
    for (const treatment of action.treatments) {
      charges[treatment.index] = [...budgets.values()].flatMap((budget) =>
        paysFor(budget, action, treatment) ? chargeOf(budget, treatment) : [],
      );
    }
  }
  return charges;
}

export function paysFor(budget: Budget, action: Action, treatment: Treatment): boolean {
  return action.budgets.includes(budget.name) || isMatched(budget, action, treatment);
}

function isMatched(
  { match }: Budget,
  { name, group }: Action,
  { channel }: Pick<Treatment, 'channel'>,
): boolean {
  if (match === undefined) return false;
  const has = (list: readonly string[], value: string) => list.length === 0 || list.includes(value);
  return has(match.channels, channel) && has(match.groups, group) && has(match.actions, name);
}

/**
 * A contact that costs nothing takes nothing from a budget that counts cost. One whose cost is read from facts can be paid
 * by none: that is reported (`check-payable.ts`), and there is no book.
 */
function chargeOf(budget: Budget, { cost }: Treatment): readonly BudgetCharge[] {
  if (budget.unit === 'contacts') return [{ budget, amount: 1 }];
  if (typeof cost !== 'number') return [{ budget, amount: 0 }];
  return cost === 0 ? [] : [{ budget, amount: costInMillionths(cost) }];
}
