import { limits } from '../limits.ts';
import type { Partition } from '../model/ids.ts';
import type { CounterWrite, StateStore } from '../ports.ts';

/** What a partition has of one period of a budget, as its counters tell. */
export interface Account {
  readonly key: string;
  readonly granted: number;
  spent: number;
  /** Changes whenever something is taken over from the ledger or set out for it. */
  readonly moves: number;
  /** On its way back to the ledger. */
  readonly returning: number;
}

const counterNames = ['granted', 'spent', 'moves', 'returning'] as const;

/** An amount set aside for one commit. */
export interface Hold {
  /** The commit's outcome is known: spent, or free again. */
  readonly settle: (outcome: 'committed' | 'refused') => void;
}

/** What one node knows of the accounts of budgets, and what it set aside of them for commits under way. */
export class BudgetAccounts {
  readonly #store: StateStore;
  readonly #known = new Map<string, Account>();
  /** Set aside, by account; apart from the accounts, which are read anew at any time. */
  readonly #held = new Map<string, number>();
  /** Whoever waits for something set aside to be spent or freed, by account. */
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** In the order of the names; those that are not known are read together. */
  async read(partition: Partition, names: readonly string[]): Promise<readonly Account[]> {
    const missing = names.filter((name) => !this.#known.has(accountKey(partition, name)));
    const read = new Map(
      missing.length > 0
        ? (await this.readAnew(partition, missing)).map((account) => [account.key, account])
        : [],
    );
    return names.map((name) => {
      const key = accountKey(partition, name);
      return this.#known.get(key) ?? (read.get(key) as Account);
    });
  }

  /** The same, whatever is known. */
  async readAnew(partition: Partition, names: readonly string[]): Promise<readonly Account[]> {
    const counters = names.flatMap((name) => counterNames.map((counter) => `${name}:${counter}`));
    const values = await this.#store.counters(partition, counters);
    if (this.#known.size > limits.documentCacheMax) this.#known.clear();
    return names.map((name, index) => {
      const [granted = 0, spent = 0, moves = 0, returning = 0] = values.slice(
        index * counterNames.length,
        (index + 1) * counterNames.length,
      );
      const account = { key: accountKey(partition, name), granted, spent, moves, returning };
      this.#known.set(account.key, account);
      return account;
    });
  }

  /** What may be spent of an account by the newest knowledge. */
  left(account: Account): number {
    const { granted, spent } = this.#known.get(account.key) ?? account;
    return granted - spent - (this.#held.get(account.key) ?? 0);
  }

  isHeld(partition: Partition, name: string): boolean {
    return this.#held.has(accountKey(partition, name));
  }

  /** Sets aside what a commit is about to spend. To be called in the same step in which it was decided. */
  hold(partition: Partition, writes: readonly CounterWrite[]): Hold {
    const held = writes.map(({ name, add }) => {
      const key = accountKey(partition, name.slice(0, name.lastIndexOf(':')));
      return { key, add, account: this.#known.get(key) };
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
          if (outcome === 'committed' && account && this.#known.get(key) === account) account.spent += add;
          this.#wake(key);
        }
      },
    };
  }

  /** Every commit comes to an end, and none waits for another while it holds something. */
  settled(partition: Partition, name: string): Promise<void> {
    const key = accountKey(partition, name);
    return new Promise((resolve) => {
      this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), resolve]);
    });
  }

  forget(partition: Partition, name?: string): void {
    if (name !== undefined) this.#known.delete(accountKey(partition, name));
    else {
      for (const key of this.#known.keys()) if (key.startsWith(`${partition}/`)) this.#known.delete(key);
    }
  }

  #wake(key: string): void {
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const wake of waiting) wake();
  }
}

export function accountKey(partition: Partition, name: string): string {
  return `${partition}/${name}`;
}
