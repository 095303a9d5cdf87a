import { AssertionError } from '../assert.ts';
import type { ErasureMark } from '../customer/erasure-mark.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { CustomerKey, Partition } from '../model/ids.ts';
import type { LogEntry, TableVersions } from '../model/log-message.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { TablesInForce } from '../overlays/reference-table.ts';
import type { Checkpoint, Commit, LogReader, StoredDocument } from '../ports.ts';
import { emptyTotals, sizesOf } from '../segments/segment-totals.ts';
import { commitOfBatch } from './batch-commit.ts';
import type { BatchPace } from './batch-pace.ts';
import { compareWithLog, type LogFault } from './compare-log.ts';
import { type CachedDocument, toCached } from './document-cache.ts';
import { copiesFor } from './document-copies.ts';
import {
  type BatchContext,
  type DeadEntry,
  type FoldedBatch,
  foldBatch,
  putAside,
  reasonOf,
} from './fold-batch.ts';
import { isOwnKey, loadOwnDocuments, noOwnDocuments, ownDocumentsAfter } from './own-documents.ts';
import { replayedSpends } from './replayed-spends.ts';
import type { RuntimeContext } from './runtime-context.ts';
import { TimerWaker } from './timer-waker.ts';

/** A commit whose outcome could not be told, with what it was made from. */
export interface UnsettledCommit {
  readonly commit: Commit;
  readonly folded: FoldedBatch;
  readonly entries: readonly LogEntry[];
}

/** What a session takes over from the one before it, and where it tells how it fares. */
export interface SessionOptions {
  readonly pace: BatchPace;
  readonly unsettled: UnsettledCommit | undefined;
  readonly committed: () => void;
}

/**
 * One life of a partition's worker: from the checkpoint as it is stored to the first trouble. Whatever it knows of the
 * partition dies with it, so a session that was given up changes nothing that the next one goes by.
 */
export class PartitionSession {
  readonly #context: RuntimeContext;
  readonly #partition: Partition;
  readonly #options: SessionOptions;
  readonly #timers: TimerWaker;
  #checkpoint: Checkpoint | undefined;
  #own = noOwnDocuments;
  #unsettled: UnsettledCommit | undefined;
  #outboxAt = 0;
  #hasLooked = false;
  #hasRead = false;
  #commits = 0;
  #isOver = false;
  #endPrecedence: (() => void) | undefined;

  constructor(context: RuntimeContext, partition: Partition, options: SessionOptions) {
    this.#context = context;
    this.#partition = partition;
    this.#options = options;
    this.#unsettled = options.unsettled;
    this.#timers = new TimerWaker(context, partition);
  }

  /** For the session after this one. */
  get unsettled(): UnsettledCommit | undefined {
    return this.#unsettled;
  }

  /** How many batches it committed. */
  get commits(): number {
    return this.#commits;
  }

  /** Up to where the log is applied; undefined until the session has begun to read. */
  get sequence(): number | undefined {
    return this.#checkpoint?.sequence;
  }

  /** Until the signal fires; the batch in hand is finished then. Rejects at the first trouble. */
  async run(signal: AbortSignal): Promise<void> {
    const checkpoint = await this.#begin();
    if (!this.#context.replay) await this.#context.outbox.drain(this.#partition);
    this.#checkpoint = checkpoint;
    const reader = this.#context.ports.log.read(this.#partition, checkpoint.sequence);
    const close = () => void reader.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      while (!signal.aborted) await this.#round(reader);
    } finally {
      signal.removeEventListener('abort', close);
      await reader.close();
    }
  }

  /** Nobody waits for it any more, whatever it may still be waiting for. */
  giveUp(): void {
    this.#isOver = true;
    this.#letRequestsPass();
  }

