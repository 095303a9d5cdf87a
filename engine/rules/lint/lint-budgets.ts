import type { Action, Budget } from '../../model/rulebook.ts';
import type { Cursor } from '../cursor.ts';
import type { LintedBook } from './linted-book.ts';

/** Budgets that cannot pay for anything, or are never asked to. */
export function lintBudgets(book: LintedBook): void {
  const { rulebook, drafts, warn } = book;
  for (const { name, value, at } of drafts.budgets.drafts) {
    if (value.total !== 0) continue;
    warn({
      code: 'NBR_EMPTY_BUDGET',
      at: at.at('total'),
      message: `the budget \`${name}\`: found a total of 0, expected one above 0; nothing it pays for is ever shown.`,
      hint: 'To stop an action, end its `valid` or delete it.',
    });
  }
  for (const { name, value, at } of drafts.actions.drafts) {
    const action = rulebook.actions.get(name);
    if (!action) continue;
    for (const [index, budget] of value.fields.budgets.entries()) {
      const found = rulebook.budgets.get(budget);
      if (found?.unit === 'cost')
        lintCostBudget(book, { action, budget: found, at: at.at('budgets', index) });
    }
  }
}

/** Money is counted in millionths. */
const millionths = 1_000_000;

function lintCostBudget(
  { warn }: LintedBook,
  { action, budget, at }: { readonly action: Action; readonly budget: Budget; readonly at: Cursor },
): void {
  const channels = new Set(action.treatments.map(({ channel }) => channel));
  const costs = [...channels].map((channel) => ({ channel, cost: action.cost[channel] ?? 0 }));
  if (costs.length === 0 || budget.total === 0) return;
  if (costs.every(({ cost }) => cost === 0)) {
    warn({
      code: 'NBR_NO_EFFECT',
      at,
      message: `the action \`${action.name}\`: found the budget \`${budget.name}\`, which counts cost, expected a cost in a channel of its treatments; without one the budget never limits it.`,
      hint: 'Give the action a `cost`, or count contacts with `unit: contacts`.',
    });
  }
  for (const { channel, cost } of costs) {
    if (Math.ceil(cost * millionths) <= budget.total) continue;
    warn({
      code: 'NBR_EMPTY_BUDGET',
      at,
      message: `the action \`${action.name}\`: found the budget \`${budget.name}\` of ${budget.total / millionths}, expected at least the ${cost} that one contact in \`${channel}\` costs; it can never be paid.`,
      hint: 'Raise the budget, or lower the cost.',
    });
  }
}
