import type { BudgetSpend, BudgetView } from '../decide/decide-input.ts';
import { millionths } from '../features/totals.ts';
import { day, limits } from '../limits.ts';
import type { Partition } from '../model/ids.ts';
import type { Budget, BudgetPeriod, Rulebook } from '../model/rulebook.ts';
import type { BudgetLedger, Clock, CounterWrite, StateStore } from '../ports.ts';

/**
 * Budgets across customers, in escrow: each partition spends from what it reserved of the one ledger, in the commit of
 * the decision itself.
 *
 * B1. spent <= granted in every partition (the commit checks it), and the sum of grants <= total (the ledger checks
 *     it): a budget is never exceeded.
 * B2. A lease is named by its partition and number, so a node that died between reserving and crediting is completed
 *     by the next one instead of losing the amount.
 * B3. A view that said "not enough" is noted as starved; the caller tops up and decides again, so a budget is only
 *     refused when the ledger is empty and nothing that was set aside can come back.
 * B4. What a commit under way is about to spend is set aside: decisions of one node never compete for one unit.
 */
export interface DeskView extends BudgetView {
  /** Budgets that were asked for more than the partition holds, and how much was missing. */
  readonly starved: ReadonlyMap<string, number>;
}

/** An amount set aside for one commit. */
export interface Hold {
  /** The commit's outcome is known: spent, or free again. */
  readonly settle: (outcome: 'committed' | 'refused') => void;
}

interface Account {
  readonly key: string;
  granted: number;
  spent: number;
  leases: number;
}

interface DeskPorts {
  readonly partitions: number;
  readonly store: StateStore;
  readonly ledger: BudgetLedger;
  readonly clock: Clock;
}

const periodMs: Readonly<Record<BudgetPeriod, number>> = {
  hour: day / 24,
  day,
  week: 7 * day,
  total: Number.POSITIVE_INFINITY,
};

export class BudgetDesk {
  readonly #ports: DeskPorts;
  readonly #accounts = new Map<string, Account>();
  /** Set aside for commits under way, by account; apart from the accounts, which are read anew at any time. */
  readonly #held = new Map<string, number>();
  /** Whoever waits for something set aside to be spent or freed, by account. */
  readonly #waiting = new Map<string, (() => void)[]>();
  /** Ledgers found empty, with the time until which they are not asked again. */
  readonly #emptyUntil = new Map<string, number>();

  constructor(ports: DeskPorts) {
    this.#ports = ports;
  }

  /** What the partition may spend at `now`, by the node's last knowledge. */
  async view(partition: Partition, rulebook: Rulebook, now: number): Promise<DeskView> {
    const budgets = [...rulebook.budgets.values()];
    const known = await this.#accountsOf(
      partition,
      budgets.map((budget) => periodName(budget, now)),
    );
    const accounts = new Map(budgets.map(({ name }, index) => [name, known[index]] as const));
    const starved = new Map<string, number>();
    return {
      starved,
      left: (name, wanted) => {
        const account = accounts.get(name);
        if (!account) return 0;
        const { granted, spent } = this.#accounts.get(account.key) ?? account;
        const left = granted - spent - (this.#held.get(account.key) ?? 0);
        if (left < wanted) starved.set(name, Math.max(starved.get(name) ?? 0, wanted - left));
        return left;
      },
    };
  }