  async #begin(): Promise<Checkpoint> {
    const { log, store } = this.#context.ports;
    // A store that forgot its last second forgot what was spent in it, and nobody is told so by a commit that spends nothing.
    this.#context.desk.forget(this.#partition);
    const stored = await store.checkpoint(this.#partition);
    this.#settleUnsettled(stored);
    const fault = await compareWithLog(log, this.#partition, stored);
    const checkpoint = fault ? await this.#repair(stored, fault) : stored;
    this.#own = await loadOwnDocuments(store, this.#partition, { cache: this.#context.rows });
    this.#tellSizes();
    return checkpoint;
  }

  /** Moves the checkpoint to where it agrees with the log, unless another node did so first. */
  async #repair(stored: Checkpoint, { kind, to }: LogFault): Promise<Checkpoint> {
    const { store, ids } = this.#context.ports;
    const next: Checkpoint = { ...stored, ...to, nonce: ids.nonce() };
    const result = await store.commit({
      partition: this.#partition,
      checkpoint: { expected: stored, next },
      documents: [],
      timers: [],
      outbox: [],
      records: [],
      counters: [],
    });
    if (result.kind !== 'committed') throw contended(this.#partition);
    const { sequence: from } = stored;
    this.#context.observer.repaired({ partition: this.#partition, kind, from, to: to.sequence });
    return next;
  }

  async #round(reader: LogReader): Promise<void> {
    const entries = await reader.next({ max: this.#options.pace.max, waitMs: 1_000 });
    if (entries.length > 0 || !this.#hasLooked) await this.#followsCheckpoint();
    this.#hasRead ||= entries.length > 0;
    for (let rest = entries; rest.length > 0; ) {
      const rulebook = this.#context.rulebook();
      if (!rulebook) throw new CodedError('NB_NO_RULEBOOK', 'events wait until a valid rulebook is loaded');
      const batch = this.#samePeriods(rest.slice(0, this.#options.pace.max), rulebook);
      await this.#applyInParts(batch, rulebook);
      rest = rest.slice(batch.length);
    }
    if (this.#context.replay) return;
    this.#sweepOutbox();
    await this.#timers.wake(this.#checkpoint?.time ?? 0);
  }

  /**
   * A reader tells when what it read is gone, but before it has read anything it knows of nothing: the log may have lost
   * its end since the session began, and grown again up to the checkpoint or past it. So the session looks once more when
   * the reader is there, and again before the first entries are applied. Where the log begins is no matter here: what
   * was there when the session began was judged then, and where partitions share a stream a quiet one falls behind it.
   */
  async #followsCheckpoint(): Promise<void> {
    if (this.#hasRead) return;
    const { log } = this.#context.ports;
    const fault = await compareWithLog(log, this.#partition, this.#checkpoint as Checkpoint);
    if (fault?.kind === 'rewound') {
      const detail = `the log of partition ${this.#partition} changed below what was applied`;
      throw new CodedError('NB_STREAM_REWOUND', detail);
    }
    this.#hasLooked = true;
  }

  /** Nobody else sends on what a node committed that died since, or what could not be sent when it was committed. */
  #sweepOutbox(): void {
    const wall = this.#context.ports.clock.now();
    if (wall < this.#outboxAt) return;
    this.#outboxAt = wall + sweepEveryMs;
    this.#context.outbox.signal(this.#partition);
  }

  /** Budgets are counted by period, so a batch that spends must not reach from one period into the next. */
  #samePeriods(entries: readonly LogEntry[], rulebook: Rulebook): readonly LogEntry[] {
    if (rulebook.budgets.size === 0) return entries;
    const begin = entries[0]?.message.receivedAt ?? 0;
    const { from, until } = this.#context.desk.steadyWindow(rulebook, begin);
    const cut = entries.findIndex(({ message: { receivedAt } }) => receivedAt < from || receivedAt >= until);
    return cut === -1 ? entries : entries.slice(0, cut);
  }

  // -------------------------------------------------------------------------------------------------- one batch

  /** What cannot be stored for a reason of its own is looked for by halves, and put aside once it is found. */
  async #applyInParts(entries: readonly LogEntry[], rulebook: Rulebook): Promise<void> {
    try {
      await this.#applyBatch(entries, rulebook);
    } catch (error) {
      if (!isPoison(error)) {
        this.#options.pace.failed();
        throw error;
      }
      this.#unsettled = undefined;
      const [entry] = entries;
      if (entries.length > 1) {
        const half = Math.ceil(entries.length / 2);
        await this.#applyInParts(entries.slice(0, half), rulebook);
        await this.#applyInParts(entries.slice(half), rulebook);
      } else if (entry) {
        await this.#passBy({ entry, cause: 'store', reason: reasonOf(error) });
      }
    }
  }

  async #applyBatch(entries: readonly LogEntry[], rulebook: Rulebook): Promise<void> {
    try {
      for (let refusals = 1; ; refusals += 1) {
        const outcome = await this.#attempt(entries, rulebook);
        if (outcome === 'committed') return;
        this.#context.observer.conflicted(outcome);
        if (refusals % limits.precedenceRefusalsMax === 0) this.#letRequestsPass();
        else if (outcome === 'document') this.#takePrecedence(entries);
      }
    } finally {
      this.#letRequestsPass();
    }
  }

  async #attempt(entries: readonly LogEntry[], rulebook: Rulebook): Promise<CommitOutcome> {
    const { desk } = this.#context;
    // What a pace lets through by the first message is let through by all of them.
    const now = (entries[0] as LogEntry).message.receivedAt;
    for (;;) {
      const documents = await this.#load(entries);
      const view = await desk.view(this.#partition, rulebook, now);
      const tablesOf = await this.#holdTables(entries);
      const marks = await this.#findMarks(entries, documents);
      const folded = this.#fold(entries, documents, { rulebook, budgets: view, tablesOf, marks });
      const spends = this.#context.replay ? replayedSpends(folded, rulebook, view) : folded.spends;
      if (view.starved.size > 0 && (await desk.topUp(this.#partition, rulebook, now, view.starved))) continue;
      const counters = desk.writes(rulebook, now, spends);
      const left = await this.#context.erasures.writes(folded.erased);
      // What was put out for a customer earlier leaves the store before the customer does.
      if (left.length > 0) await this.#context.outbox.drain(this.#partition);
      const commit = this.#commitOf({ entries, folded, documents, counters, marks: left });
      return this.#commitHolding(commit, folded, entries);
    }
  }

  /** Whoever is asked without a pause would have the fold refused for ever. */
  #takePrecedence(entries: readonly LogEntry[]): void {
    if (this.#endPrecedence || this.#isOver) return;
    const keys = new Set(entries.flatMap(({ message }) => ('key' in message ? [message.key] : [])));
    this.#endPrecedence = this.#context.precedence.take([...keys]);
  }

  #letRequestsPass(): void {
    this.#endPrecedence?.();
    this.#endPrecedence = undefined;
  }

  async #passBy(dead: DeadEntry): Promise<void> {
    const entries = [dead.entry];
    const folded = putAside(dead, this.#own.partition);
    const commit = this.#commitOf({ entries, folded, documents: new Map(), counters: [], marks: [] });
    await this.#commitHolding(commit, folded, entries);
  }

  #commitOf(
    batch: Pick<
      Parameters<typeof commitOfBatch>[0],
      'entries' | 'folded' | 'documents' | 'counters' | 'marks'
    >,
  ): Commit {
    const { ports, recordMs, replay } = this.#context;
    const commit = thinking(() =>
      commitOfBatch({
        ...batch,
        partition: this.#partition,
        own: this.#own,
        checkpoint: this.#checkpoint as Checkpoint,
        wall: ports.clock.now(),
        recordMs,
        keepsReceipts: ports.receipts !== undefined,
        nonce: () => ports.ids.nonce(),
      }),
    );
    return replay ? { ...commit, outbox: [] } : commit;
  }

  /** A commit that was stored although nobody heard of it is the last thing that happened to the partition. */
  #settleUnsettled(checkpoint: Checkpoint): void {
    const unsettled = this.#unsettled;
    this.#unsettled = undefined;
    if (!unsettled || unsettled.commit.checkpoint?.next.nonce !== checkpoint.nonce) return;
    this.#committed(unsettled.commit, unsettled.folded, unsettled.entries);
  }

  async #commitHolding(
    commit: Commit,
    folded: FoldedBatch,
    entries: readonly LogEntry[],
  ): Promise<CommitOutcome> {
    this.#unsettled = { commit, folded, entries };
    const hold = this.#context.desk.hold(this.#partition, commit.counters);
    let outcome: CommitOutcome = 'checkpoint';
    try {
      outcome = await this.#commit(commit);
    } finally {
      hold.settle(outcome === 'committed' ? 'committed' : 'refused');
    }
    this.#unsettled = undefined;
    if (outcome === 'committed') this.#committed(commit, folded, entries);
    return outcome;
  }

  /** The tables in force before the batch, and those that come into force within it. */
  #holdTables(entries: readonly LogEntry[]): Promise<(versions: TableVersions) => TablesInForce> {
    const before = this.#own.partition.tables;
    const within = entries.flatMap(({ message }) => (message.kind === 'tables' ? [message.tables] : []));
    return this.#context.tables.hold(before ? [before, ...within] : within);
  }

