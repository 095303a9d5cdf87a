import type { IngestOptions, TouchpointEvent } from '../../../engine/index.ts';

/** What takes the events in: `Application.ingest`. Resolves once they are durable. */
export interface ReplaySink {
  ingest(
    events: readonly TouchpointEvent[],
    options: Required<Pick<IngestOptions, 'receivedAt' | 'replayed'>>,
  ): Promise<void>;
}

/** History was received when it happened, so that windows, waits and ages come out as they did then. */
const asHistory = { receivedAt: (event: TouchpointEvent) => event.timestamp, replayed: true } as const;

/**
 * Sends batches one after the other. The caller goes on reading while a batch becomes durable; the next one waits for
 * it, so that no event overtakes another. After a failure every further call rejects with it.
 */
export class BatchSender {
  readonly #sink: ReplaySink;
  #inFlight: Promise<void> = Promise.resolve();

  constructor(sink: ReplaySink) {
    this.#sink = sink;
  }

  /** `onDurable` runs once this batch and all before it are durable. */
  async send(events: readonly TouchpointEvent[], onDurable: () => Promise<void>): Promise<void> {
    await this.#inFlight;
    const sent = (async () => {
      if (events.length > 0) await this.#sink.ingest(events, asHistory);
      await onDurable();
    })();
    // The failure is met at the next await of it; until then it must not count as unhandled.
    sent.catch(() => {});
    this.#inFlight = sent;
  }

  /** Resolves once everything sent is durable. */
  drain(): Promise<void> {
    return this.#inFlight;
  }
}
