import { createInbox, headers, type Msg, type NatsConnection, type Subscription } from 'nats';
import { CodedError } from '../../engine/index.ts';
import { logUnavailable, messageOf } from './nats-errors.ts';

export interface Outgoing {
  readonly subject: string;
  /** A message whose id the stream has seen within its window is acknowledged and not stored again. */
  readonly id: string;
  readonly payload: string;
}

/** Messages sent and not acknowledged yet. */
const windowMax = 2_000;
/** Messages, and their bytes, that are under way or wait for room in the window; beyond it the caller is told to come back. */
const queueMax = 20_000;
const queueBytesMax = 64 * 1024 * 1024;
/** A message's header with its id, at most; the server counts it in. */
const headerBytesMax = 8 * 1024;
/** A call that is not acknowledged in this time has failed. */
const deadlineMs = 5_000;

interface Call {
  remaining: number;
  readonly bytes: number;
  isSettled: boolean;
  readonly tokens: Set<string>;
  readonly timer: NodeJS.Timeout;
  readonly resolve: () => void;
  readonly reject: (error: CodedError) => void;
}

/**
 * Publishes into streams with many messages under way at once, over one reply inbox. Waiting for each message, or for
 * the client's own request machinery, is several times slower.
 *
 *  1. A call resolves once every message of it is acknowledged by its stream.
 *  2. Messages leave in the order of the calls and, within a call, in its order, over one connection.
 *  3. Nothing is sent twice here. A rejected call has an unknown outcome, and its caller may repeat it: the ids make
 *     the repetition harmless.
 *  4. When the connection is lost, every open call is rejected, and so is every new one until it is back. What the
 *     client holds back for the reconnect is thereby bounded by the window.
 */
export class PipelinedPublisher {
  readonly #nats: NatsConnection;
  readonly #inbox: string;
  readonly #replies: Subscription;
  readonly #underWay = new Map<string, Call>();
  readonly #calls = new Set<Call>();
  #queue: { readonly message: Outgoing; readonly call: Call }[] = [];
  #queueStart = 0;
  #sent = 0;
  /** Of all calls that are not settled. */
  #bytes = 0;
  #isConnected = true;

  constructor(nats: NatsConnection) {
    this.#nats = nats;
    this.#inbox = createInbox();
    this.#replies = nats.subscribe(`${this.#inbox}.*`, {
      callback: (error, reply) => {
        if (error === null) this.#receive(reply);
        else this.#failAll(error);
      },
    });
  }

  publish(messages: readonly Outgoing[]): Promise<void> {
    if (messages.length === 0) return Promise.resolve();
    if (!this.#isConnected) {
      return Promise.reject(logUnavailable('take messages', new Error('the connection is down')));
    }
    const tooLarge = messages.find(({ payload }) => !this.#fits(payload));
    if (tooLarge !== undefined) {
      const detail = `a message of ${Buffer.byteLength(tooLarge.payload)} bytes is more than this nats-server takes`;
      return Promise.reject(new CodedError('NB_MESSAGE_TOO_LARGE', detail));
    }
    const bytes = messages.reduce((sum, { payload }) => sum + payload.length, 0);
    if (this.#isFull(messages.length, bytes)) {
      return Promise.reject(new CodedError('NB_OVERLOADED', 'Too many messages wait to be published'));
    }
    this.#bytes += bytes;
    return new Promise((resolve, reject) => {
      const call: Call = {
        remaining: messages.length,
        bytes,
        isSettled: false,
        tokens: new Set(),
        timer: setTimeout(() => this.#fail(call, new Error(`no answer within ${deadlineMs} ms`)), deadlineMs),
        resolve,
        reject,
      };
      this.#calls.add(call);
      for (const message of messages) this.#queue.push({ message, call });
      this.#send();
    });
  }

  /** Told by the connection. */
  setConnected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    if (!isConnected) this.#failAll(new Error('the connection was lost'));
  }

  close(): void {
    this.setConnected(false);
    this.#replies.unsubscribe();
  }

  /** One call alone is always taken: what it holds is bounded by whoever made it. */
  #isFull(count: number, bytes: number): boolean {
    if (this.#calls.size === 0) return false;
    return this.#queue.length - this.#queueStart + count > queueMax || this.#bytes + bytes > queueBytesMax;
  }

  #fits(payload: string): boolean {
    const max = (this.#nats.info?.max_payload ?? Number.POSITIVE_INFINITY) - headerBytesMax;
    return 3 * payload.length <= max || Buffer.byteLength(payload) <= max;
  }

  #send(): void {
    while (this.#underWay.size < windowMax) {
      const next = this.#queue[this.#queueStart];
      if (next === undefined) break;
      this.#queueStart += 1;
      if (!next.call.isSettled) this.#sendOne(next.message, next.call);
    }
    if (this.#queueStart === this.#queue.length || this.#queueStart > queueMax) {
      this.#queue = this.#queue.slice(this.#queueStart);
      this.#queueStart = 0;
    }
  }

  #sendOne(message: Outgoing, call: Call): void {
    this.#sent += 1;
    const token = this.#sent.toString(36);
    const head = headers();
    head.set('Nats-Msg-Id', headerText(message.id));
    try {
      this.#nats.publish(message.subject, message.payload, {
        reply: `${this.#inbox}.${token}`,
        headers: head,
      });
    } catch (error) {
      this.#fail(call, error);
      return;
    }
    this.#underWay.set(token, call);
    call.tokens.add(token);
  }

  #receive(reply: Msg): void {
    const token = reply.subject.slice(this.#inbox.length + 1);
    const call = this.#underWay.get(token);
    if (call === undefined) return; // The answer to a call that failed by its deadline meanwhile.
    this.#underWay.delete(token);
    call.tokens.delete(token);
    const problem = problemOf(reply);
    if (problem === undefined) this.#acknowledge(call);
    else this.#fail(call, new Error(problem));
    this.#send();
  }

  #acknowledge(call: Call): void {
    call.remaining -= 1;
    if (call.remaining > 0) return;
    this.#settle(call);
    call.resolve();
  }

  #fail(call: Call, cause: unknown): void {
    if (call.isSettled) return;
    this.#settle(call);
    call.reject(logUnavailable('store a message', cause));
    this.#send();
  }

  #settle(call: Call): void {
    call.isSettled = true;
    this.#bytes -= call.bytes;
    clearTimeout(call.timer);
    this.#calls.delete(call);
    for (const token of call.tokens) this.#underWay.delete(token);
    call.tokens.clear();
  }

  #failAll(cause: unknown): void {
    this.#queue = [];
    this.#queueStart = 0;
    for (const call of [...this.#calls]) this.#fail(call, cause);
  }
}

/** Why the stream did not store it; undefined when it did. */
function problemOf(reply: Msg): string | undefined {
  if (reply.headers?.code === 503) return 'no stream takes its subject';
  try {
    const ack = JSON.parse(reply.string()) as { error?: { description?: string }; seq?: unknown };
    if (ack.error !== undefined) return ack.error.description ?? 'the stream refused it';
    return typeof ack.seq === 'number' ? undefined : 'the acknowledgement names no sequence';
  } catch (error) {
    return `the acknowledgement is not readable: ${messageOf(error)}`;
  }
}

/** A header line takes visible ASCII; anything else is encoded, marked so that it meets no plain id. */
function headerText(id: string): string {
  return /^[\x21-\x7d]+$/.test(id) ? id : `~${Buffer.from(id).toString('base64url')}`;
}
