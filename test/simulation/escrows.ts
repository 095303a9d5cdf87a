import { accountName, windowOf } from '../../engine/budgets/budget-window.ts';
import type { Partition } from '../../engine/index.ts';
import type { World } from './world.ts';

/** What one partition has of a budget, by its counters, and what the ledger says that it holds. */
export interface Escrow {
  readonly budget: string;
  readonly partition: number;
  readonly granted: number;
  readonly spent: number;
  readonly returning: number;
  readonly held: number;
}

export async function escrowsOf({ store, plan, rulebook, scheduler }: World): Promise<readonly Escrow[]> {
  const escrows: Escrow[] = [];
  for (const budget of rulebook.budgets.values()) {
    const window = windowOf(budget, scheduler.now, rulebook.timeZones);
    if (!window) continue;
    const name = accountName(budget, window);
    const { held } = await store.ledgerShard.ledger.standing(name);
    for (let number = 0; number < plan.partitions; number += 1) {
      const partition = number as Partition;
      const counters = ['granted', 'spent', 'returning'].map((counter) => `${name}:${counter}`);
      const [granted = 0, spent = 0, returning = 0] = await store
        .of(partition)
        .store.counters(partition, counters);
      escrows.push({
        budget: budget.name,
        partition: number,
        granted,
        spent,
        returning,
        held: held.get(partition) ?? 0,
      });
    }
  }
  return escrows;
}

/** Somebody else could have it, or a return is half done. What a ledger that forgot does not hold is withheld from nobody. */
export function isIdle({ spent, returning, held }: Escrow): boolean {
  return held > spent || returning > 0;
}
