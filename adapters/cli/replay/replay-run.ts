import { type TouchpointEvent, unreachable } from '../../../engine/index.ts';
import { BatchSender } from './batch-sender.ts';
import type { FileRecords, PlacedRecord } from './read-records.ts';
import type { ReplayOptions } from './replay.ts';
import type { ReplayPosition } from './replay-position.ts';
import { countRejection, writePosition } from './replay-position.ts';
import type { Row } from './rows.ts';
import type { Mapped, ToTouchpoint } from './to-touchpoint.ts';

/** One pass over the rest of a file. The position is right whenever a record is finished, and is noted only then. */
export class ReplayRun {
  readonly #options: ReplayOptions;
  readonly #note: string;
  readonly #position: ReplayPosition;
  readonly #toTouchpoint: ToTouchpoint;
  readonly #sender: BatchSender;
  readonly #batchSize: number;
  #batch: TouchpointEvent[] = [];

  constructor(options: ReplayOptions, note: string, position: ReplayPosition, toTouchpoint: ToTouchpoint) {
    this.#options = options;
    this.#note = note;
    this.#position = position;
    this.#toTouchpoint = toTouchpoint;
    this.#sender = new BatchSender(options.sink);
    this.#batchSize = options.batchSize ?? 500;
  }

  async all(records: FileRecords, onGroup: () => void): Promise<void> {
    let stopped = this.#mustStop();
    if (!stopped) {
      for await (const group of records.groups) {
        for (const placed of group) {
          await this.#take(placed);
          stopped = this.#mustStop();
          if (stopped) break;
        }
        onGroup();
        if (stopped) break;
      }
    }
    this.#position.complete = !stopped;
    await this.#sendWithPosition();
    await this.#sender.drain();
  }

  #mustStop(): boolean {
    const { signal, limit } = this.#options;
    return signal?.aborted === true || (limit !== undefined && this.#position.rows >= limit);
  }

  async #take({ record, through }: PlacedRecord): Promise<void> {
    if ('reason' in record) countRejection(this.#position, record);
    else {
      for (const row of record.rows) {
        const mapped = this.#toTouchpoint(row);
        this.#count(row, mapped);
        // A row of very many elements leaves in parts; the position stays before it until all of them have left.
        if (this.#batch.length >= this.#batchSize * 2) await this.#send(async () => {});
      }
    }
    this.#position.rows += 1;
    this.#position.line = through;
    if (this.#batch.length >= this.#batchSize) await this.#sendWithPosition();
  }

  #count({ line, element }: Row, mapped: Mapped): void {
    switch (mapped.kind) {
      case 'event':
        this.#batch.push(mapped.event);
        this.#position.events += 1;
        return;
      case 'skipped':
        this.#position.skipped += 1;
        return;
      case 'rejected': {
        const place = element === undefined ? { line } : { line, element };
        countRejection(this.#position, { ...place, reason: mapped.reason });
        return;
      }
      default:
        unreachable(mapped);
    }
  }

  /** The position is taken down now: by the time the batch is durable, the reading has moved on. */
  #sendWithPosition(): Promise<void> {
    const noted = writePosition(this.#position);
    return this.#send(() => this.#options.notes.writeNote(this.#note, noted));
  }

  #send(onDurable: () => Promise<void>): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    return this.#sender.send(batch, onDurable);
  }
}
