import {
  type Consumer,
  type ConsumerMessages,
  DeliverPolicy,
  type JsMsg,
  type StreamInfo,
} from '@nats-io/jetstream';
import { CodedError } from '../../engine/index.ts';
import type { JetStreamConnection } from './connect-nats.ts';
import { messageOf } from './nats-errors.ts';

export interface OrderedReaderOptions<Entry> {
  readonly connection: JetStreamConnection;
  readonly stream: string;
  /** One subject: a server of version 2.9 takes no list. */
  readonly filter: string;
  /** Read what follows this sequence; absent: what follows the end of the stream as it is now. */
  readonly after?: number;
  /** Read what was stored from then on, epoch ms; instead of `after`. */
  readonly since?: number;
  /**
   * Rejects with a coded error when the stream cannot deliver what follows `after`; the reader ends with it. Without it
   * a reader goes on with whatever stream has that name, from its beginning when it is another one.
   */
  readonly check?: (stream: StreamInfo, after: number) => Promise<void>;
  readonly decode: (message: JsMsg) => Entry;
}

/** Entries read ahead of `next`, and the bytes of their messages; what is under way comes on top. */
const bufferMax = 500;
const bufferBytesMax = 4 * 1024 * 1024;
const prefetchMax = 256;
const heartbeatMs = 1_000;
/** Nothing came for so long although the stream holds more: the consumer is stuck. */
const stuckMs = 5_000;
const missedHeartbeatsMax = 3;
const pause = { firstMs: 50, longestMs: 2_000 };

/**
 * Reads a subject of a stream in order and without gaps, across restarts of the server, lost consumers and changes of
 * leadership. An ordered consumer does the reading; whenever it ends, is gone, falls silent or is stuck, another one is
 * created after the last entry delivered. Several of these faults show in status events only, and one shows nowhere, so
 * the reader also compares what it has with the head of the stream.
 */
export class OrderedReader<Entry> {
  readonly #options: OrderedReaderOptions<Entry>;
  readonly #waiting = new Set<() => void>();
  readonly #opened: Promise<void>;
  #buffer: { readonly entry: Entry; readonly bytes: number }[] = [];
  #bufferBytes = 0;
  #last = 0;
  /** When the stream was created, as its server writes it: another one of the same name was created later. */
  #created: string | undefined;
  #progress = 0;
  /** Where the previous look found the reader behind; two looks in a row make it stuck. */
  #stuckAt: number | undefined;
  #problem: CodedError | undefined;
  #isClosed = false;
  #messages: ConsumerMessages | undefined;

