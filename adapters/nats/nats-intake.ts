import { setTimeout as sleep } from 'node:timers/promises';
import {
  AckPolicy,
  type Consumer,
  type ConsumerMessages,
  DeliverPolicy,
  JetStreamApiError,
  type JsMsg,
} from '@nats-io/jetstream';
import { nanos, type Subscription } from 'nats';
import type { Tenant } from '../../engine/index.ts';
import type { JetStreamConnection } from './connect-nats.ts';
import { deadLetter } from './dead-letter.ts';
import { Subjects } from './subjects.ts';

export interface RawTouchpoint {
  /** The parsed JSON, unchecked. */
  readonly body: unknown;
  readonly subject: string;
  /** The `Nats-Msg-Id` its sender gave it. */
  readonly id?: string;
}

export type IntakeVerdict = 'accepted' | { readonly rejected: string };

export interface IntakeOptions {
  readonly connection: JetStreamConnection;
  readonly tenant: Tenant;
  /** One verdict a message, in their order, once the accepted ones are durable. A throw means: try all of them later. */
  readonly handle: (raw: readonly RawTouchpoint[]) => Promise<readonly IntakeVerdict[]>;
  readonly onError: (error: unknown) => void;
}

export interface Intake {
  /** Finishes the batch in hand and gives the rest back. */
  close(): Promise<void>;
}

const durable = 'nextbest-intake';
const batchMax = 200;
/** Delivered and not settled yet, over all nodes: what bounds the queue here. */
const unsettledMax = 1_000;
const settleMs = 60_000;
const heartbeatMs = 1_000;
const lookMs = 5_000;
const missedHeartbeatsMax = 3;
const pause = { firstMs: 250, longestMs: 30_000 };
const consumerNotFound = 10_014;

/**
 * Takes touchpoints that anyone may publish to `<prefix>.touchpoints`. Each is acknowledged once it is accepted, or once
 * it lies in the dead-letter stream with the reason; until then it is delivered again, so nothing is lost on a crash.
 * All nodes share one durable consumer. Repeated deliveries are expected, and dropped by message id further on.
 */
export async function openIntake(options: IntakeOptions): Promise<Intake> {
  const intake = new RunningIntake(options);
  await intake.ensureConsumer();
  intake.begin();
  return intake;
}

