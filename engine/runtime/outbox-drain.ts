import { limits } from '../limits.ts';
import type { Partition } from '../model/ids.ts';
import type { DecisionStream, OutboxEntry, StateStore, TouchpointLog } from '../ports.ts';

/**
 * Sends on what commits left in the outbox. Ids are deterministic and the receiving side drops repeats, so several
 * nodes may drain one partition; each reads from the oldest entry, so order within a partition holds.
 */
export class OutboxDrain {
  readonly #ports: {
    readonly store: StateStore;
    readonly log: TouchpointLog;
    readonly decisions: DecisionStream;
  };
  readonly #running = new Map<Partition, { again: boolean; done: Promise<void> }>();
  readonly #troubled: (error: unknown) => void;

  constructor(
    ports: { readonly store: StateStore; readonly log: TouchpointLog; readonly decisions: DecisionStream },
    troubled: (error: unknown) => void,
  ) {
    this.#ports = ports;
    this.#troubled = troubled;
  }

  /** Something was committed for this partition; does not wait. */
  signal(partition: Partition): void {
    void this.drain(partition).catch(this.#troubled);
  }

  /** Resolves once the outbox was found empty after this call. Rejects when a port failed; the entries stay. */
  drain(partition: Partition): Promise<void> {
    const running = this.#running.get(partition);
    if (running) {
      running.again = true;
      return running.done;
    }
    const run = { again: false, done: Promise.resolve() };
    run.done = this.#drainAll(partition, run);
    this.#running.set(partition, run);
    return run.done;
  }

  /** Waits for every drain under way. */
  async settle(): Promise<void> {
    await Promise.allSettled([...this.#running.values()].map(({ done }) => done));
  }

  async #drainAll(partition: Partition, run: { again: boolean }): Promise<void> {
    try {
      do {
        run.again = false;
        while (await this.#drainSome(partition));
      } while (run.again);
    } finally {
      // In the same step in which `again` was found false: whoever comes later must start a run of its own.
      this.#running.delete(partition);
    }
  }

  /** True when there may be more. */
  async #drainSome(partition: Partition): Promise<boolean> {
    const entries = await this.#ports.store.outbox(partition, limits.outboxBatchMax);
    if (entries.length === 0) return false;
    await this.#send(entries);
    await this.#ports.store.clearOutbox(
      partition,
      entries.map(({ handle }) => handle),
    );
    return entries.length === limits.outboxBatchMax;
  }

  async #send(entries: readonly OutboxEntry[]): Promise<void> {
    const messages = entries.flatMap(({ item }) => (item.to === 'log' ? [item.message] : []));
    const decisions = entries.flatMap(({ item }) => (item.to === 'decisions' ? [item.decision] : []));
    if (messages.length > 0) await this.#ports.log.append(messages);
    if (decisions.length > 0) await this.#ports.decisions.publish(decisions);
  }
}
