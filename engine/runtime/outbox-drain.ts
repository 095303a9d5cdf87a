import { hash48 } from '../chance/hash.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Partition } from '../model/ids.ts';
import type { Clock, DecisionStream, OutboxEntry, OutboxItem, StateStore, TouchpointLog } from '../ports.ts';
import { unsentSequenceMin } from './dead-letters.ts';
import { reasonOf } from './fold-batch.ts';
import type { Observer } from './observer.ts';
import type { ReceiptKeeper } from './receipt-keeper.ts';

interface OutboxPorts {
  readonly clock: Clock;
  readonly store: StateStore;
  readonly log: TouchpointLog;
  readonly decisions: DecisionStream;
}

/**
 * Sends on what commits left in the outbox. Ids are deterministic and the receiving side drops repeats, so several
 * nodes may drain one partition; each reads from the oldest entry, so order within a partition holds.
 */
export class OutboxDrain {
  readonly #ports: OutboxPorts;
  readonly #running = new Map<Partition, { again: boolean; done: Promise<void> }>();
  readonly #observer: Pick<Observer, 'troubled' | 'deadLettered'>;
  readonly #receipts: ReceiptKeeper | undefined;

  constructor(
    ports: OutboxPorts,
    observer: Pick<Observer, 'troubled' | 'deadLettered'>,
    receipts?: ReceiptKeeper,
  ) {
    this.#ports = ports;
    this.#observer = observer;
    this.#receipts = receipts;
  }

  /** Something was committed for this partition; does not wait. */
  signal(partition: Partition): void {
    void this.drain(partition).catch((error: unknown) => this.#observer.troubled('outbox', error));
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

  /** Resolves once what this node is sending for the partition is sent, or has failed; at once when it sends nothing. */
  async underWay(partition: Partition): Promise<void> {
    // Whoever began it hears of its failure.
    await this.#running.get(partition)?.done.catch(() => undefined);
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
    await this.#send(partition, entries);
    await this.#ports.store.clearOutbox(
      partition,
      entries.map(({ handle }) => handle),
    );
    return entries.length === limits.outboxBatchMax;
  }

  async #send(partition: Partition, entries: readonly OutboxEntry[]): Promise<void> {
    try {
      await this.#sendTogether(partition, entries);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // One of them will never be taken; the others must not wait behind it.
      for (const entry of entries) await this.#sendAlone(partition, entry);
    }
  }

  async #sendAlone(partition: Partition, entry: OutboxEntry): Promise<void> {
    try {
      await this.#sendTogether(partition, [entry]);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await this.#putAside(partition, entry.item, `log: ${reasonOf(error)}`);
    }
  }

  /** A decision that no stream takes stays on record; a message that no log takes is kept as a dead letter. */
  async #putAside(partition: Partition, item: OutboxItem, reason: string): Promise<void> {
    const { store, clock } = this.#ports;
    if (item.to === 'log') {
      const letter = {
        sequence: sequenceOfUnsent(item),
        reason: reason.slice(0, limits.deadLetterReasonLengthMax),
        message: item.message,
        expiresAt: clock.now() + limits.deadLetterMs,
      };
      const nothing = { documents: [], timers: [], outbox: [], records: [], counters: [] };
      await store.commit({ partition, ...nothing, deadLetters: [letter] });
    }
    this.#observer.deadLettered(`${item.id}: ${reason}`, 'log');
  }

  async #sendTogether(partition: Partition, entries: readonly OutboxEntry[]): Promise<void> {
    const messages = entries.flatMap(({ item }) => (item.to === 'log' ? [item.message] : []));
    const decisions = entries.flatMap(({ item }) => (item.to === 'decisions' ? [item.decision] : []));
    if (messages.length > 0) await this.#ports.log.append(messages);
    const receipts = entries.flatMap(({ item }) => (item.to === 'receipts' ? [item] : []));
    await Promise.all([
      decisions.length > 0 && this.#ports.decisions.publish(decisions),
      receipts.length > 0 && this.#receipts?.keep(partition, receipts),
    ]);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof CodedError && !error.retryable;
}

function sequenceOfUnsent({ id }: OutboxItem): number {
  return unsentSequenceMin + (hash48(id) % unsentSequenceMin);
}
