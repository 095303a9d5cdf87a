import { costInMillionths } from '../../budgets/charges.ts';
import { millionths } from '../../features/totals.ts';
import type { Action, Budget, Treatment } from '../../model/rulebook.ts';
import { paysFor } from '../compile-charges.ts';
import type { Cursor } from '../cursor.ts';
import type { LintedBook } from './linted-book.ts';

/** Budgets that cannot pay for anything, are never asked to, or are over. */
export function lintBudgets(book: LintedBook): void {
  const { rulebook, drafts } = book;
  for (const { name, value, at } of drafts.budgets.drafts) {
    const budget = rulebook.budgets.get(name);
    if (!budget) continue;
    if (value.total === 0) warnOfNothing(budget, at.at('total'), book);
    warnIfOver(budget, at.at('campaign', 'until'), book);
    if (budget.unit === 'cost' && budget.match) lintMatchedCosts(book, budget, at);
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

function warnOfNothing({ name }: Budget, at: Cursor, { warn }: LintedBook): void {
  warn({
    code: 'NBR_EMPTY_BUDGET',
    at,
    message: `the budget \`${name}\`: found a total of 0, expected one above 0; nothing it pays for is ever shown.`,
    hint: 'To stop an action, end its `valid` or delete it.',
  });
}

function warnIfOver({ name, campaign }: Budget, at: Cursor, { warn, now }: LintedBook): void {
  if (campaign === undefined || now === undefined || campaign.until > now) return;
  warn({
    code: 'NBR_EXPIRED',
    at,
    message: `the budget \`${name}\`: found a campaign that is over, expected one that lies ahead; nothing it pays for is shown again.`,
    hint: 'Delete the budget where it is named, or give it a new campaign.',
  });
}

/** A budget that matches contacts of which none costs anything. */
function lintMatchedCosts({ rulebook, warn }: LintedBook, budget: Budget, at: Cursor): void {
  const paid = [...rulebook.actions.values()].flatMap((action) =>
    action.treatments.filter((treatment) => paysFor(budget, action, treatment)),
  );
  if (paid.length === 0 || paid.some(({ cost }) => cost !== 0)) return;
  warn({
    code: 'NBR_NO_EFFECT',
    at: at.at('match'),
    message: `the budget \`${budget.name}\`: found a match of contacts that cost nothing, expected a cost in one of their channels; it counts cost, so it never limits them.`,
    hint: 'Give the actions a `cost`, or count contacts with `unit: contacts`.',
  });
}

function lintCostBudget(
  { warn }: LintedBook,
  { action, budget, at }: { readonly action: Action; readonly budget: Budget; readonly at: Cursor },
): void {
  const { treatments } = action;
  if (treatments.length === 0 || budget.total === 0) return;
  if (treatments.every(({ cost }) => cost === 0)) {
    warn({
      code: 'NBR_NO_EFFECT',
      at,
      message: `the action \`${action.name}\`: found the budget \`${budget.name}\`, which counts cost, expected a cost in a channel of its treatments; without one the budget never limits it.`,
      hint: 'Give the action a `cost`, or count contacts with `unit: contacts`.',
    });
  }
  for (const [channel, cost] of writtenCosts(treatments)) {
    if (costInMillionths(cost) <= budget.total) continue;
    warn({
      code: 'NBR_EMPTY_BUDGET',
      at,
      message: `the action \`${action.name}\`: found the budget \`${budget.name}\` of ${budget.total / millionths}, expected at least the ${cost} that one contact in \`${channel}\` costs; it can never be paid.`,
      hint: 'Raise the budget, or lower the cost.',
    });
  }
}

/** The highest cost that is written out, by channel; what is read from facts is not known before. */
function writtenCosts(treatments: readonly Treatment[]): ReadonlyMap<string, number> {
  const costs = new Map<string, number>();
  for (const { channel, cost } of treatments) {
    if (typeof cost === 'number') costs.set(channel, Math.max(cost, costs.get(channel) ?? 0));
  }
  return costs;
}
