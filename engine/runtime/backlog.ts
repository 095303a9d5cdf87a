import { CodedError } from '../errors.ts';
import type { Partition } from '../model/ids.ts';
import type { StateStore, Timing, TouchpointLog } from '../ports.ts';

const lookEveryMs = 250;
/** Once events are refused, they are until the backlog is that much smaller. */
const relief = 0.8;

/**
 * How far the log is ahead of what is applied, on storage where the two share one machine: there a log that grows faster
 * than it is worked off ends in answers from long ago, and nobody else takes part of the load.
 */
export class Backlog {
  readonly #ports: { readonly log: TouchpointLog; readonly store: StateStore; readonly timing: Timing };
  readonly #partitions: number;
  readonly #messagesMax: number;
  #isOver = false;

  constructor(
    ports: { readonly log: TouchpointLog; readonly store: StateStore; readonly timing: Timing },
    bounds: { readonly partitions: number; readonly messagesMax: number },
  ) {
    this.#ports = ports;
    this.#partitions = bounds.partitions;
    this.#messagesMax = bounds.messagesMax;
  }

  /** Throws NB_OVERLOADED while too much waits. */
  admit(): void {
    if (!this.#isOver) return;
    throw new CodedError('NB_OVERLOADED', `more than ${this.#messagesMax} messages wait to be applied`);
  }

  async keep(signal: AbortSignal, troubled: (error: unknown) => void): Promise<void> {
    while (!signal.aborted) {
      try {
        const messages = await this.#measure();
        this.#isOver = messages > this.#messagesMax * (this.#isOver ? relief : 1);
      } catch (error) {
        troubled(error);
      }
      await this.#ports.timing.sleep(lookEveryMs, signal);
    }
  }

  async #measure(): Promise<number> {
    const { log, store } = this.#ports;
    let messages = 0;
    for (let number = 0; number < this.#partitions; number += 1) {
      const partition = number as Partition;
      const { sequence } = await store.checkpoint(partition);
      messages += Math.max(0, (await log.head(partition)) - sequence);
    }
    return messages;
  }
}
