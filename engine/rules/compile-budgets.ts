import type { Budget } from '../model/rulebook.ts';
import type { Drafts } from './drafts.ts';
import { object, required, type Values } from './object-shape.ts';
import { number, oneOf } from './scalar-shapes.ts';

/** Money is counted in millionths, as whole numbers, so that counters add up exactly. */
const millionths = 1_000_000;

const fields = {
  unit: required(oneOf(['contacts', 'cost']), 'What is counted: contacts, or their cost.'),
  total: required(
    number({ min: 0, max: Math.floor(Number.MAX_SAFE_INTEGER / millionths) }),
    'Limit per period; for `cost` in the currency of the book.',
  ),
  period: required(oneOf(['hour', 'day', 'week', 'total']), 'After which it starts anew (UTC).'),
};

export const budgetShape = object('a budget', fields);
export type BudgetFields = Values<typeof fields>;

export function compileBudgets(drafts: Drafts): ReadonlyMap<string, Budget> {
  const budgets = drafts.budgets.drafts.map(({ name, value, at }): [string, Budget] => {
    const { unit, total, period } = value;
    if (unit === 'contacts' && !Number.isSafeInteger(total)) {
      at.at('total').error(
        'NBR_WRONG_VALUE',
        `${at.at('total').label}: expected a whole number of contacts, found the number ${total}.`,
      );
    }
    return [name, { name, unit, total: unit === 'cost' ? Math.round(total * millionths) : total, period }];
  });
  return new Map(budgets);
}
