import type { Partition } from '../model/ids.ts';
import type { BudgetLedger, CounterWrite, Grant, StateStore } from '../ports.ts';
import type { Account, BudgetAccounts } from './budget-accounts.ts';

/** One period of a budget in one partition. */
export interface EscrowPlace {
  readonly partition: Partition;
  /** The account's name, in the store and in the ledger. */
  readonly name: string;
  /** Until when store and ledger keep it. */
  readonly expiresAt: number;
}

/** See `GrantRequest`. */
export interface EscrowAsk {
  readonly needed: number;
  readonly least: number;
  readonly most: number;
  readonly parts: number;
  readonly total: number;
}

export interface EscrowAnswer {
  /** The account is not what it was: it is worth asking it again. */
  readonly isMore: boolean;
  /** Of the budget, by all partitions. */
  readonly reserved?: number;
}

/**
 * Amounts on their way between the ledger and a partition. Each way is two steps with a crash in between, so each can be
 * completed by whoever comes next. In any partition, by the counters of the store and by the ledger:
 *
 *     spent <= granted, and granted + returning <= held by the ledger
 *
 * There: the ledger grants, then the partition takes over what the ledger says it holds. Back: the partition sets an
 * amount out (`returning`), the ledger takes it, then the partition strikes it out. What makes this safe is that the
 * ledger never holds less than it told as long as nothing was set out, and `moves` shows whether something was.
 */
export class BudgetEscrow {
  readonly #store: StateStore;
  readonly #ledger: BudgetLedger;
  readonly #accounts: BudgetAccounts;

  constructor(ports: {
    readonly store: StateStore;
    readonly ledger: BudgetLedger;
    readonly accounts: BudgetAccounts;
  }) {
    this.#store = ports.store;
    this.#ledger = ports.ledger;
    this.#accounts = ports.accounts;
  }

  /** Asks the ledger, and takes over what it says the partition holds. Without `reserved`, the ledger was not asked. */
  async draw(place: EscrowPlace, account: Account, ask: EscrowAsk): Promise<EscrowAnswer> {
    if (account.returning > 0) {
      await this.#complete(place, account);
      return { isMore: true };
    }
    const { partition, name, expiresAt } = place;
    const known = account.granted;
    const grant = await this.#ledger.reserve({ budget: name, partition, known, ...ask, expiresAt });
    const isMore = grant.held !== known;
    if (isMore) await this.#takeOver(place, account, grant);
    return { isMore, reserved: grant.reserved };
  }

  /** Gives back what nobody is about to spend. False when something else happened to the account. */
  async giveBack(place: EscrowPlace, account: Account, amount: number): Promise<boolean> {
    const { granted, returning, moves } = account;
    const isSetOut = await this.#commit(place, [
      // What was spent meanwhile must still be paid for: for a moment, what is set out counts as spent.
      { name: 'spent', add: amount, limitedBy: 'granted' },
      { name: 'spent', add: -amount },
      { name: 'granted', add: -amount, expected: granted },
      { name: 'returning', add: amount, expected: returning },
      { name: 'moves', add: 1, expected: moves },
    ]);
    if (!isSetOut) return false;
    await this.#complete(place, { moves: moves + 1, returning: amount });
    return true;
  }

  /** Completes what a node that died left half done. */
  async resume(place: EscrowPlace, account: Account, heldByLedger: number): Promise<void> {
    if (account.returning === 0 && heldByLedger <= account.granted) return;
    await this.draw(place, account, { needed: 0, least: 0, most: 0, parts: 1, total: 0 });
  }

  /** Makes the partition remember the account for as long as that, although nothing happens to it. */
  async keep(place: EscrowPlace): Promise<void> {
    await this.#commit(place, [{ name: 'moves', add: 0 }]);
  }

  /** The number of a return is that of the move that set it out: a late repetition comes below it. */
  async #complete(
    place: EscrowPlace,
    { moves, returning }: { readonly moves: number; readonly returning: number },
  ): Promise<void> {
    const { partition, name, expiresAt } = place;
    await this.#ledger.giveBack({ budget: name, partition, number: moves, amount: returning, expiresAt });
    await this.#commit(place, [
      { name: 'returning', add: -returning, expected: returning },
      { name: 'moves', add: 0, expected: moves },
    ]);
  }

  /**
   * Whatever the counters said: after a fail-over or a rebuild they may be behind what the ledger granted, and behind the
   * numbers of the returns it took.
   */
  async #takeOver(place: EscrowPlace, account: Account, { held, lastReturn }: Grant): Promise<void> {
    const { granted, moves } = account;
    await this.#commit(place, [
      { name: 'granted', add: held - granted, expected: granted },
      { name: 'returning', add: 0, expected: 0 },
      { name: 'moves', add: Math.max(moves, lastReturn) + 1 - moves, expected: moves },
    ]);
  }

  /** False when the account is not as it was believed to be; it is read anew then. */
  async #commit(
    { partition, name, expiresAt }: EscrowPlace,
    writes: readonly CounterWrite[],
  ): Promise<boolean> {
    this.#accounts.forget(partition, name);
    const { kind } = await this.#store.commit({
      partition,
      documents: [],
      timers: [],
      outbox: [],
      records: [],
      counters: writes.map(({ name: counter, limitedBy, ...write }) => ({
        ...write,
        name: `${name}:${counter}`,
        ...(limitedBy !== undefined && { limitedBy: `${name}:${limitedBy}` }),
        expiresAt,
      })),
    });
    this.#accounts.forget(partition, name);
    return kind === 'committed';
  }
}
