import type { BudgetLedger, Clock } from '../../engine/ports.ts';

interface Budget {
  readonly grants: Map<string, number>;
  reserved: number;
  expiresAt: number;
}

/** The budgets of one tenant in the memory of this process. */
export class MemoryBudgetLedger implements BudgetLedger {
  readonly #clock: Clock;
  readonly #budgets = new Map<string, Budget>();

  constructor(world: { readonly clock: Clock }) {
    this.#clock = world.clock;
  }

  async reserve(request: {
    readonly budget: string;
    readonly lease: string;
    readonly amount: number;
    readonly total: number;
    readonly expiresAt: number;
  }): Promise<number> {
    const budget = this.#budget(request.budget);
    budget.expiresAt = Math.max(budget.expiresAt, request.expiresAt);
    const earlier = budget.grants.get(request.lease);
    if (earlier !== undefined) return earlier;
    const grant = Math.max(0, Math.min(request.amount, request.total - budget.reserved));
    budget.reserved += grant;
    budget.grants.set(request.lease, grant);
    return grant;
  }

  #budget(name: string): Budget {
    const now = this.#clock.now();
    for (const [key, budget] of this.#budgets) if (budget.expiresAt <= now) this.#budgets.delete(key);
    let budget = this.#budgets.get(name);
    if (budget === undefined) {
      budget = { grants: new Map(), reserved: 0, expiresAt: 0 };
      this.#budgets.set(name, budget);
    }
    return budget;
  }
}
