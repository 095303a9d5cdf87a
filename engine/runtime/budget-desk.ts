import { allowanceAt, pausedUntil } from '../budgets/budget-pace.ts';
import {
  accountExpiry,
  accountName,
  type BudgetWindow,
  keepAccountsMs,
  windowOf,
} from '../budgets/budget-window.ts';
import type { BudgetSpend, BudgetView } from '../decide/decide-input.ts';
import { millionths } from '../features/totals.ts';
import { day, limits } from '../limits.ts';
import type { Partition } from '../model/ids.ts';
import type { Budget, Rulebook } from '../model/rulebook.ts';
import type { BudgetLedger, Clock, CounterWrite, StateStore } from '../ports.ts';
import { BudgetAccounts, type Hold } from './budget-accounts.ts';
import { BudgetEscrow, type EscrowPlace } from './budget-escrow.ts';

/**
 * Budgets across customers, in escrow: each partition spends from what it reserved of the one ledger, in the commit of
 * the decision itself.
 *
 * B1. spent <= granted in every partition (the commit checks it), and what the ledger lets all partitions hold together
 *     <= total, or with a pace what is due by then (the ledger checks it): a budget is never exceeded.
 * B2. Whoever dies between two steps loses nothing: the ledger knows what each partition holds, the partition what it
 *     set out to give back, and the next one completes it (`budget-escrow.ts`).
 * B3. A view that said "not enough" is noted as starved; the caller tops up and decides again, so a budget is only
 *     refused when the ledger has nothing due and nothing that was set aside can come back.
 * B4. What a commit under way is about to spend is set aside: decisions of one node never compete for one unit.
 * B5. What lies idle in a partition from one look to the next goes back (`budget-keeper.ts`), and grants shrink as the
 *     end comes near: at rest, all that was not spent can be had everywhere.
 */
export interface DeskView extends BudgetView {
  /** Budgets that were asked for more than the partition holds, and how much was missing. */
  readonly starved: ReadonlyMap<string, Missing>;
}

export interface Missing {
  /** Less would be of no use. */
  readonly least: number;
  readonly most: number;
}

export interface DeskPorts {
  readonly partitions: number;
  readonly store: StateStore;
  readonly ledger: BudgetLedger;
  readonly clock: Clock;
  /**
   * Decisions are made in the present. Then periods that ended longer ago than accounts are kept are closed: nobody could
   * tell any more what was spent in them. While history is played in, they are open.
   */
  readonly isLive: boolean;
}

/** A budget with the period that is at hand. */
export interface OpenBudget {
  readonly budget: Budget;
  readonly window: BudgetWindow;
  /** The account's name. */
  readonly name: string;
}

/** Nodes' clocks may differ by so much about when an account ends. */
const clockMarginMs = day / 24;

export class BudgetDesk {
  readonly accounts: BudgetAccounts;
  readonly escrow: BudgetEscrow;
  readonly #ports: DeskPorts;
  readonly #open = new Map<string, OpenBudget>();
  readonly #resting = new Map<string, Rest>();
  /** Questions to the ledger under way, by partition and account. */
  readonly #asking = new Map<string, Promise<boolean>>();

  constructor(ports: DeskPorts) {
    this.#ports = ports;
    this.accounts = new BudgetAccounts(ports.store);
    this.escrow = new BudgetEscrow({ ...ports, accounts: this.accounts });
  }

