import { CodedError } from '../errors.ts';
import { day, limits } from '../limits.ts';
import type { CustomerKey, Partition } from '../model/ids.ts';
import type { LogEntry } from '../model/log-message.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { Checkpoint, Commit, LogReader } from '../ports.ts';
import { type CachedPartition, commitOfBatch } from './batch-commit.ts';
import type { DeskView } from './budget-desk.ts';
import { type CachedDocument, toCached } from './document-cache.ts';
import { type FoldedBatch, foldBatch } from './fold-batch.ts';
import {
  decodePartitionDocument,
  emptyPartitionDocument,
  partitionDocumentKey,
} from './partition-document.ts';
import type { RuntimeContext } from './runtime-context.ts';
import { TimerWaker } from './timer-waker.ts';

/**
 * Works off one partition's log: read in order from the checkpoint, fold, commit, send on.
 *
 * R1. States, timers, outbox, records, counters and checkpoint of a batch are one commit. After a crash the batch is
 *     read again from the old checkpoint; after the commit the outbox is sent again.
 * R2. A commit succeeds only on the checkpoint and the document versions that the batch was folded from. A worker that
 *     lost its partition therefore changes nothing, whatever it believes.
 * R3. A rejected commit has an unknown outcome: the checkpoint is read again, and its nonce tells.
 * R4. The rulebook is pinned for a batch.
 */
export class PartitionWorker {
  readonly #context: RuntimeContext;
  readonly #partition: Partition;
  #checkpoint: Checkpoint | undefined;
  #document: CachedPartition = { nonce: undefined, value: emptyPartitionDocument };
  /** The commit whose outcome could not be told, with what it was made from. */
  #unsettled: { commit: Commit; folded: FoldedBatch; entries: readonly LogEntry[] } | undefined;
  readonly #timers: TimerWaker;
  #outboxAt = 0;
  /** Doubles from trouble to trouble until a batch gets through. */
  #pauseMs = pauseMsMin;

  constructor(context: RuntimeContext, partition: Partition) {
    this.#context = context;
    this.#partition = partition;
    this.#timers = new TimerWaker(context, partition);
  }

  /** Runs until the signal fires; goes on by itself after every trouble. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#session(signal);
      } catch (error) {
        this.#context.observer.troubled(`partition ${this.#partition}`, error);
        await this.#context.ports.timing.sleep(this.#pauseMs, signal);
        this.#pauseMs = Math.min(pauseMsMax, this.#pauseMs * 2);
      }
    }
  }

  async #session(signal: AbortSignal): Promise<void> {
    const { log, store } = this.#context.ports;
    const checkpoint = await store.checkpoint(this.#partition);
    this.#settleUnsettled(checkpoint);
    await this.#refuseRewoundLog(checkpoint);
    await this.#loadPartitionDocument();
    await this.#context.outbox.drain(this.#partition);
    this.#checkpoint = checkpoint;
    this.#timers.reset();
    const reader = log.read(this.#partition, checkpoint.sequence);
    const close = () => void reader.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      while (!signal.aborted) await this.#round(reader);
    } finally {
      signal.removeEventListener('abort', close);
      await reader.close();
    }
  }

  async #round(reader: LogReader): Promise<void> {
    const entries = await reader.next({ max: limits.batchMessagesMax, waitMs: 1_000 });
    for (let rest = entries; rest.length > 0; ) {
      const rulebook = this.#context.rulebook();
      if (!rulebook) throw new CodedError('NB_NO_RULEBOOK', 'events wait until a valid rulebook is loaded');
      const batch = samePeriod(rest, rulebook);
      await this.#applyBatch(batch, rulebook);
      rest = rest.slice(batch.length);
    }
    this.#sweepOutbox();
    await this.#timers.wake(this.#checkpoint?.time ?? 0);
  }

  /** Nobody else sends on what a node committed that died since, or what could not be sent when it was committed. */
  #sweepOutbox(): void {
    const wall = this.#context.ports.clock.now();
    if (wall < this.#outboxAt) return;
    this.#outboxAt = wall + sweepEveryMs;
    this.#context.outbox.signal(this.#partition);
  }

