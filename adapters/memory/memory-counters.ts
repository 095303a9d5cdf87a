import { accountOf, type CounterWrite } from '../../engine/ports.ts';

/** The counters of one partition; those of an account go together when it expires. */
export class MemoryCounters {
  readonly #values = new Map<string, number>();
  /** Names of counters, and the end, by account. */
  readonly #accounts = new Map<string, { readonly names: Set<string>; expiresAt: number }>();

  value(name: string, now: number): number {
    const account = accountOf(name);
    if (account !== undefined) this.#forgetIfOver(account, now);
    return this.#values.get(name) ?? 0;
  }

  /** The counters as they would stand after the writes, and those that would pass their limit or are not as expected. */
  after(
    writes: readonly CounterWrite[],
    now: number,
  ): { readonly values: ReadonlyMap<string, number>; readonly exhausted: readonly string[] } {
    const values = new Map<string, number>();
    const exhausted = new Set<string>();
    const standing = (name: string): number => values.get(name) ?? this.value(name, now);
    for (const { name, add, limitedBy, expected } of writes) {
      const before = standing(name);
      const isOver = limitedBy !== undefined && add > 0 && before + add > standing(limitedBy);
      if (isOver || (expected !== undefined && expected !== before)) exhausted.add(name);
      else values.set(name, before + add);
    }
    return { values, exhausted: [...exhausted] };
  }

  set(values: ReadonlyMap<string, number>, writes: readonly CounterWrite[]): void {
    for (const [name, value] of values) this.#values.set(name, value);
    for (const { name, expiresAt = Number.POSITIVE_INFINITY } of writes) {
      const account = accountOf(name);
      if (account === undefined) continue;
      const found = this.#accounts.get(account) ?? { names: new Set(), expiresAt };
      found.names.add(name);
      found.expiresAt = Math.max(found.expiresAt, expiresAt);
      this.#accounts.set(account, found);
    }
  }

  /** Takes away what is over, so that periods of budgets do not pile up. */
  purge(now: number): void {
    for (const account of this.#accounts.keys()) this.#forgetIfOver(account, now);
  }

  #forgetIfOver(name: string, now: number): void {
    const account = this.#accounts.get(name);
    if (account === undefined || account.expiresAt > now) return;
    for (const counter of account.names) this.#values.delete(counter);
    this.#accounts.delete(name);
  }
}
