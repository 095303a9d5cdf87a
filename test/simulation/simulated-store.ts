import { MemoryBudgetLedger } from '../../adapters/memory/memory-budget-ledger.ts';
import { MemoryStateStore } from '../../adapters/memory/memory-state-store.ts';
import type { Partition } from '../../engine/index.ts';
import type { BudgetLedger, Commit, CommitResult, OutboxItem, StateStore } from '../../engine/ports.ts';
import { overriding } from '../engine/support/faulty-store.ts';
import { type Life, type Network, unavailable } from './network.ts';

/** What is confirmed by the replica before its answer leaves. */
export type Confirms =
  /** Writes, and reads of what is about to leave: the strict mode. */
  | 'all'
  /** Writes alone. */
  | 'writes'
  | 'nothing';

interface Operation {
  readonly on: 'store' | 'ledger';
  readonly name: string;
  readonly args: readonly unknown[];
  readonly at: number;
}

interface Waiter {
  readonly index: number;
  readonly settle: (isConfirmed: boolean) => void;
}

/** Operations that change something. */
const writing = new Set(['commit', 'clearOutbox', 'clearDeadLetters', 'writeNote', 'reserve', 'giveBack']);
/** Reads whose result is about to leave the deployment, or its shard. */
const leaving = new Set(['outbox', 'record', 'records', 'recordsOf', 'counters']);
const confirmMs = 300;

/** A primary with its replica: the journal of what changed it, and how far the replica has it. */
export class Shard {
  readonly journal: Operation[] = [];
  readonly #network: Network;
  readonly #confirms: Confirms;
  readonly #waiters = new Set<Waiter>();
  #store: MemoryStateStore;
  #ledger: MemoryBudgetLedger;
  #replayedAt: number | undefined;
  #replicated = 0;
  #isLinked = true;