  /** Gets more for the starved budgets; true when it is worth deciding again. */
  async topUp(
    partition: Partition,
    rulebook: Rulebook,
    now: number,
    starved: DeskView['starved'],
  ): Promise<boolean> {
    let again = false;
    for (const [name, missing] of starved) {
      const budget = rulebook.budgets.get(name);
      if (!budget) continue;
      if (await this.#reserve(partition, budget, { rulebook, now, missing })) again = true;
      else if (this.#held.has(keyOf(partition, periodName(budget, now)))) {
        // The last of it is promised to commits under way, which may fail and give it back.
        await this.#settled(keyOf(partition, periodName(budget, now)));
        again = true;
      }
    }
    return again;
  }

  /** The counters of a commit that spends. */
  writes(rulebook: Rulebook, now: number, spends: readonly BudgetSpend[]): readonly CounterWrite[] {
    const totals = new Map<string, number>();
    for (const { budget, amount } of spends) totals.set(budget, (totals.get(budget) ?? 0) + amount);
    return [...totals].flatMap(([name, add]) => {
      const budget = rulebook.budgets.get(name);
      if (!budget) return [];
      const period = periodName(budget, now);
      return [{ name: `${period}:spent`, add, limitedBy: `${period}:granted` }];
    });
  }

  /** Sets aside what a commit is about to spend. To be called in the same step in which it was decided. */
  hold(partition: Partition, writes: readonly CounterWrite[]): Hold {
    const held = writes.map(({ name, add }) => {
      const key = keyOf(partition, name.slice(0, name.lastIndexOf(':')));
      return { key, add, account: this.#accounts.get(key) };
    });
    for (const { key, add } of held) this.#held.set(key, (this.#held.get(key) ?? 0) + add);
    return {
      settle: (outcome) => {
        for (const { key, add, account } of held) {
          const rest = (this.#held.get(key) ?? 0) - add;
          if (rest > 0) this.#held.set(key, rest);
          else this.#held.delete(key);
          // An account that was read anew meanwhile may know of this commit already. If it does not, it promises too
          // much, which the next commit finds out.
          if (outcome === 'committed' && account && this.#accounts.get(key) === account) account.spent += add;
          this.#wake(key);
        }
      },
    };
  }

  /** Another node spent from the same partition: what was known is void. */
  forget(partition: Partition): void {
    for (const key of this.#accounts.keys()) {
      if (key.startsWith(`${partition}/`)) this.#accounts.delete(key);
    }
  }

  /** Every commit comes to an end, and none waits for another while it holds something. */
  #settled(key: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), resolve]);
    });
  }

  #wake(key: string): void {
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const wake of waiting) wake();
  }

  async #account(partition: Partition, period: string): Promise<Account> {
    const [account] = await this.#accountsOf(partition, [period]);
    return account as Account;
  }

  /** In the order of the periods; those that are not known are read together. */
  async #accountsOf(partition: Partition, periods: readonly string[]): Promise<readonly Account[]> {
    const known = periods.map((period) => this.#accounts.get(keyOf(partition, period)));
    const missing = periods.filter((_period, index) => known[index] === undefined);
    if (missing.length === 0) return known as readonly Account[];
    const names = missing.flatMap((period) => [`${period}:granted`, `${period}:spent`, `${period}:leases`]);
    const values = await this.#ports.store.counters(partition, names);
    if (this.#accounts.size > limits.documentCacheMax) this.#accounts.clear();
    if (this.#emptyUntil.size > limits.documentCacheMax) this.#emptyUntil.clear();
    const read = new Map<string, Account>();
    for (const [index, period] of missing.entries()) {
      const [granted = 0, spent = 0, leases = 0] = values.slice(index * 3, index * 3 + 3);
      const account: Account = { key: keyOf(partition, period), granted, spent, leases };
      this.#accounts.set(account.key, account);
      read.set(period, account);
    }
    return periods.map((period, index) => known[index] ?? (read.get(period) as Account));
  }

  async #reserve(
    partition: Partition,
    budget: Budget,
    need: { readonly rulebook: Rulebook; readonly now: number; readonly missing: number },
  ): Promise<boolean> {
    const { rulebook, now, missing } = need;
    const period = periodName(budget, now);
    const wall = this.#ports.clock.now();
    if ((this.#emptyUntil.get(period) ?? 0) > wall) return false;
    const account = await this.#account(partition, period);
    const lease = `${partition}:${account.leases}`;
    const expiresAt = expiryOf(budget, Math.max(now, wall));
    const granted = await this.#ports.ledger.reserve({
      budget: period,
      lease,
      amount: Math.max(missing, grantOf(budget, rulebook, this.#ports.partitions)),
      total: budget.total,
      expiresAt,
    });
    if (granted === 0) {
      this.#emptyUntil.set(period, wall + emptyMs);
      return false;
    }
    const isCredited = await this.#credit(partition, period, { lease, granted, expiresAt });
    if (!isCredited) await this.#passBy(partition, period, { number: account.leases, lease, expiresAt });
    return true;
  }

  /** Idempotent by the lease: two nodes that complete the same one credit it once. False for the second. */
  async #credit(
    partition: Partition,
    period: string,
    grant: { readonly lease: string; readonly granted: number; readonly expiresAt: number },
  ): Promise<boolean> {
    const { lease, granted, expiresAt } = grant;
    const { kind } = await this.#ports.store.commit({
      partition,
      onceBy: `lease:${period}:${lease}`,
      documents: [],
      timers: [],
      outbox: [],
      records: [
        {
          id: `lease:${period}:${lease}`,
          value: String(granted),
          expiresAt,
        },
      ],
      counters: [
        { name: `${period}:granted`, add: granted },
        { name: `${period}:leases`, add: 1 },
      ],
    });
    this.#accounts.delete(keyOf(partition, period));
    return kind === 'committed';
  }

  /**
   * A count that still names a lease which was credited before was turned back by a fail-over after a node had read
   * it, and would name that lease for ever.
   */
  async #passBy(
    partition: Partition,
    period: string,
    passed: { readonly number: number; readonly lease: string; readonly expiresAt: number },
  ): Promise<void> {
    const { number, lease, expiresAt } = passed;
    const { leases } = await this.#account(partition, period);
    if (leases !== number) return;
    const id = `passed:${period}:${lease}`;
    await this.#ports.store.commit({
      partition,
      onceBy: id,
      documents: [],
      timers: [],
      outbox: [],
      records: [{ id, value: '', expiresAt }],
      counters: [{ name: `${period}:leases`, add: 1 }],
    });
    this.#accounts.delete(keyOf(partition, period));
  }
}

const emptyMs = 5_000;
/** How long a budget without a period is remembered after it was last drawn on. */
const totalBudgetMs = 400 * day;

function keyOf(partition: Partition, period: string): string {
  return `${partition}/${period}`;
}

/** A budget's name with the period that `now` falls in (UTC). */
function periodName(budget: Budget, now: number): string {
  const index = Math.floor(now / periodMs[budget.period]);
  return `budget:${budget.name}@${budget.period}${budget.period === 'total' ? '' : index}`;
}

function expiryOf(budget: Budget, now: number): number {
  return now + (budget.period === 'total' ? totalBudgetMs : 2 * periodMs[budget.period] + 2 * day);
}

/** Small enough that little idles in the partitions, never less than one contact costs. */
function grantOf(budget: Budget, rulebook: Rulebook, partitions: number): number {
  const share = Math.ceil(budget.total / (16 * partitions));
  const bound = budget.unit === 'contacts' ? limits.budgetGrantMax : limits.budgetGrantMax * millionths;
  return Math.max(largestSpend(budget, rulebook), Math.min(share, bound));
}

function largestSpend(budget: Budget, rulebook: Rulebook): number {
  if (budget.unit === 'contacts') return 1;
  let largest = 1;
  for (const action of rulebook.actions.values()) {
    if (!action.budgets.includes(budget.name)) continue;
    for (const cost of Object.values(action.cost)) largest = Math.max(largest, Math.ceil(cost * millionths));
  }
  return largest;
}