  async #refuseRewoundLog(checkpoint: Checkpoint): Promise<void> {
    const head = await this.#context.ports.log.head(this.#partition);
    if (head >= checkpoint.sequence) return;
    throw new CodedError(
      'NB_STREAM_REWOUND',
      `the log of partition ${this.#partition} ends at ${head}, but ${checkpoint.sequence} was applied already`,
    );
  }

  // -------------------------------------------------------------------------------------------------- one batch

  async #applyBatch(entries: readonly LogEntry[], rulebook: Rulebook): Promise<void> {
    const { desk, observer, ports } = this.#context;
    const now = (entries[entries.length - 1] as LogEntry).message.receivedAt;
    for (;;) {
      const documents = await this.#load(entries);
      const view = await desk.view(this.#partition, rulebook, now);
      const folded = this.#fold(entries, rulebook, documents, view);
      if (view.starved.size > 0 && (await desk.topUp(this.#partition, rulebook, now, view.starved))) continue;
      const commit = commitOfBatch({
        partition: this.#partition,
        entries,
        folded,
        documents,
        partitionDocument: this.#document,
        checkpoint: this.#checkpoint as Checkpoint,
        counters: desk.writes(rulebook, now, folded.spends),
        wall: ports.clock.now(),
        nonce: () => ports.ids.nonce(),
      });
      this.#unsettled = { commit, folded, entries };
      const outcome = await this.#commitHolding(commit);
      this.#unsettled = undefined;
      if (outcome === 'committed') return this.#committed(commit, folded, entries);
      observer.conflicted(outcome);
    }
  }

  /** A commit that was stored although nobody heard of it is the last thing that happened to the partition. */
  #settleUnsettled(checkpoint: Checkpoint): void {
    const unsettled = this.#unsettled;
    this.#unsettled = undefined;
    if (!unsettled || unsettled.commit.checkpoint?.next.nonce !== checkpoint.nonce) return;
    this.#committed(unsettled.commit, unsettled.folded, unsettled.entries);
  }

  async #commitHolding(commit: Commit): Promise<CommitOutcome> {
    const hold = this.#context.desk.hold(this.#partition, commit.counters);
    let outcome: CommitOutcome = 'checkpoint';
    try {
      outcome = await this.#commit(commit);
    } finally {
      hold.settle(outcome === 'committed' ? 'committed' : 'refused');
    }
    return outcome;
  }

  #fold(
    entries: readonly LogEntry[],
    rulebook: Rulebook,
    documents: ReadonlyMap<string, CachedDocument>,
    budgets: DeskView,
  ): FoldedBatch {
    const { tenant, partitions } = this.#context;
    const states = new Map([...documents].map(([key, { state }]) => [key, state] as const));
    return foldBatch(entries, states, this.#document.value, {
      tenant,
      partition: this.#partition,
      partitions,
      rulebook,
      budgets,
    });
  }

  async #load(entries: readonly LogEntry[]): Promise<ReadonlyMap<string, CachedDocument>> {
    const { cache, ports } = this.#context;
    const documents = new Map<string, CachedDocument>();
    const missing = new Set<string>();
    for (const { message } of entries) {
      if (message.kind === 'model' || documents.has(message.key)) continue;
      const cached = cache.get(message.key);
      if (cached) documents.set(message.key, cached);
      else missing.add(message.key);
    }
    const keys = [...missing];
    const loaded = keys.length > 0 ? await ports.store.load(this.#partition, keys) : [];
    for (const [index, key] of keys.entries()) documents.set(key, toCached(loaded[index]));
    return documents;
  }

  async #commit(commit: Commit): Promise<CommitOutcome> {
    const { store } = this.#context.ports;
    const result = await store.commit(commit).catch((error) => this.#settleUnknown(commit, error));
    switch (result.kind) {
      case 'committed':
        return 'committed';
      case 'conflict':
        for (const [key, stored] of result.documents) this.#refresh(key, stored);
        return 'document';
      case 'exhausted':
        this.#context.desk.forget(this.#partition);
        return 'budget';
      default:
        this.#forget(commit);
        this.#context.observer.conflicted('checkpoint');
        throw new CodedError('NB_CONTENTION', `partition ${this.#partition} is worked on by another node`);
    }
  }

  async #settleUnknown(commit: Commit, error: unknown): Promise<{ readonly kind: 'committed' }> {
    const stored = await this.#context.ports.store.checkpoint(this.#partition);
    if (stored.nonce === commit.checkpoint?.next.nonce) return { kind: 'committed' };
    this.#forget(commit);
    throw error;
  }

  #refresh(key: string, stored: Parameters<typeof toCached>[0]): void {
    if (key === partitionDocumentKey) {
      this.#document = cachedPartition(stored);
      return;
    }
    this.#context.cache.set(key, toCached(stored));
  }

  #forget(commit: Commit): void {
    for (const { key } of commit.documents) this.#context.cache.forget(key);
    this.#context.desk.forget(this.#partition);
  }

  #committed(commit: Commit, folded: FoldedBatch, entries: readonly LogEntry[]): void {
    const { cache, outbox, observer } = this.#context;
    this.#checkpoint = commit.checkpoint?.next;
    this.#pauseMs = pauseMsMin;
    for (const { key, nonce, value } of commit.documents) {
      const state = folded.states.get(key as CustomerKey);
      if (state) cache.set(key, { nonce, state, value });
      else this.#document = { nonce, value: folded.partition };
    }
    this.#timers.committed(commit.timers);
    if (folded.outbox.length > 0) outbox.signal(this.#partition);
    for (const { message, note } of folded.notes) {
      if (message.kind === 'timer') this.#timers.folded(message);
      observer.applied({
        kind: message.kind,
        note,
        ...(message.kind === 'outcome' && { outcome: message.outcome }),
      });
    }
    for (const decision of folded.decisions) observer.decided(decision);
    for (const { reason } of folded.dead) observer.deadLettered(reason);
    observer.advanced(this.#partition, entries.length);
  }

  async #loadPartitionDocument(): Promise<void> {
    const [stored] = await this.#context.ports.store.load(this.#partition, [partitionDocumentKey]);
    this.#document = cachedPartition(stored);
  }
}

const pauseMsMin = 50;
const pauseMsMax = 2_000;

/** How often a partition looks for due waits and for an outbox that was left. */
const sweepEveryMs = 1_000;

type CommitOutcome = 'committed' | 'document' | 'checkpoint' | 'budget';

function cachedPartition(stored: Parameters<typeof toCached>[0]): CachedPartition {
  return stored
    ? { nonce: stored.nonce, value: decodePartitionDocument(stored.value) }
    : { nonce: undefined, value: emptyPartitionDocument };
}

/** Budgets are counted by period, so a batch that spends must not reach from one hour into the next. */
function samePeriod(entries: readonly LogEntry[], rulebook: Rulebook): readonly LogEntry[] {
  if (rulebook.budgets.size === 0) return entries;
  const hourOf = (entry: LogEntry | undefined) => Math.floor((entry?.message.receivedAt ?? 0) / (day / 24));
  const cut = entries.findIndex((entry) => hourOf(entry) !== hourOf(entries[0]));
  return cut === -1 ? entries : entries.slice(0, cut);
}
