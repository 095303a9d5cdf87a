import { partitionOf } from '../chance/partition.ts';
import { limits } from '../limits.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { TimerMessage } from '../model/log-message.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** The note that says which definitions all customers were judged by. */
export const segmentsNote = 'segments-judged';

/** Every node works with a new rulebook by then. */
const takenUpMs = 10_000;

/** So many customers at a time, and so many times a second at most, that there is time for everything else. */
const pauseMs = 100;

/**
 * Has every customer judged anew when the definitions of segments have changed: by messages in the log, so that a
 * rebuild finds the same. A node that dies in the middle leaves the note as it was, and the next one begins anew; to be
 * judged twice does no harm. Whoever speaks meanwhile is judged by the new definitions anyway.
 */
export class SegmentSweep {
  readonly #context: RuntimeContext;
  /** The definitions in force here, and since when. */
  #seen: { readonly version: string; readonly at: number } | undefined;
  /** What the note says, once it was read or written. */
  #done: string | undefined;

  constructor(context: RuntimeContext) {
    this.#context = context;
  }

  /** Judges all customers anew if it is time to. Resolves when all messages are in the log. */
  async look(signal: AbortSignal): Promise<void> {
    const { store, clock } = this.#context.ports;
    const version = this.#context.rulebook()?.segmentation.version;
    if (version === undefined) return;
    const now = clock.now();
    if (this.#seen?.version !== version) this.#seen = { version, at: now };
    if (this.#done === version) return;
    this.#done = await store.readNote(segmentsNote);
    if (this.#done === version || now < this.#seen.at + takenUpMs) return;
    if (!(await this.#announce(version, signal))) return;
    await store.writeNote(segmentsNote, version);
    this.#done = version;
  }

  /** False when it was not finished: the node stops, or the definitions changed again. */
  async #announce(version: string, signal: AbortSignal): Promise<boolean> {
    const { store, log, timing, clock } = this.#context.ports;
    let slice: TimerMessage[] = [];
    for await (const { key } of store.documents()) {
      if (key.startsWith('p:')) continue;
      slice.push(this.#messageFor(key as CustomerKey, version, clock.now()));
      if (slice.length < limits.segmentSweepMax) continue;
      await log.append(slice);
      slice = [];
      await timing.sleep(pauseMs, signal);
      const isCurrent = this.#context.rulebook()?.segmentation.version === version;
      if (signal.aborted || !isCurrent) return false;
    }
    if (slice.length > 0) await log.append(slice);
    return true;
  }

  #messageFor(key: CustomerKey, version: string, now: number): TimerMessage {
    const { tenant, partitions } = this.#context;
    return {
      kind: 'timer',
      id: `segments:${version}:${key}:${now}`,
      tenant,
      partition: partitionOf(tenant, key, partitions),
      receivedAt: now,
      key,
      due: now,
      judgesSegments: true,
    };
  }
}
