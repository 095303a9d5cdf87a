import { allowanceAt } from '../budgets/budget-pace.ts';
import { accountName, windowOf } from '../budgets/budget-window.ts';
import type { BudgetSpend, BudgetView } from '../decide/decide-input.ts';
import type { Budget, Rulebook } from '../model/rulebook.ts';

/** What a budget came to in one of its periods. */
export interface BudgetUse {
  readonly budget: string;
  /** Epoch ms; absent for one that has no periods. */
  readonly from?: number;
  readonly spent: number;
  readonly total: number;
}

/**
 * The budgets of the new book as the forecast spends them: one purse for all partitions, each period from nothing. What had
 * been spent of a budget before the forecast begins is not known to it.
 */
export class ForecastBudgets {
  readonly #rulebook: Rulebook;
  readonly #share: number;
  readonly #spent = new Map<string, { budget: Budget; from: number; spent: number }>();

  /** `share`: of all customers, those that are forecast; they have that share of every budget. */
  constructor(rulebook: Rulebook, share: number) {
    this.#rulebook = rulebook;
    this.#share = share;
  }

  viewAt(now: number): BudgetView {
    return {
      left: (name) => {
        const budget = this.#rulebook.budgets.get(name);
        const window = budget && windowOf(budget, now, this.#rulebook.timeZones);
        if (!budget || !window) return 0;
        const spent = this.#spent.get(accountName(budget, window))?.spent ?? 0;
        return Math.max(0, allowanceAt(budget, window, now) * this.#share - spent);
      },
    };
  }

  spend(spends: readonly BudgetSpend[], now: number): void {
    for (const { budget: name, amount } of spends) {
      const budget = this.#rulebook.budgets.get(name);
      const window = budget && windowOf(budget, now, this.#rulebook.timeZones);
      if (!budget || !window) continue;
      const account = accountName(budget, window);
      const entry = this.#spent.get(account) ?? { budget, from: window.from, spent: 0 };
      entry.spent += amount;
      this.#spent.set(account, entry);
    }
  }

  /** In the order of the book, then of time. */
  uses(): readonly BudgetUse[] {
    const names = [...this.#rulebook.budgets.keys()];
    return [...this.#spent.values()]
      .map(({ budget, from, spent }) => ({
        budget: budget.name,
        ...(Number.isFinite(from) && { from }),
        spent,
        total: budget.total * this.#share,
      }))
      .sort((one, other) => {
        return names.indexOf(one.budget) - names.indexOf(other.budget) || (one.from ?? 0) - (other.from ?? 0);
      });
  }
}
