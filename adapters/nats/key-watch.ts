import { setTimeout as sleep } from 'node:timers/promises';
import type { KV, KvEntry, KvWatchEntry } from '@nats-io/kv';
import type { QueuedIterator } from 'nats';
import { messageOf } from './nats-errors.ts';

export interface KeyWatchOptions {
  readonly kv: KV;
  readonly key: string;
  /** Every entry is newer than the one before it; its revision is lower where the bucket was lost and made anew. */
  readonly onEntry: (entry: KvEntry) => void;
  readonly note: (note: string) => void;
}

/** Between two looks at the key, whatever the subscription says. */
const lookEveryMs = 500;

/**
 * Follows one key of a bucket. A subscription brings changes at once; a look at the key now and then brings what the
 * subscription missed, because after a restart of the server or a change of leadership it may look healthy and deliver
 * nothing.
 */
export class KeyWatch {
  readonly #options: KeyWatchOptions;
  readonly #closing = new AbortController();
  #entries: QueuedIterator<KvWatchEntry> | undefined;
  #last: Pick<KvEntry, 'revision' | 'created'> | undefined;
  #isAway = false;
  #running: Promise<unknown> = Promise.resolve();

  private constructor(options: KeyWatchOptions) {
    this.#options = options;
  }

  /** Resolves once the key was looked at; rejects when that fails. */
  static async open(options: KeyWatchOptions): Promise<KeyWatch> {
    const watch = new KeyWatch(options);
    await watch.#look();
    watch.#running = Promise.all([watch.#subscribe(), watch.#lookAgain()]);
    return watch;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#entries?.stop();
    await this.#running;
  }

  async #subscribe(): Promise<void> {
    const { kv, key, note } = this.#options;
    while (!this.#isClosed) {
      try {
        this.#entries = await kv.watch({ key });
        if (this.#isClosed) this.#entries.stop();
        for await (const entry of this.#entries) this.#take(entry);
      } catch (error) {
        if (!this.#isAway) note(`Following ${key} was interrupted: ${messageOf(error)}`);
      }
      await this.#rest();
    }
  }

  async #lookAgain(): Promise<void> {
    await this.#rest();
    while (!this.#isClosed) {
      try {
        await this.#look();
        this.#isAway = false;
      } catch (error) {
        if (!this.#isAway) this.#options.note(`${this.#options.key} cannot be read: ${messageOf(error)}`);
        this.#isAway = true;
      }
      await this.#rest();
    }
  }

  async #look(): Promise<void> {
    const entry = await this.#options.kv.get(this.#options.key);
    if (entry !== null) this.#take(entry);
  }

  #take(entry: KvEntry): void {
    if (this.#isClosed || !this.#isNews(entry)) return;
    this.#last = { revision: entry.revision, created: entry.created };
    this.#options.onEntry(entry);
  }

  /** In one bucket both only grow; in one that was made anew the revisions begin again, later. */
  #isNews({ revision, created }: KvEntry): boolean {
    return this.#last === undefined || revision > this.#last.revision || created > this.#last.created;
  }

  /** Cut short by `close`. */
  async #rest(): Promise<void> {
    try {
      await sleep(lookEveryMs, undefined, { signal: this.#closing.signal });
    } catch {
      // The only way for it to fail.
    }
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }
}
