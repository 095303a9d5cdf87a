import type { CustomerKey, Partition } from '../../engine/index.ts';
import type {
  Checkpoint,
  Clock,
  Commit,
  CommitResult,
  DeadLetter,
  DueTimer,
  OutboxEntry,
  StateStore,
  StoredDocument,
} from '../../engine/ports.ts';
import { MemoryPartition } from './memory-partition.ts';

/** The state of one tenant in the memory of this process. */
export class MemoryStateStore implements StateStore {
  readonly #clock: Clock;
  readonly #partitions = new Map<Partition, MemoryPartition>();
  readonly #notes = new Map<string, string>();

  constructor(world: { readonly clock: Clock }) {
    this.#clock = world.clock;
  }

  async checkpoint(partition: Partition): Promise<Checkpoint> {
    return this.#partition(partition).checkpoint;
  }

  async load(
    partition: Partition,
    keys: readonly string[],
  ): Promise<readonly (StoredDocument | undefined)[]> {
    const { documents } = this.#partition(partition);
    return keys.map((key) => documents.get(key));
  }

  async commit(commit: Commit): Promise<CommitResult> {
    return this.#partition(commit.partition).commit(commit, this.#clock.now());
  }

  async record(partition: Partition, id: string): Promise<string | undefined> {
    return this.#partition(partition).record(id, this.#clock.now());
  }

  async records(partition: Partition, ids: readonly string[]): Promise<readonly (string | undefined)[]> {
    const now = this.#clock.now();
    return ids.map((id) => this.#partition(partition).record(id, now));
  }

  async recordsOf(
    partition: Partition,
    customer: CustomerKey,
  ): Promise<readonly { readonly id: string; readonly value: string }[]> {
    return this.#partition(partition).recordsOf(customer, this.#clock.now());
  }

  async deadLetters(partition: Partition, after: number, limit: number): Promise<readonly DeadLetter[]> {
    return this.#partition(partition).deadLetters(after, limit, this.#clock.now());
  }

  async clearDeadLetters(partition: Partition, sequences: readonly number[]): Promise<void> {
    this.#partition(partition).clearDeadLetters(sequences);
  }

  async counters(partition: Partition, names: readonly string[]): Promise<readonly number[]> {
    const now = this.#clock.now();
    const { counters } = this.#partition(partition);
    counters.purge(now);
    return names.map((name) => counters.value(name, now));
  }

  async outbox(partition: Partition, limit: number): Promise<readonly OutboxEntry[]> {
    return this.#partition(partition).outbox(limit);
  }

  async clearOutbox(partition: Partition, handles: readonly string[]): Promise<void> {
    this.#partition(partition).clearOutbox(handles);
  }

  async dueTimers(
    partition: Partition,
    until: { readonly wall: number; readonly stream: number },
    limit: number,
  ): Promise<readonly DueTimer[]> {
    return this.#partition(partition).dueTimers(until, limit);
  }

  async *documents(): AsyncIterable<{
    readonly partition: Partition;
    readonly key: string;
    readonly value: Uint8Array;
  }> {
    for (const [partition, { documents }] of this.#partitions) {
      for (const [key, { value }] of documents) yield { partition, key, value };
    }
  }

  async wipe(): Promise<void> {
    this.#partitions.clear();
  }

  async readNote(name: string): Promise<string | undefined> {
    return this.#notes.get(name);
  }

  async writeNote(name: string, value: string): Promise<void> {
    this.#notes.set(name, value);
  }

  #partition(partition: Partition): MemoryPartition {
    let state = this.#partitions.get(partition);
    if (state === undefined) {
      state = new MemoryPartition();
      this.#partitions.set(partition, state);
    }
    return state;
  }
}
