import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { httpLimits } from './http-limits.ts';
import type { StreamLimits } from './http-options.ts';

/**
 * One reader of server-sent events. What it has not taken yet is bounded: a client that stops reading is told that
 * there is a gap and cut off, so that it can never fill this process; it resumes with the last id it saw.
 */
export class StreamClient {
  readonly #response: ServerResponse;
  readonly #limits: StreamLimits;
  readonly #left = new AbortController();
  readonly #ping: NodeJS.Timeout;

  constructor(response: ServerResponse, limits: StreamLimits) {
    this.#response = response;
    this.#limits = limits;
    this.#ping = setInterval(() => this.#sendPing(), limits.pingMs).unref();
    response.once('close', () => this.#leave());
    // A reset by the peer is an ordinary way to go; 'close' follows and does what is to be done.
    response.on('error', () => undefined);
  }

  get isOpen(): boolean {
    return !this.#left.signal.aborted && !this.#response.writableEnded;
  }

  onClosed(listener: () => void): void {
    if (this.#left.signal.aborted) listener();
    else this.#left.signal.addEventListener('abort', listener, { once: true });
  }

  open(headers: OutgoingHttpHeaders): void {
    this.#response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // Proxies of the nginx family hold a response back until it fills a buffer, unless told not to.
      'x-accel-buffering': 'no',
    });
    this.#response.write(`retry: ${httpLimits.streamRetryMs}\n\n`);
  }

  /** Resolves with false once the client is gone or was cut off. */
  async send(event: string, id: number, data: unknown): Promise<boolean> {
    // JSON escapes line breaks, so no data can end the event early or forge another field.
    const frame = `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    if (this.isOpen && this.#isOverfull(frame) && !(await this.#isDrained())) {
      this.end('gap', 'The client read too slowly; reconnect with the last event id.');
    }
    if (!this.isOpen) return false;
    this.#response.write(frame);
    return true;
  }

  end(event: 'bye' | 'gap', detail: string): void {
    if (!this.isOpen) return;
    this.#response.end(`event: ${event}\ndata: ${JSON.stringify({ detail })}\n\n`);
    const farewell = setTimeout(() => this.#response.destroy(), httpLimits.streamFarewellMs);
    this.onClosed(() => clearTimeout(farewell));
  }

  #isOverfull(frame: string): boolean {
    const { writableLength, writableNeedDrain } = this.#response;
    return writableNeedDrain && writableLength + Buffer.byteLength(frame) > this.#limits.queueBytesMax;
  }

  async #isDrained(): Promise<boolean> {
    const stalled = AbortSignal.timeout(this.#limits.stallMs);
    try {
      await once(this.#response, 'drain', { signal: AbortSignal.any([stalled, this.#left.signal]) });
      return true;
    } catch {
      // The signal fired: the client stalled or left, which is what false says.
      return false;
    }
  }

  #sendPing(): void {
    if (this.isOpen && !this.#response.writableNeedDrain) this.#response.write(': ping\n\n');
  }

  #leave(): void {
    clearInterval(this.#ping);
    this.#left.abort();
  }
}
