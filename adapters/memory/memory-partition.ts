import type { CustomerKey } from '../../engine/index.ts';
import type {
  Checkpoint,
  Commit,
  CommitResult,
  DeadLetter,
  DueTimer,
  OutboxEntry,
  OutboxItem,
  RecordWrite,
  StoredDocument,
} from '../../engine/ports.ts';
import { originCheckpoint } from '../../engine/ports.ts';
import { MemoryCounters } from './memory-counters.ts';
import { compareTimers, TimerIndex } from './timer-index.ts';

/** The state of one partition. A commit is one synchronous call, so nothing can come between its checks and its writes. */
export class MemoryPartition {
  readonly documents = new Map<string, StoredDocument>();
  readonly counters = new MemoryCounters();
  checkpoint: Checkpoint = originCheckpoint;
  readonly #records = new Map<string, RecordWrite>();
  readonly #deadLetters = new Map<number, DeadLetter>();
  /** By handle; a map keeps the order in which the items came. */
  readonly #outbox = new Map<string, string>();
  readonly #timers = { wall: new TimerIndex('wall'), stream: new TimerIndex('stream') };
  #lastHandle = 0;

  commit(commit: Commit, now: number): CommitResult {
    const counters = this.counters.after(commit.counters, now);
    const refused = this.#refusal(commit, counters.exhausted, now);
    if (refused !== undefined) return refused;
    if (commit.checkpoint !== undefined) this.checkpoint = { ...commit.checkpoint.next };
    for (const customer of commit.forgets ?? []) this.#forget(customer);
    for (const { key, nonce, value } of commit.documents) {
      if (value === undefined) this.documents.delete(key);
      else this.documents.set(key, { nonce, value });
    }
    for (const { key, clock, due } of commit.timers) this.#timers[clock].set(key, due);
    for (const item of commit.outbox) this.#outbox.set(String(++this.#lastHandle), JSON.stringify(item));
    for (const record of commit.records) this.#records.set(record.id, { ...record });
    this.counters.set(counters.values, commit.counters);
    for (const letter of commit.deadLetters ?? []) this.#deadLetters.set(letter.sequence, letter);
    return { kind: 'committed' };
  }

  record(id: string, now: number): string | undefined {
    const record = this.#records.get(id);
    if (record === undefined) return undefined;
    if (record.expiresAt > now) return record.value;
    this.#records.delete(id);
    return undefined;
  }

  recordsOf(customer: CustomerKey, now: number): readonly { readonly id: string; readonly value: string }[] {
    return [...this.#records.values()]
      .filter((record) => record.customer === customer && record.expiresAt > now)
      .map(({ id, value }) => ({ id, value }));
  }

  deadLetters(after: number, limit: number, now: number): readonly DeadLetter[] {
    return [...this.#deadLetters.values()]
      .filter(({ sequence, expiresAt }) => sequence > after && expiresAt > now)
      .sort((one, other) => one.sequence - other.sequence)
      .slice(0, limit);
  }

  clearDeadLetters(sequences: readonly number[]): void {
    for (const sequence of sequences) this.#deadLetters.delete(sequence);
  }

  outbox(limit: number): readonly OutboxEntry[] {
    const entries: OutboxEntry[] = [];
    for (const [handle, json] of this.#outbox) {
      if (entries.length >= limit) break;
      entries.push({ handle, item: JSON.parse(json) as OutboxItem });
    }
    return entries;
  }

  clearOutbox(handles: readonly string[]): void {
    for (const handle of handles) this.#outbox.delete(handle);
  }

  dueTimers(until: { readonly wall: number; readonly stream: number }, limit: number): readonly DueTimer[] {
    const wall = this.#timers.wall.due(until.wall, limit);
    const stream = this.#timers.stream.due(until.stream, limit);
    return [...wall, ...stream].sort(compareTimers).slice(0, limit);
  }

  #forget(customer: CustomerKey): void {
    for (const { id, customer: whose } of this.#records.values()) {
      if (whose === customer) this.#records.delete(id);
    }
    for (const { sequence, message } of this.#deadLetters.values()) {
      if ('key' in message && message.key === customer) this.#deadLetters.delete(sequence);
    }
    for (const clock of ['wall', 'stream'] as const) this.#timers[clock].set(customer, undefined);
  }

  /** The first reason, in the order of the port, why this commit cannot be stored. */
  #refusal(commit: Commit, exhausted: readonly string[], now: number): CommitResult | undefined {
    const record = commit.onceBy === undefined ? undefined : this.record(commit.onceBy, now);
    if (record !== undefined) return { kind: 'repeated', record };
    if (commit.checkpoint !== undefined && commit.checkpoint.expected.nonce !== this.checkpoint.nonce) {
      return { kind: 'stale-checkpoint', checkpoint: this.checkpoint };
    }
    const barring = (commit.unless ?? []).filter((id) => this.record(id, now) !== undefined);
    if (barring.length > 0) return { kind: 'barred', records: barring };
    const documents = new Map<string, StoredDocument | undefined>();
    for (const { key, expected } of commit.documents) {
      const found = this.documents.get(key);
      if (found?.nonce !== expected) documents.set(key, found);
    }
    if (documents.size > 0) return { kind: 'conflict', documents };
    return exhausted.length > 0 ? { kind: 'exhausted', counters: exhausted } : undefined;
  }
}
