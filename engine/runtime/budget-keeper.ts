import { isLasting } from '../budgets/budget-window.ts';
import { day } from '../limits.ts';
import type { Partition } from '../model/ids.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { LedgerStanding } from '../ports.ts';
import { type Account, accountKey } from './budget-accounts.ts';
import type { OpenBudget } from './budget-desk.ts';
import type { Ports, RuntimeContext } from './runtime-context.ts';

/** What a partition has of a budget: contacts, or millionths of the currency. */
export interface BudgetLevel {
  readonly unit: 'contacts' | 'cost';
  /** In this period so far. */
  readonly spent: number;
  /** Set aside for the partition, what it spent included. */
  readonly granted: number;
}

type KeeperContext = Pick<RuntimeContext, 'desk' | 'observer'> & {
  readonly ports: Pick<Ports, 'clock' | 'budgets'>;
};

/**
 * Looks after the accounts of the partitions that this node works on: completes what a node that died left half done,
 * gives back what lay idle since the last look, and keeps the partition from forgetting before the ledger does what it
 * spent of an account without an end: that would be granted to it again. A partition whose worker stops needs no more than that: what it holds
 * lies in the store, and whoever works on it next looks after it.
 */
export class BudgetKeeper {
  readonly #context: KeeperContext;
  /** How accounts looked when they were last left alone. A look that is cut short leaves the others as they were. */
  readonly #seen = new Map<string, string>();
  /** Accounts of which the ledger holds nothing, and in which nothing is left half done: read again when it holds some. */
  readonly #atRest = new Set<string>();
  /** When accounts without an end are prolonged again, epoch ms. */
  readonly #prolongAt = new Map<string, number>();

  constructor(context: KeeperContext) {
    this.#context = context;
  }

  async look(partitions: readonly Partition[], rulebook: Rulebook): Promise<void> {
    const { desk, ports, observer } = this.#context;
    const open = desk.openBudgets(rulebook, ports.clock.now());
    const standings = await Promise.all(open.map(({ name }) => ports.budgets.standing(name)));
    const looked = new Set<string>();
    for (const partition of partitions) {
      const here = open.flatMap((budget, index) => {
        const held = standings[index]?.held.get(partition) ?? 0;
        return held > 0 || !this.#atRest.has(accountKey(partition, budget.name)) ? [{ budget, held }] : [];
      });
      const levels = await this.#lookAt(partition, here, looked);
      observer.budgeted?.(partition, levels);
    }
    for (const kept of [this.#seen, this.#prolongAt]) {
      for (const key of kept.keys()) if (!looked.has(key)) kept.delete(key);
    }
    const here = new Set(
      partitions.flatMap((partition) => open.map(({ name }) => accountKey(partition, name))),
    );
    for (const key of this.#atRest) if (!here.has(key)) this.#atRest.delete(key);
    observer.budgetsLeft?.(leftOf(open, standings));
  }

  async #lookAt(
    partition: Partition,
    here: readonly { readonly budget: OpenBudget; readonly held: number }[],
    looked: Set<string>,
  ): Promise<ReadonlyMap<string, BudgetLevel>> {
    const levels = new Map<string, BudgetLevel>();
    if (here.length === 0) return levels;
    const names = here.map(({ budget }) => budget.name);
    const accounts = await this.#context.desk.accounts.readAnew(partition, names);
    for (const [index, { budget, held }] of here.entries()) {
      const account = accounts[index] as Account;
      const { spent, granted, returning } = account;
      if (held === 0 && returning === 0) {
        this.#atRest.add(account.key);
        continue;
      }
      this.#atRest.delete(account.key);
      levels.set(budget.budget.name, { unit: budget.budget.unit, spent, granted });
      looked.add(account.key);
      await this.#prolong(partition, budget, account);
      const before = this.#seen.get(account.key);
      this.#seen.delete(account.key);
      const sight = await this.#tend(partition, budget, { account, held, before });
      if (sight !== undefined) this.#seen.set(account.key, sight);
    }
    return levels;
  }

  /** By a day more than the ledger lasts, which every question prolongs. */
  async #prolong(partition: Partition, budget: OpenBudget, { key }: Account): Promise<void> {
    const { desk, ports } = this.#context;
    const now = ports.clock.now();
    if (!isLasting(budget.budget) || now < (this.#prolongAt.get(key) ?? 0)) return;
    const place = desk.placeOf(partition, budget);
    await desk.escrow.keep({ ...place, expiresAt: place.expiresAt + day });
    this.#prolongAt.set(key, now + day / 2);
  }

  /** How an account that was left alone looks; undefined for one that something was done to. */
  async #tend(
    partition: Partition,
    budget: OpenBudget,
    {
      account,
      held,
      before,
    }: { readonly account: Account; readonly held: number; readonly before: string | undefined },
  ): Promise<string | undefined> {
    const { desk } = this.#context;
    const place = desk.placeOf(partition, budget);
    const { granted, spent, moves, returning } = account;
    if (returning > 0 || held > granted) {
      await desk.escrow.resume(place, account, held);
      return undefined;
    }
    const sight = `${spent}/${moves}`;
    const idle = granted - spent;
    const isIdle = idle > 0 && before === sight && !desk.accounts.isHeld(partition, budget.name);
    if (!isIdle) return sight;
    await desk.escrow.giveBack(place, account, idle);
    return undefined;
  }
}

/** What the ledgers have left of the totals. */
function leftOf(
  open: readonly OpenBudget[],
  standings: readonly LedgerStanding[],
): ReadonlyMap<string, Pick<BudgetLevel, 'unit'> & { readonly left: number }> {
  return new Map(
    open.map(({ budget }, index) => [
      budget.name,
      { unit: budget.unit, left: Math.max(0, budget.total - (standings[index]?.reserved ?? 0)) },
    ]),
  );
}