  /** Nobody is looked up while nobody was erased lately: a new customer costs no more than any other. */
  async #findMarks(
    entries: readonly LogEntry[],
    documents: ReadonlyMap<string, CachedDocument>,
  ): Promise<ReadonlyMap<CustomerKey, ErasureMark>> {
    const { erasuresUntil = Number.NEGATIVE_INFINITY } = this.#own.partition;
    const keys = new Set<CustomerKey>();
    for (const { message } of entries) {
      if (!('key' in message)) continue;
      const mayBeMarked = message.receivedAt <= erasuresUntil && !documents.get(message.key)?.state;
      if (mayBeMarked || message.kind === 'erase') keys.add(message.key);
    }
    return this.#context.erasures.find(this.#partition, [...keys]);
  }

  /** Nothing else runs meanwhile, so the next batch follows the time that this one took. */
  #fold(
    entries: readonly LogEntry[],
    documents: ReadonlyMap<string, CachedDocument>,
    pinned: Pick<BatchContext, 'rulebook' | 'budgets' | 'tablesOf' | 'marks'>,
  ): FoldedBatch {
    const { tenant, partitions, ports, receipts } = this.#context;
    const begun = ports.clock.now();
    const states = new Map([...documents].map(([key, { state }]) => [key, state] as const));
    const { partition: document, models } = this.#own;
    const folded = foldBatch(entries, states, document, {
      tenant,
      partition: this.#partition,
      partitions,
      models,
      rows: this.#context.rows,
      ...(receipts && { receipts }),
      ...pinned,
    });
    this.#options.pace.folded(ports.clock.now() - begun);
    return folded;
  }

  async #load(entries: readonly LogEntry[]): Promise<ReadonlyMap<string, CachedDocument>> {
    const { cache, ports, replay } = this.#context;
    const documents = new Map<string, CachedDocument>();
    const keys: string[] = [];
    for (const [key, copy] of copiesFor(entries, cache, replay === undefined)) {
      if (copy) documents.set(key, copy);
      else keys.push(key);
    }
    const loaded = keys.length > 0 ? await ports.store.load(this.#partition, keys) : [];
    thinking(() => {
      for (const [index, key] of keys.entries()) documents.set(key, toCached(loaded[index]));
    });
    return documents;
  }

  async #commit(commit: Commit): Promise<CommitOutcome> {
    const { store } = this.#context.ports;
    this.#context.cache.writes(commit.documents);
    const result = await store.commit(commit).catch((error) => this.#settleUnknown(commit, error));
    switch (result.kind) {
      case 'committed':
        return 'committed';
      case 'conflict':
        await this.#refresh(result.documents);
        this.#context.desk.forget(this.#partition);
        return 'document';
      case 'exhausted':
        this.#context.desk.forget(this.#partition);
        return 'budget';
      default:
        this.#forget(commit);
        this.#context.observer.conflicted('checkpoint');
        throw contended(this.#partition);
    }
  }

  async #settleUnknown(commit: Commit, error: unknown): Promise<{ readonly kind: 'committed' }> {
    const stored = await this.#context.ports.store.checkpoint(this.#partition);
    if (stored.nonce === commit.checkpoint?.next.nonce) return { kind: 'committed' };
    this.#forget(commit);
    throw error;
  }

  async #refresh(refused: ReadonlyMap<string, StoredDocument | undefined>): Promise<void> {
    const { cache, ports, rows } = this.#context;
    for (const [key, stored] of refused) if (!isOwnKey(key)) cache.set(key, toCached(stored));
    if ([...refused.keys()].some(isOwnKey)) {
      this.#own = await loadOwnDocuments(ports.store, this.#partition, { cache: rows, refused });
    }
  }

  #tellSizes(): void {
    const { observer } = this.#context;
    const { segments = emptyTotals } = this.#own.partition;
    observer.counted?.(this.#partition, sizesOf(segments));
    observer.foldScoring?.(this.#partition, this.#own.models.at);
  }

  #forget(commit: Commit): void {
    for (const { key } of commit.documents) this.#context.cache.forget(key);
    this.#context.desk.forget(this.#partition);
  }

  #committed(commit: Commit, folded: FoldedBatch, entries: readonly LogEntry[]): void {
    const { cache, outbox, observer, replay } = this.#context;
    this.#checkpoint = commit.checkpoint?.next;
    this.#commits += 1;
    this.#options.committed();
    const hasCounted = folded.partition !== this.#own.partition || folded.models !== undefined;
    this.#own = ownDocumentsAfter(this.#own, folded, commit.documents);
    if (hasCounted) this.#tellSizes();
    for (const { key, nonce, value } of commit.documents) {
      if (isOwnKey(key)) continue;
      if (value === undefined) cache.forget(key);
      else if (folded.states.has(key as CustomerKey)) {
        cache.set(key, { nonce, state: folded.states.get(key as CustomerKey), value });
      }
    }
    this.#timers.committed(commit.timers);
    if (replay) replay.committed(folded, entries);
    else if (commit.outbox.length > 0) outbox.signal(this.#partition);
    for (const { message, note } of folded.notes) {
      if (message.kind === 'timer') this.#timers.folded(message);
      observer.applied({
        kind: message.kind,
        note,
        ...(message.kind === 'outcome' && { outcome: message.outcome }),
      });
    }
    for (const decision of folded.decisions) observer.decided(decision);
    for (const { reason, cause } of folded.dead) observer.deadLettered(reason, cause);
    observer.advanced(this.#partition, entries.length);
  }
}

/** How often a partition looks for due waits and for an outbox that was left. */
const sweepEveryMs = 1_000;

type CommitOutcome = 'committed' | 'document' | 'checkpoint' | 'budget';

/** Decoding, folding or encoding failed: the same messages will fail again. */
class Unstorable extends Error {
  override readonly name = 'Unstorable';
}

function thinking<Result>(think: () => Result): Result {
  try {
    return think();
  } catch (error) {
    throw new Unstorable(reasonOf(error), { cause: error });
  }
}

/** It fails for what is in the batch, so that it would fail for ever. */
function isPoison(error: unknown): boolean {
  if (error instanceof Unstorable || error instanceof AssertionError) return true;
  return error instanceof CodedError && !error.retryable && error.code !== 'NB_STREAM_REWOUND';
}

function contended(partition: Partition): CodedError {
  return new CodedError('NB_CONTENTION', `partition ${partition} is worked on by another node`);
}
