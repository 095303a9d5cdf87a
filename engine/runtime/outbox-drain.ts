import { hash48 } from '../chance/hash.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Partition } from '../model/ids.ts';
import type { Clock, DecisionStream, OutboxEntry, OutboxItem, StateStore, TouchpointLog } from '../ports.ts';
import { unsentSequenceMin } from './dead-letters.ts';
import { reasonOf } from './fold-batch.ts';
import type { Observer } from './observer.ts';
import type { ReceiptKeeper } from './receipt-keeper.ts';
import { Turns } from './turns.ts';

interface OutboxPorts {
  readonly clock: Clock;
  readonly store: StateStore;
  readonly log: TouchpointLog;
  readonly decisions: DecisionStream;
}

interface DrainOptions {
  readonly receipts?: ReceiptKeeper | undefined;
  /** Partitions that have their turn at a time. */
  readonly atOnceMax?: number | undefined;
}

interface Run {
  /** Something was committed since the round under way began to read, or somebody waits for another. */
  again: boolean;
  /** Somebody counts on it without waiting for it. */
  isSignalled: boolean;
  /** Each for a round that begins after they asked. */
  readonly waiting: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[];
  done: Promise<void>;
}

/**
 * Sends on what commits left in the outbox. Ids are deterministic and the receiving side drops repeats, so several
 * nodes may drain one partition; each reads from the oldest entry, so order within a partition holds.
 *
 * A few partitions have their turn at a time. What is committed meanwhile in the others gathers and is sent together, so
 * under load a decision's share of the reads and writes that a turn takes gets smaller; without load nobody waits.
 */
export class OutboxDrain {
  readonly #ports: OutboxPorts;
  readonly #runs = new Map<Partition, Run>();
  readonly #observer: Pick<Observer, 'troubled' | 'deadLettered'>;
  readonly #receipts: ReceiptKeeper | undefined;
  readonly #turns: Turns;

  constructor(
    ports: OutboxPorts,
    observer: Pick<Observer, 'troubled' | 'deadLettered'>,
    { receipts, atOnceMax = limits.outboxDrainsMax }: DrainOptions = {},
  ) {
    this.#ports = ports;
    this.#observer = observer;
    this.#receipts = receipts;
    this.#turns = new Turns(atOnceMax);
  }

  /** Something was committed for this partition; does not wait. */
  signal(partition: Partition): void {
    const run = this.#runs.get(partition);
    if (!run) this.#begin(partition, { isSignalled: true, waiting: [] });
    else {
      run.again = true;
      run.isSignalled = true;
    }
  }

  /**
   * Resolves once the outbox was found empty after this call, however much is committed meanwhile. Rejects when a port
   * failed; the entries stay.
   */
  drain(partition: Partition): Promise<void> {
    return new Promise((resolve, reject) => {
      const run = this.#runs.get(partition);
      if (!run) this.#begin(partition, { isSignalled: false, waiting: [{ resolve, reject }] });
      else {
        run.again = true;
        run.waiting.push({ resolve, reject });
      }
    });
  }

  /** Resolves once what this node is sending for the partition is sent, or has failed; at once when it sends nothing. */
  async underWay(partition: Partition): Promise<void> {
    // Whoever began it hears of its failure.
    if (this.#runs.has(partition)) await this.drain(partition).catch(() => undefined);
  }

  /** Waits for every drain under way. */
  async settle(): Promise<void> {
    await Promise.all([...this.#runs.values()].map(({ done }) => done));
  }

  #begin(partition: Partition, begun: Pick<Run, 'isSignalled' | 'waiting'>): void {
    const run: Run = { ...begun, again: false, done: Promise.resolve() };
    this.#runs.set(partition, run);
    run.done = this.#drainAll(partition, run);
  }

  /** Never rejects: whoever waits hears of a failure, and so does the observer of what nobody waits for. */
  async #drainAll(partition: Partition, run: Run): Promise<void> {
    try {
      // A partition that is committed to all the time must not keep the others from their turn.
      do await this.#turns.take(() => this.#drainOnce(partition, run));
      while (run.again);
    } catch (error) {
      for (const { reject } of run.waiting) reject(error);
      if (run.isSignalled) this.#observer.troubled('outbox', error);
    } finally {
      // In the same step in which `again` was found false: whoever comes later must start a run of its own.
      this.#runs.delete(partition);
    }
  }

  /** Whoever waits as it begins has waited long enough when it ends. */
  async #drainOnce(partition: Partition, run: Run): Promise<void> {
    run.again = false;
    const waiting = run.waiting.length;
    while (await this.#drainSome(partition));
    for (const { resolve } of run.waiting.splice(0, waiting)) resolve();
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
