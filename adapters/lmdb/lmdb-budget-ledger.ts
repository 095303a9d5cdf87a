import {
  emptyLedgerEntry,
  entryAfterReturn,
  grantOf,
  type LedgerEntry,
  type Partition,
  type Tenant,
} from '../../engine/index.ts';
import type {
  BudgetLedger,
  BudgetReturn,
  Clock,
  Grant,
  GrantRequest,
  LedgerStanding,
} from '../../engine/ports.ts';
import { tenantPrefix, textKey } from './keys.ts';
import type { LmdbDatabase } from './lmdb-database.ts';

/** One row a budget: what is reserved, and the entries of the partitions, of which there are at most 1,024. */
interface BudgetRow {
  readonly reserved: number;
  readonly entries: Readonly<Record<string, LedgerEntry>>;
  readonly expiresAt: number;
}

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

  async reserve(request: GrantRequest): Promise<Grant> {
    return this.#change(request, (row, entry) => {
      const grant = grantOf(request, entry, row.reserved);
      return { answer: grant, reserved: grant.reserved, entry: { ...entry, held: grant.held } };
    });
  }

  async giveBack(request: BudgetReturn): Promise<void> {
    await this.#change(request, (row, before) => {
      const { entry, returned } = entryAfterReturn(request, before) ?? { entry: before, returned: 0 };
      return { answer: undefined, reserved: row.reserved - returned, entry };
    });
  }

  async standing(budget: string): Promise<LedgerStanding> {
    const { reserved, entries } = this.#row(budget);
    const held = new Map<Partition, number>();
    for (const [partition, entry] of Object.entries(entries)) {
      if (entry.held > 0) held.set(Number(partition) as Partition, entry.held);
    }
    return { reserved, held };
  }

  #row(budget: string, round?: Parameters<Parameters<LmdbDatabase['write']>[1]>[0]): BudgetRow {
    const table = this.#database.expiring('budget-ledgers');
    const row = table.get(textKey(this.#prefix, budget), this.#clock.now(), round);
    return row === undefined ? { reserved: 0, entries: {}, expiresAt: 0 } : (JSON.parse(row) as BudgetRow);
  }

  async #change<Answer>(
    { budget, partition, expiresAt }: Pick<GrantRequest, 'budget' | 'partition' | 'expiresAt'>,
    change: (
      row: BudgetRow,
      entry: LedgerEntry,
    ) => { readonly answer: Answer; readonly reserved: number; readonly entry: LedgerEntry },
  ): Promise<Answer> {
    return this.#database.write('NB_STORE_UNAVAILABLE', (round) => {
      const row = this.#row(budget, round);
      const { answer, reserved, entry } = change(row, row.entries[partition] ?? emptyLedgerEntry);
      const next: BudgetRow = {
        reserved,
        entries: { ...row.entries, [partition]: entry },
        expiresAt: Math.max(row.expiresAt, expiresAt),
      };
      const table = this.#database.expiring('budget-ledgers');
      table.put(round, textKey(this.#prefix, budget), JSON.stringify(next), next.expiresAt);
      table.purge(round, this.#clock.now(), 1);
      return answer;
    });
  }
}