class RunningIntake implements Intake {
  readonly #options: IntakeOptions;
  readonly #subjects: Subjects;
  readonly #stream: string;
  readonly #queue: JsMsg[] = [];
  #work: Promise<void> | undefined;
  #running: Promise<void> | undefined;
  #messages: ConsumerMessages | undefined;
  /** Everything before it is settled: where a consumer that was deleted under us has to begin again. */
  #settledUpTo = 0;
  #received = 0;
  /** How much had been received when the previous look found it stuck; two looks in a row make it so. */
  #stuckAt: number | undefined;
  #isClosed = false;
  #endRest = (): void => undefined;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#subjects = new Subjects(options.tenant);
    this.#stream = this.#subjects.stream('touchpoints');
  }

  async ensureConsumer(): Promise<void> {
    const { manager } = this.#options.connection;
    try {
      this.#settledUpTo = (await manager.consumers.info(this.#stream, durable)).ack_floor.stream_seq;
    } catch (error) {
      if (!(error instanceof JetStreamApiError) || error.code !== consumerNotFound) throw error;
      await manager.consumers.add(this.#stream, {
        durable_name: durable,
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(settleMs),
        max_ack_pending: unsettledMax,
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: this.#settledUpTo + 1,
      });
    }
  }

  begin(): void {
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#endRest();
    if (this.#messages) await drain(this.#messages);
    await this.#running;
    await this.#work;
    for (const message of this.#queue.splice(0)) message.nak();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#isClosed) {
      const before = this.#received;
      try {
        await this.ensureConsumer();
        await this.#consume();
      } catch (error) {
        if (!this.#isClosed) this.#options.onError(error);
      }
      failures = this.#received > before ? 0 : Math.min(failures + 1, 3);
      if (!this.#isClosed) await this.#rest(pause.firstMs * 2 ** failures);
    }
  }

  /** One subscription's life. */
  async #consume(): Promise<void> {
    const consumer = await this.#options.connection.client.consumers.get(this.#stream, durable);
    const messages = await consumer.consume({
      max_messages: batchMax,
      expires: 30_000,
      idle_heartbeat: heartbeatMs,
      abort_on_missing_resource: true,
      callback: (message) => this.#receive(message),
    });
    this.#messages = messages;
    if (this.#isClosed) await drain(messages);
    this.#followStatus(messages);
    const watch = setInterval(() => this.#look(consumer, messages), lookMs);
    const problem = await messages.closed();
    clearInterval(watch);
    if (problem instanceof Error) throw problem;
  }

  #receive(message: JsMsg): void {
    this.#received += 1;
    this.#queue.push(message);
    this.#work ??= this.#settleQueue().finally(() => {
      this.#work = undefined;
    });
  }

  async #settleQueue(): Promise<void> {
    while (this.#queue.length > 0 && !this.#isClosed) await this.#settle(this.#queue.splice(0, batchMax));
  }

  async #settle(batch: readonly JsMsg[]): Promise<void> {
    const readable: { readonly message: JsMsg; readonly raw: RawTouchpoint }[] = [];
    const rejected: { readonly message: JsMsg; readonly reason: string }[] = [];
    for (const message of batch) {
      const raw = rawOf(message);
      if (raw === undefined) rejected.push({ message, reason: 'The body is not JSON.' });
      else readable.push({ message, raw });
    }
    try {
      const verdicts = readable.length === 0 ? [] : await this.#judge(readable.map(({ raw }) => raw));
      for (const [index, verdict] of verdicts.entries()) {
        const message = readable[index]?.message;
        if (message === undefined) continue;
        if (verdict === 'accepted') message.ack();
        else rejected.push({ message, reason: verdict.rejected });
      }
    } catch (error) {
      this.#giveBack(
        readable.map(({ message }) => message),
        error,
      );
    }
    await this.#bury(rejected);
  }

  async #judge(raw: readonly RawTouchpoint[]): Promise<readonly IntakeVerdict[]> {
    const verdicts = await this.#options.handle(raw);
    if (verdicts.length === raw.length) return verdicts;
    throw new Error(`${raw.length} touchpoints got ${verdicts.length} verdicts`);
  }

  /** Only what lies in the dead-letter stream is ended; `term` goes without a reason, which version 2.9 would not read. */
  async #bury(rejected: readonly { readonly message: JsMsg; readonly reason: string }[]): Promise<void> {
    if (rejected.length === 0) return;
    const messages = rejected.map(({ message }) => message);
    try {
      const subject = this.#subjects.deadLetters();
      await this.#options.connection.publisher.publish(
        rejected.map(({ message, reason }) => ({
          subject,
          id: `${this.#stream}:${message.seq}`,
          payload: JSON.stringify(deadLetter(message, reason)),
        })),
      );
      for (const message of messages) message.term();
    } catch (error) {
      this.#giveBack(messages, error);
    }
  }

  #giveBack(messages: readonly JsMsg[], error: unknown): void {
    this.#options.onError(error);
    for (const message of messages) {
      const attempts = Math.min(message.info.deliveryCount, 8);
      message.nak(Math.min(pause.firstMs * 2 ** (attempts - 1), pause.longestMs));
    }
  }

  async #followStatus(messages: ConsumerMessages): Promise<void> {
    for await (const status of messages.status()) {
      const isGone = status.type === 'consumer_deleted' || status.type === 'consumer_not_found';
      const isSilent = status.type === 'heartbeats_missed' && status.count >= missedHeartbeatsMax;
      if (isGone || isSilent) messages.stop();
    }
  }

  /** A consumer may look healthy and deliver nothing although messages wait. */
  async #look(consumer: Consumer, messages: ConsumerMessages): Promise<void> {
    const before = this.#received;
    try {
      const info = await consumer.info();
      this.#settledUpTo = info.ack_floor.stream_seq;
      const hasRoom = info.num_ack_pending < unsettledMax;
      const isStuck =
        info.num_pending > 0 && hasRoom && this.#work === undefined && before === this.#received;
      if (isStuck && this.#stuckAt === before) messages.stop();
      this.#stuckAt = isStuck ? before : undefined;
    } catch {
      // Gone or away: the consumer's own signs of life tell.
    }
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const drainMsMax = 2_000;

/** A server that stands still answers nothing; what it has sent is lost to us then, and comes again after its time. */
function tooLong(): Promise<void> {
  return sleep(drainMsMax, undefined, { ref: false });
}

/**
 * Ends a subscription once all that the server sent to it is here. The client's own `stop` drops what is on its way,
 * and nobody would be sent that again before the time to settle it is over.
 */
async function drain(messages: ConsumerMessages): Promise<void> {
  // The client knows how to drain it, and has no name for that in its types.
  const { sub } = messages as ConsumerMessages & { readonly sub?: Subscription };
  if (sub?.isClosed() === false) {
    // Whose connection is gone has nothing on its way.
    const drained = sub.drain().catch(() => undefined);
    await Promise.race([drained, messages.closed(), tooLong()]);
  }
  messages.stop();
}

function rawOf(message: JsMsg): RawTouchpoint | undefined {
  const id = message.headers?.get('Nats-Msg-Id') ?? '';
  try {
    const body = message.json<unknown>();
    return { body, subject: message.subject, ...(id === '' ? {} : { id }) };
  } catch {
    // Not JSON: the caller buries it with that reason.
    return undefined;
  }
}
