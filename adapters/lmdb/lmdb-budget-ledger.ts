import type { Tenant } from '../../engine/index.ts';
import type { BudgetLedger, Clock } from '../../engine/ports.ts';
import { tenantPrefix, textKey } from './keys.ts';
import type { LmdbDatabase } from './lmdb-database.ts';

/** The budgets of one tenant in the database of the data directory. */
export class LmdbBudgetLedger implements BudgetLedger {
  readonly #database: LmdbDatabase;
  readonly #clock: Clock;
  readonly #prefix: Buffer;

  constructor(database: LmdbDatabase, world: { readonly tenant: Tenant; readonly clock: Clock }) {
    this.#database = database;
    this.#clock = world.clock;
    this.#prefix = tenantPrefix(world.tenant);
  }

  async reserve(request: {
    readonly budget: string;
    readonly lease: string;
    readonly amount: number;
    readonly total: number;
    readonly expiresAt: number;
  }): Promise<number> {
    const budgets = this.#database.expiring('budgets');
    const leases = this.#database.expiring('budget-leases');
    const budgetKey = textKey(this.#prefix, request.budget);
    // The budget's length keeps the border: lease `c` of `a/b` is not lease `b/c` of `a`.
    const leaseKey = textKey(this.#prefix, `${request.budget.length}:${request.budget}${request.lease}`);
    return this.#database.write('NB_STORE_UNAVAILABLE', (round) => {
      const now = this.#clock.now();
      const earlier = leases.get(leaseKey, now, round);
      if (earlier !== undefined) return Number(earlier);
      const reserved = Number(budgets.get(budgetKey, now, round) ?? 0);
      const grant = Math.max(0, Math.min(request.amount, request.total - reserved));
      budgets.put(round, budgetKey, String(reserved + grant), request.expiresAt);
      leases.put(round, leaseKey, String(grant), request.expiresAt);
      budgets.purge(round, now, 1);
      leases.purge(round, now, 1);
      return grant;
    });
  }
}
