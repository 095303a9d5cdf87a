import { MemoryBudgetLedger } from '../../../adapters/memory/memory-budget-ledger.ts';
import { MemoryStateStore } from '../../../adapters/memory/memory-state-store.ts';
import { accountName, windowOf } from '../../../engine/budgets/budget-window.ts';
import type { Budget, Observer, Partition, Rulebook } from '../../../engine/index.ts';
import type { BudgetLedger, StateStore } from '../../../engine/ports.ts';
import { BudgetDesk } from '../../../engine/runtime/budget-desk.ts';
import { BudgetKeeper } from '../../../engine/runtime/budget-keeper.ts';
import { noon } from './events.ts';
import { overriding } from './faulty-store.ts';

/** What becomes of one call: it passes, is lost on its way, or is carried out and its answer is lost. */
export type CallFate = 'passes' | 'lost' | 'answer-lost';

/** One node as far as budgets go: its own knowledge, over the store and the ledger that all nodes share. */
export class BudgetNode {
  readonly desk: BudgetDesk;
  readonly #keeper: BudgetKeeper;
  readonly #world: BudgetWorld;
  readonly #store: StateStore;

  constructor(world: BudgetWorld) {
    this.#world = world;
    this.#store = world.failing<StateStore>(world.store, ['commit', 'counters']);
    const ledger = world.failing<BudgetLedger>(world.ledger, ['reserve', 'giveBack', 'standing']);
    const { clock, partitions } = world;
    this.desk = new BudgetDesk({ partitions, store: this.#store, ledger, clock, isLive: true });
    const observer = {} as Observer;
    this.#keeper = new BudgetKeeper({ desk: this.desk, observer, ports: { clock, budgets: ledger } });
  }

  look(): Promise<void> {
    const all = Array.from({ length: this.#world.partitions }, (_, number) => number as Partition);
    return this.#keeper.look(all, this.#world.book);
  }

  /** Spends an amount of each budget if they have it, as a request does; false when one of them has not. */
  async spend(partition: Partition, amount: number): Promise<boolean> {
    const { book, clock } = this.#world;
    const now = clock.now();
    for (;;) {
      const view = await this.desk.view(partition, book, now);
      const names = [...book.budgets.keys()];
      const isIn = names.filter((name) => view.left(name, amount) < amount).length === 0;
      if (view.starved.size > 0 && (await this.desk.topUp(partition, book, now, view.starved))) continue;
      if (!isIn) return false;
      const spends = names.map((budget) => ({ budget, amount }));
      const counters = this.desk.writes(book, now, spends);
      const hold = this.desk.hold(partition, counters);
      let kind = 'unknown';
      try {
        kind = (await this.#store.commit({ ...nothing, partition, counters })).kind;
      } finally {
        hold.settle(kind === 'committed' ? 'committed' : 'refused');
        if (kind !== 'committed') this.desk.forget(partition);
      }
      if (kind === 'committed') return true;
    }
  }
}

const nothing = { documents: [], timers: [], outbox: [], records: [] };

/** The shared store and ledger of some nodes, with what holds of them at any time. */
export class BudgetWorld {
  readonly store: MemoryStateStore;
  readonly ledger: MemoryBudgetLedger;
  readonly partitions: number;
  /** The one in force. */
  book: Rulebook;
  readonly clock = { now: () => this.time };
  time = noon;
  /** Fates of the calls to come; all others pass. */
  fates: CallFate[] = [];
  /** How many turns others get before the calls to come. */
  delays: number[] = [];

  constructor(book: Rulebook, partitions: number) {
    this.book = book;
    this.partitions = partitions;
    this.store = new MemoryStateStore({ clock: this.clock });
    this.ledger = new MemoryBudgetLedger({ clock: this.clock });
  }

  failing<Port extends object>(port: Port, names: readonly (keyof Port & string)[]): Port {
    const methods = names.map((name) => [
      name,
      async (...args: readonly unknown[]) => {
        const fate = this.fates.shift() ?? 'passes';
        for (let turn = this.delays.shift() ?? 0; turn > 0; turn -= 1) await Promise.resolve();
        if (fate === 'lost') throw new Error('lost');
        const method = Reflect.get(port, name) as (...args: readonly unknown[]) => Promise<unknown>;
        const result = await method.apply(port, args as unknown[]);
        if (fate === 'answer-lost') throw new Error('answer lost');
        return result;
      },
    ]);
    return overriding(port, Object.fromEntries(methods) as Partial<Port>);
  }

  /** The account of a budget in all partitions, and what the ledger says. */
  async standing(budget: Budget): Promise<BudgetStanding> {
    const window = windowOf(budget, this.time, this.book.timeZones);
    const name = window ? accountName(budget, window) : '';
    const { reserved, held } = await this.ledger.standing(name);
    const partitions = await Promise.all(
      Array.from({ length: this.partitions }, async (_, number) => {
        const partition = number as Partition;
        const counters = ['granted', 'spent', 'returning'].map((counter) => `${name}:${counter}`);
        const [granted = 0, spent = 0, returning = 0] = await this.store.counters(partition, counters);
        return { granted, spent, returning, held: held.get(partition) ?? 0 };
      }),
    );
    const spent = partitions.reduce((sum, partition) => sum + partition.spent, 0);
    return { reserved, spent, partitions };
  }
}

export interface BudgetStanding {
  readonly reserved: number;
  readonly spent: number;
  readonly partitions: readonly {
    readonly granted: number;
    readonly spent: number;
    readonly returning: number;
    readonly held: number;
  }[];
}
