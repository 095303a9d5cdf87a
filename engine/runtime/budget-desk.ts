import type { BudgetSpend, BudgetView } from '../decide/decide-input.ts';
import { millionths } from '../features/apply-feature.ts';
import { day, limits } from '../limits.ts';
import type { Partition, Tenant } from '../model/ids.ts';
import type { Budget, BudgetPeriod, Rulebook } from '../model/rulebook.ts';
import type { BudgetLedger, Clock, CounterWrite, Ids, StateStore } from '../ports.ts';

/**
 * Budgets across customers, in escrow: each partition spends from what it reserved of the one ledger, in the commit of
 * the decision itself.
 *
 * B1. spent <= granted in every partition (the commit checks it), and the sum of grants <= total (the ledger checks
 *     it): a budget is never exceeded.
 * B2. A lease is named by its partition and number, so a node that died between reserving and crediting is completed
 *     by the next one instead of losing the amount.
 * B3. A view that said "not enough" is noted as starved; the caller tops up and decides again, so a budget is only
 *     refused when the ledger is empty.
 */
export interface DeskView extends BudgetView {
  /** Budgets that were asked for more than the partition holds. */
  readonly starved: ReadonlySet<string>;
}

interface Account {
  granted: number;
  spent: number;
  leases: number;
}

interface DeskPorts {
  readonly tenant: Tenant;
  readonly partitions: number;
  readonly store: StateStore;
  readonly ledger: BudgetLedger;
  readonly ids: Ids;
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
  /** Ledgers found empty, with the time until which they are not asked again. */
  readonly #emptyUntil = new Map<string, number>();

  constructor(ports: DeskPorts) {
    this.#ports = ports;
  }

  /** What the partition may spend at `now`, by the node's last knowledge. */
  async view(partition: Partition, rulebook: Rulebook, now: number): Promise<DeskView> {
    const left = new Map<string, number>();
    const starved = new Set<string>();
    for (const budget of rulebook.budgets.values()) {
      const account = await this.#account(partition, periodName(budget, now));
      left.set(budget.name, account.granted - account.spent);
    }
    return {
      starved,
      left: (name) => {
        const amount = left.get(name) ?? 0;
        const budget = rulebook.budgets.get(name);
        if (budget && amount < largestSpend(budget, rulebook)) starved.add(name);
        return amount;
      },
    };
  }

  /** Reserves more for the starved budgets; true when any got something. */
  async topUp(
    partition: Partition,
    rulebook: Rulebook,
    now: number,
    starved: ReadonlySet<string>,
  ): Promise<boolean> {
    let granted = false;
    for (const name of starved) {
      const budget = rulebook.budgets.get(name);
      if (budget && (await this.#reserve(partition, budget, rulebook, now))) granted = true;
    }
    return granted;
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

  /** Keeps the node's knowledge in step with its own commits. */
  spent(partition: Partition, writes: readonly CounterWrite[]): void {
    for (const { name, add } of writes) {
      const account = this.#accounts.get(`${partition}/${name.slice(0, name.lastIndexOf(':'))}`);
      if (account) account.spent += add;
    }
  }

  /** Another node spent from the same partition: what was known is void. */
  forget(partition: Partition): void {
    for (const key of this.#accounts.keys()) {
      if (key.startsWith(`${partition}/`)) this.#accounts.delete(key);
    }
  }

  async #account(partition: Partition, period: string): Promise<Account> {
    const key = `${partition}/${period}`;
    const known = this.#accounts.get(key);
    if (known) return known;
    const names = [`${period}:granted`, `${period}:spent`, `${period}:leases`];
    const [granted = 0, spent = 0, leases = 0] = await this.#ports.store.counters(partition, names);
    const account: Account = { granted, spent, leases };
    if (this.#accounts.size > limits.documentCacheMax) this.#accounts.clear();
    this.#accounts.set(key, account);
    return account;
  }

  async #reserve(partition: Partition, budget: Budget, rulebook: Rulebook, now: number): Promise<boolean> {
    const period = periodName(budget, now);
    const wall = this.#ports.clock.now();
    if ((this.#emptyUntil.get(period) ?? 0) > wall) return false;
    const account = await this.#account(partition, period);
    const lease = `${partition}:${account.leases}`;
    const granted = await this.#ports.ledger.reserve({
      budget: period,
      lease,
      amount: grantOf(budget, rulebook, this.#ports.partitions),
      total: budget.total,
      expiresAt: expiryOf(budget, Math.max(now, wall)),
    });
    if (granted === 0) {
      this.#emptyUntil.set(period, wall + emptyMs);
      return false;
    }
    await this.#credit(partition, period, lease, granted);
    return true;
  }

  /** Idempotent by the lease: two nodes that complete the same one credit it once. */
  async #credit(partition: Partition, period: string, lease: string, granted: number): Promise<void> {
    await this.#ports.store.commit({
      partition,
      onceBy: `lease:${period}:${lease}`,
      documents: [],
      timers: [],
      outbox: [],
      records: [
        {
          id: `lease:${period}:${lease}`,
          value: String(granted),
          expiresAt: this.#ports.clock.now() + leaseRecordMs,
        },
      ],
      counters: [
        { name: `${period}:granted`, add: granted },
        { name: `${period}:leases`, add: 1 },
      ],
    });
    this.#accounts.delete(`${partition}/${period}`);
  }
}

const emptyMs = 5_000;
const leaseRecordMs = 400 * day;

/** A budget's name with the period that `now` falls in (UTC). */
function periodName(budget: Budget, now: number): string {
  const index = Math.floor(now / periodMs[budget.period]);
  return `budget:${budget.name}@${budget.period}${budget.period === 'total' ? '' : index}`;
}

function expiryOf(budget: Budget, now: number): number {
  return now + (budget.period === 'total' ? leaseRecordMs : 2 * periodMs[budget.period] + 2 * day);
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
