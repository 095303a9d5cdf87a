import {
  emptyLedgerEntry,
  entryAfterReturn,
  grantOf,
  type LedgerEntry,
  type Partition,
} from '../../engine/index.ts';
import type {
  BudgetLedger,
  BudgetReturn,
  Clock,
  Grant,
  GrantRequest,
  LedgerStanding,
} from '../../engine/ports.ts';

interface Budget {
  readonly entries: Map<Partition, LedgerEntry>;
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

  async reserve(request: GrantRequest): Promise<Grant> {
    const budget = this.#kept(request);
    const entry = budget.entries.get(request.partition) ?? emptyLedgerEntry;
    const grant = grantOf(request, entry, budget.reserved);
    if (grant.held !== entry.held) budget.entries.set(request.partition, { ...entry, held: grant.held });
    budget.reserved = grant.reserved;
    return grant;
  }

  async giveBack(request: BudgetReturn): Promise<void> {
    const budget = this.#kept(request);
    const after = entryAfterReturn(request, budget.entries.get(request.partition) ?? emptyLedgerEntry);
    if (after === undefined) return;
    budget.entries.set(request.partition, after.entry);
    budget.reserved -= after.returned;
  }

  async standing(name: string): Promise<LedgerStanding> {
    this.#forgetExpired();
    const { entries, reserved } = this.#budgets.get(name) ?? { entries: new Map(), reserved: 0 };
    const held = new Map<Partition, number>();
    for (const [partition, entry] of entries) if (entry.held > 0) held.set(partition, entry.held);
    return { reserved, held };
  }

  #kept({ budget: name, expiresAt }: { readonly budget: string; readonly expiresAt: number }): Budget {
    this.#forgetExpired();
    let budget = this.#budgets.get(name);
    if (budget === undefined) {
      budget = { entries: new Map(), reserved: 0, expiresAt };
      this.#budgets.set(name, budget);
    }
    budget.expiresAt = Math.max(budget.expiresAt, expiresAt);
    return budget;
  }

  #forgetExpired(): void {
    const now = this.#clock.now();
    for (const [key, budget] of this.#budgets) if (budget.expiresAt <= now) this.#budgets.delete(key);
  }
}