  constructor(network: Network, confirms: Confirms) {
    this.#network = network;
    this.#confirms = confirms;
    [this.#store, this.#ledger] = this.#empty();
  }

  get store(): MemoryStateStore {
    return this.#store;
  }

  get ledger(): MemoryBudgetLedger {
    return this.#ledger;
  }

  async execute(operation: Omit<Operation, 'at'>): Promise<unknown> {
    const { name } = operation;
    const result = await this.#apply(operation);
    const isStored = name !== 'commit' || (result as CommitResult).kind === 'committed';
    if (writing.has(name) && isStored) this.#append({ ...operation, at: this.#network.scheduler.now });
    const leaves = leaving.has(name) || writing.has(name);
    if (this.#confirms === 'all' ? leaves : this.#confirms === 'writes' && writing.has(name) && isStored) {
      await this.#confirmed(this.journal.length);
    }
    return result;
  }

  /** The link to the replica is cut, or mended. */
  link(isLinked: boolean): void {
    this.#isLinked = isLinked;
    if (isLinked) this.#replicate(this.journal.length);
  }

  /** The primary is gone and the replica takes its place. Returns how many operations nobody remembers. */
  async failOver(): Promise<number> {
    const lost = this.journal.splice(this.#replicated);
    for (const waiter of [...this.#waiters]) waiter.settle(false);
    [this.#store, this.#ledger] = this.#empty();
    for (const operation of this.journal) {
      this.#replayedAt = operation.at;
      await this.#apply(operation);
    }
    this.#replayedAt = undefined;
    await this.#spendHandles(lost);
    this.#isLinked = true;
    return lost.length;
  }

  #empty(): [MemoryStateStore, MemoryBudgetLedger] {
    const world = { clock: { now: () => this.#replayedAt ?? this.#network.scheduler.now } };
    return [new MemoryStateStore(world), new MemoryBudgetLedger(world)];
  }

  #apply({ on, name, args }: Omit<Operation, 'at'>): Promise<unknown> {
    const target = on === 'store' ? this.#store : this.#ledger;
    const method = Reflect.get(target, name) as (...args: readonly unknown[]) => Promise<unknown>;
    return method.apply(target, args as unknown[]);
  }

  #append(operation: Operation): void {
    this.journal.push(operation);
    const index = this.journal.length;
    const { random, scheduler } = this.#network;
    if (!this.#isLinked) return;
    if (random.chance(0.7)) this.#replicate(index);
    else scheduler.after(random.below(5), () => this.#isLinked && this.#replicate(index));
  }

  #replicate(index: number): void {
    this.#replicated = Math.min(this.journal.length, Math.max(this.#replicated, index));
    for (const waiter of [...this.#waiters]) {
      if (waiter.index <= this.#replicated) waiter.settle(true);
    }
  }

  #confirmed(index: number): Promise<void> {
    if (index <= this.#replicated) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = (isConfirmed: boolean) => {
        cancel();
        this.#waiters.delete(waiter);
        if (isConfirmed) resolve();
        else reject(unavailable('store', 'no replica confirmed it'));
      };
      const waiter: Waiter = { index, settle };
      const cancel = this.#network.scheduler.after(confirmMs, () => settle(false));
      this.#waiters.add(waiter);
    });
  }

  /** A server never gives a handle twice; one that counts from where its journal ends would. */
  async #spendHandles(lost: readonly Operation[]): Promise<void> {
    for (const { name, args } of lost) {
      if (name !== 'commit') continue;
      const { partition, outbox } = args[0] as Commit;
      await this.#store.commit({ ...nothing, partition, outbox });
      const entries = await this.#store.outbox(partition, Number.MAX_SAFE_INTEGER);
      const spent = entries.slice(entries.length - outbox.length).map(({ handle }) => handle);
      await this.#store.clearOutbox(partition, spent);
      this.journal.push(
        {
          on: 'store',
          name: 'commit',
          args: [{ ...nothing, partition, outbox }],
          at: this.#network.scheduler.now,
        },
        { on: 'store', name: 'clearOutbox', args: [partition, spent], at: this.#network.scheduler.now },
      );
    }
    this.#replicated = this.journal.length;
  }
}

const nothing = { documents: [], timers: [], outbox: [] as OutboxItem[], records: [], counters: [] };

/** Redis as the nodes see it: partitions spread over shards, the budgets' ledger on the last one. */
export class SimulatedStore {
  readonly shards: readonly Shard[];
  readonly #network: Network;

  constructor(network: Network, options: { readonly shards: number; readonly confirms: Confirms }) {
    this.#network = network;
    this.shards = Array.from({ length: options.shards }, () => new Shard(network, options.confirms));
  }

  of(partition: Partition): Shard {
    return this.shards[partition % this.shards.length] as Shard;
  }

  /** Where the ledger of budgets is. */
  get ledgerShard(): Shard {
    return this.shards[this.shards.length - 1] as Shard;
  }

  /** The port as one node has it. */
  storeFor(life: Life): StateStore {
    const port = this.#portFor<StateStore>(life, 'store', (name, args) => {
      if (name === 'commit') return this.of((args[0] as Commit).partition);
      return typeof args[0] === 'number' ? this.of(args[0] as Partition) : this.of(0 as Partition);
    });
    return overriding(port, { documents: () => this.#documentsFor(life) });
  }

  /** The one operation that is no single call: shard after shard is asked for all it has. */
  async *#documentsFor(life: Life): AsyncGenerator<StoredEntry> {
    for (const { store } of this.shards) {
      yield* await this.#network.call(life, 'store', () => gather(store.documents()));
    }
  }

  ledgerFor(life: Life): BudgetLedger {
    return this.#portFor<BudgetLedger>(life, 'ledger', () => this.ledgerShard);
  }

  /** Every operation of the port is one call over the network: what a port gains, it gains here too. */
  #portFor<Port extends object>(
    life: Life,
    on: Operation['on'],
    shardOf: (name: string, args: readonly unknown[]) => Shard,
  ): Port {
    return new Proxy({} as Port, {
      get:
        (_target, name) =>
        (...args: readonly unknown[]) =>
          this.#network.call(life, 'store', () =>
            shardOf(String(name), args).execute({ on, name: String(name), args }),
          ),
    });
  }
}

type StoredEntry = StateStore extends { documents(): AsyncIterable<infer Entry> } ? Entry : never;

async function gather<Entry>(source: AsyncIterable<Entry>): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of source) entries.push(entry);
  return entries;
}