  /** What the partition may spend at `now`, by the node's last knowledge. */
  async view(partition: Partition, rulebook: Rulebook, now: number): Promise<DeskView> {
    const budgets = this.openBudgets(rulebook, now);
    const read = await this.accounts.read(
      partition,
      budgets.map(({ name }) => name),
    );
    const accounts = new Map(budgets.map(({ budget }, index) => [budget.name, read[index]] as const));
    const starved = new Map<string, Missing>();
    return {
      starved,
      left: (name, wanted) => {
        const account = accounts.get(name);
        if (!account) return 0;
        const left = this.accounts.left(account);
        if (left < wanted) {
          const missing = wanted - left;
          const { least = missing, most = missing } = starved.get(name) ?? {};
          starved.set(name, { least: Math.min(least, missing), most: Math.max(most, missing) });
        }
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
    for (const open of this.openBudgets(rulebook, now)) {
      const missing = starved.get(open.budget.name);
      if (missing === undefined) continue;
      if (await this.#askOnce(partition, open, { now, missing })) again = true;
      else if (this.accounts.isHeld(partition, open.name)) {
        // The last of it is promised to commits under way, which may fail and give it back.
        await this.accounts.settled(partition, open.name);
        again = true;
      }
    }
    return again;
  }

  /** The counters of a commit that spends. */
  writes(rulebook: Rulebook, now: number, spends: readonly BudgetSpend[]): readonly CounterWrite[] {
    if (spends.length === 0) return [];
    const totals = new Map<string, number>();
    for (const { budget, amount } of spends) totals.set(budget, (totals.get(budget) ?? 0) + amount);
    return this.openBudgets(rulebook, now).flatMap(({ budget, window, name }) => {
      const add = totals.get(budget.name);
      if (add === undefined || add === 0) return [];
      const expiresAt = this.#expiry(budget, window);
      return [{ name: `${name}:spent`, add, limitedBy: `${name}:granted`, expiresAt }];
    });
  }

  /** Sets aside what a commit is about to spend. To be called in the same step in which it was decided. */
  hold(partition: Partition, writes: readonly CounterWrite[]): Hold {
    return this.accounts.hold(partition, writes);
  }

  /** Another node spent from the same partition: what was known is void. */
  forget(partition: Partition): void {
    this.accounts.forget(partition);
  }

  /** The budgets that something may be spent of at `now`. Challengers spend from the same. */
  openBudgets({ budgets, timeZones }: Rulebook, now: number): readonly OpenBudget[] {
    const open: OpenBudget[] = [];
    for (const budget of budgets.values()) {
      const found = this.#opened(budget, now, timeZones);
      if (found && !this.#isClosed(found.window)) open.push(found);
    }
    return open;
  }

  placeOf(partition: Partition, { budget, window, name }: OpenBudget): EscrowPlace {
    return { partition, name, expiresAt: this.#expiry(budget, window) };
  }

  /** The time around `now` in which no budget's period begins or ends. */
  steadyWindow(rulebook: Rulebook, now: number): BudgetWindow {
    let from = Number.NEGATIVE_INFINITY;
    let until = Number.POSITIVE_INFINITY;
    for (const { window } of this.openBudgets(rulebook, now)) {
      from = Math.max(from, window.from);
      until = Math.min(until, window.until);
    }
    for (const { campaign } of rulebook.budgets.values()) {
      if (campaign && now < campaign.from) until = Math.min(until, campaign.from);
      if (campaign && now >= campaign.until) from = Math.max(from, campaign.until);
    }
    return { from, until };
  }

  #opened(budget: Budget, now: number, zones: Rulebook['timeZones']): OpenBudget | undefined {
    const known = this.#open.get(budget.name);
    if (known?.budget === budget && known.window.from <= now && now < known.window.until) return known;
    const window = windowOf(budget, now, zones);
    if (!window) return undefined;
    const opened = { budget, window, name: accountName(budget, window) };
    this.#open.set(budget.name, opened);
    return opened;
  }

  #isClosed({ until }: BudgetWindow): boolean {
    return this.#ports.isLive && this.#ports.clock.now() > until + keepAccountsMs - clockMarginMs;
  }

  #expiry(budget: Budget, window: BudgetWindow): number {
    return accountExpiry(budget, window, this.#ports.clock.now());
  }

  /** Whoever asks for the same account meanwhile waits for the same answer. */
  #askOnce(partition: Partition, open: OpenBudget, need: Need): Promise<boolean> {
    const key = `${partition}/${open.name}`;
    const underWay = this.#asking.get(key);
    if (underWay) return underWay;
    const asking = this.#ask(partition, open, need).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  async #ask(partition: Partition, open: OpenBudget, { now, missing }: Need): Promise<boolean> {
    const { budget, window, name } = open;
    const wall = this.#ports.clock.now();
    const resting = this.#resting.get(name);
    if (resting && missing.least >= resting.least && wall < resting.wall && now < resting.now) return false;
    const [account] = await this.accounts.read(partition, [name]);
    if (!account) return false;
    const { isMore, reserved } = await this.escrow.draw(this.placeOf(partition, open), account, {
      needed: missing.most,
      least: missing.least,
      most: budget.unit === 'contacts' ? limits.budgetGrantMax : limits.budgetGrantMax * millionths,
      parts: partsPerPartition * this.#ports.partitions,
      total: allowanceAt(budget, window, now),
    });
    if (isMore) this.#resting.delete(name);
    else if (reserved !== undefined) {
      if (this.#resting.size > limits.documentCacheMax) this.#resting.clear();
      const due = pausedUntil(budget, window, { reserved, least: missing.least, now });
      this.#resting.set(name, {
        least: missing.least,
        wall: wall + limits.budgetLookMs,
        now: due ?? Number.POSITIVE_INFINITY,
      });
    }
    return isMore;
  }
}

/** A grant is at most a quarter of what would be left for each partition if all asked at once. */
const partsPerPartition = 4;

/** A ledger had not so much, and is not asked for so much until then, by the wall clock or by the time of the decisions. */
interface Rest {
  readonly least: number;
  readonly wall: number;
  readonly now: number;
}

interface Need {
  readonly now: number;
  readonly missing: Missing;
}