  constructor(options: OrderedReaderOptions<Entry>) {
    this.#options = options;
    let opened = (): void => undefined;
    this.#opened = new Promise((resolve) => {
      opened = resolve;
    });
    // It ends by itself: closed, or with a problem that `next` reports.
    this.#run(opened);
  }

  /** Resolves once the place to read from is fixed, or the first attempt to fix it has failed. */
  get opened(): Promise<void> {
    return this.#opened;
  }

  async next(options: { readonly max: number; readonly waitMs: number }): Promise<readonly Entry[]> {
    const end = Date.now() + options.waitMs;
    while (!this.#isClosed && this.#buffer.length === 0 && this.#problem === undefined) {
      const leftMs = end - Date.now();
      if (leftMs <= 0) break;
      await this.#changed(leftMs);
    }
    if (this.#isClosed) return [];
    if (this.#buffer.length === 0 && this.#problem !== undefined) throw this.#problem;
    const taken = this.#buffer.slice(0, options.max);
    this.#buffer = this.#buffer.slice(taken.length);
    for (const { bytes } of taken) this.#bufferBytes -= bytes;
    this.#change();
    return taken.map(({ entry }) => entry);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#buffer = [];
    this.#bufferBytes = 0;
    this.#messages?.stop();
    this.#change();
  }

  async #run(opened: () => void): Promise<void> {
    let failures = 0;
    while (!this.#isClosed) {
      const before = this.#progress;
      try {
        const stream = await this.#options.connection.manager.streams.info(this.#options.stream);
        await this.#stand(stream);
        await this.#consume(opened);
      } catch (error) {
        if (error instanceof CodedError && !error.retryable) this.#problem = error;
        else
          this.#options.connection.note(
            `Reading ${this.#options.filter} was interrupted: ${messageOf(error)}`,
          );
      }
      opened();
      this.#change();
      if (this.#problem !== undefined) return;
      failures = this.#progress > before ? 0 : failures + 1;
      await this.#rest(Math.min(pause.firstMs * 2 ** failures, pause.longestMs));
    }
  }

  /** Fixes the place to read from, and looks whether what follows it there still follows what was read. */
  async #stand(stream: StreamInfo): Promise<void> {
    const { since, after, check } = this.#options;
    const end = stream.state.last_seq;
    if (this.#created === undefined) this.#last = since === undefined ? (after ?? end) : 0;
    if (check) await check(stream, this.#last);
    else if (this.#created !== undefined && this.#created !== stream.created) this.#last = 0;
    else this.#last = Math.min(this.#last, end);
    this.#created = stream.created;
  }

  /** One consumer's life. */
  async #consume(opened: () => void): Promise<void> {
    const { client } = this.#options.connection;
    const consumer = await client.consumers.get(this.#options.stream, {
      filter_subjects: this.#options.filter,
      ...this.#place(),
      inactive_threshold: 30_000,
    });
    opened();
    const messages = await consumer.consume({
      max_messages: prefetchMax,
      expires: 30_000,
      idle_heartbeat: heartbeatMs,
      abort_on_missing_resource: true,
    });
    this.#messages = messages;
    this.#followStatus(messages);
    const watch = setInterval(() => this.#stopWhenStuck(messages), stuckMs);
    try {
      if (!this.#isClosed) await this.#take(messages);
    } finally {
      clearInterval(watch);
      messages.stop();
      this.#forget(consumer);
    }
  }

  /** By time only until something was read. */
  #place() {
    const { since } = this.#options;
    return since === undefined || since <= 0 || this.#last > 0
      ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: this.#last + 1 }
      : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(since).toISOString() };
  }

  async #take(messages: ConsumerMessages): Promise<void> {
    for await (const message of messages) {
      if (this.#isClosed) return;
      // A server whose copy of the stream lags lets a consumer begin at the end of that copy. Another stream of the same
      // name looks the same, and the next look at the stream tells.
      if (message.seq <= this.#last) return;
      this.#keep(message);
      if (!this.#isFull) continue;
      await this.#changed(stuckMs);
      // The reader's owner is busy elsewhere. A consumer that nobody empties would go on asking for more.
      if (this.#isFull) return this.#untilRoom();
    }
  }

  #keep(message: JsMsg): void {
    try {
      const bytes = message.data.length;
      this.#buffer.push({ entry: this.#options.decode(message), bytes });
      this.#bufferBytes += bytes;
    } catch (error) {
      this.#options.connection.note(
        `Entry ${message.seq} of ${message.subject} is not ours and was passed over: ${messageOf(error)}`,
      );
    }
    this.#last = message.seq;
    this.#progress += 1;
    this.#change();
  }

  get #isFull(): boolean {
    return this.#buffer.length >= bufferMax || this.#bufferBytes >= bufferBytesMax;
  }

  async #untilRoom(): Promise<void> {
    this.#messages?.stop();
    while (!this.#isClosed && this.#isFull) await this.#changed(stuckMs);
  }

  async #followStatus(messages: ConsumerMessages): Promise<void> {
    for await (const status of messages.status()) {
      const isGone =
        status.type === 'consumer_deleted' ||
        status.type === 'consumer_not_found' ||
        status.type === 'stream_not_found';
      const isSilent = status.type === 'heartbeats_missed' && status.count >= missedHeartbeatsMax;
      if (isGone || isSilent) messages.stop();
    }
  }

  /** After a change of leadership a consumer may look healthy and deliver nothing. */
  async #stopWhenStuck(messages: ConsumerMessages): Promise<void> {
    const last = this.#last;
    if (this.#buffer.length > 0) return;
    try {
      const isBehind = (await headOf(this.#options)) > last && last === this.#last;
      if (isBehind && this.#stuckAt === last) messages.stop();
      this.#stuckAt = isBehind ? last : undefined;
    } catch {
      // The server is away; the consumer's own signs of life tell when it is back.
    }
  }

  /** The server would find out by itself after a while. */
  #forget(consumer: Consumer): void {
    if (this.#options.connection.nats.isClosed()) return;
    consumer.delete().catch(() => undefined);
  }

  #change(): void {
    // Called for every message, and hardly ever does anybody wait.
    if (this.#waiting.size === 0) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Resolves at the next change, or after a time. */
  #changed(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#waiting.add(wake);
    });
  }

  async #rest(ms: number): Promise<void> {
    const end = Date.now() + ms;
    while (!this.#isClosed && Date.now() < end) await this.#changed(end - Date.now());
  }
}

/** Sequence of the newest message of a subject, 0 when there is none. */
export async function headOf(place: {
  readonly connection: JetStreamConnection;
  readonly stream: string;
  readonly filter: string;
}): Promise<number> {
  const newest = await place.connection.manager.streams.getMessage(place.stream, {
    last_by_subj: place.filter,
  });
  return newest?.seq ?? 0;
}
