import { CodedError, type LogEntry, type LogMessage, type Partition } from '../../engine/index.ts';
import type { LogReader, TouchpointLog } from '../../engine/ports.ts';
import { type Life, type Network, unavailable } from './network.ts';

interface Stored {
  readonly sequence: number;
  readonly partition: Partition;
  readonly id: string;
  readonly json: string;
  readonly at: number;
}

const dedupeMs = 120_000;
const nobodys = -1 as Partition;

/** JetStream as the nodes see it: one stream, so that the sequences of a partition have gaps. */
export class SimulatedLog {
  entries: Stored[] = [];
  /** Ids of messages that were acknowledged, or may have been read, and are gone. */
  readonly dropped = new Set<string>();
  readonly #network: Network;
  readonly #dedupes: boolean;
  #recent = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  /** Sequences with the messages that stood there, of all that was dropped. */
  readonly #lost = new Set<string>();
  /** How often the tail was dropped. */
  #cuts = 0;

  constructor(network: Network, options: { readonly dedupes: boolean }) {
    this.#network = network;
    this.#dedupes = options.dedupes;
  }

  get head(): number {
    return this.entries.at(-1)?.sequence ?? 0;
  }

  headOf(partition: Partition): number {
    return this.entries.findLast((entry) => entry.partition === partition)?.sequence ?? 0;
  }

  portFor(life: Life): TouchpointLog {
    const call = <Result>(execute: () => Result) => this.#network.call(life, 'log', async () => execute());
    return {
      append: (messages) => this.#network.call(life, 'log', () => this.#append(messages)),
      read: (partition, after) => this.#reader(life, partition, after),
      head: (partition) => call(() => this.headOf(partition)),
      // Nothing ever leaves at the beginning; sequences are the stream's, so the first of them is everybody's.
      first: (partition) => call(() => (this.headOf(partition) > 0 ? 1 : undefined)),
      idAt: (partition, sequence) =>
        call(
          () =>
            this.entries.find((entry) => entry.sequence === sequence && entry.partition === partition)?.id,
        ),
    };
  }

  /** Entries above a sequence, as they stand. */
  after(partition: Partition, sequence: number, max: number): readonly LogEntry[] {
    const found: LogEntry[] = [];
    for (
      let index = this.#indexAfter(sequence);
      index < this.entries.length && found.length < max;
      index += 1
    ) {
      const entry = this.entries[index] as Stored;
      if (entry.partition !== partition) continue;
      found.push({ sequence: entry.sequence, message: JSON.parse(entry.json) as LogMessage });
    }
    return found;
  }

  /** The newest entries vanish, acknowledged or not, and their sequences are given again. */
  dropTail(count: number): void {
    const lost = this.entries.splice(Math.max(0, this.entries.length - count));
    if (lost.length === 0) return;
    this.#cuts += 1;
    for (const { id, sequence } of lost) {
      this.dropped.add(id);
      this.#lost.add(`${sequence}:${id}`);
    }
    this.restart();
  }

  /** What the window remembers is rebuilt from what is stored. */
  restart(): void {
    this.#recent = new Map(this.entries.map(({ partition, id, at }) => [`${partition}:${id}`, at]));
    this.#ring();
  }

  async #append(messages: readonly LogMessage[]): Promise<void> {
    const { random, weather, scheduler } = this.#network;
    // A call that fails may have stored its beginning.
    const stored = random.chance(weather.loss)
      ? messages.slice(0, random.below(messages.length + 1))
      : messages;
    for (const message of stored) {
      const { id, partition } = message;
      const at = scheduler.now;
      const name = `${partition}:${id}`;
      if (this.#dedupes && at - (this.#recent.get(name) ?? Number.NEGATIVE_INFINITY) < dedupeMs) continue;
      this.#recent.set(name, at);
      const times = !this.#dedupes && random.chance(weather.loss) ? 2 : 1;
      for (let time = 0; time < times; time += 1)
        this.#store({ partition, id, json: JSON.stringify(message), at });
    }
    this.#ring();
    if (stored !== messages) throw unavailable('log', 'the connection was lost');
  }

  /**
   * A log that lost its end is told by the message at a sequence. The same message that comes again at the very same
   * sequence is nothing to tell it by; another tenant's message in between keeps that from happening.
   */
  #store(entry: Omit<Stored, 'sequence'>): void {
    while (this.#lost.has(`${this.head + 1}:${entry.id}`)) {
      this.entries.push({ ...entry, partition: nobodys, id: '', sequence: this.head + 1 });
    }
    this.entries.push({ ...entry, sequence: this.head + 1 });
  }

  #reader(life: Life, partition: Partition, after: number): LogReader {
    let position = after;
    let isClosed = false;
    let wake = (): void => undefined;
    let newest: LogEntry | undefined;
    // Whoever begins to read behind the end of the log is told so.
    let cuts = -1;
    const take = async (max: number): Promise<readonly LogEntry[]> => {
      // A tail is lost with the server's memory of its readers: they begin anew, and look whether they still follow.
      if (this.#cuts !== cuts && !this.#follows(position, newest)) throw rewound(partition, position);
      cuts = this.#cuts;
      const entries = this.after(partition, position, this.#network.random.between(1, max));
      newest = entries.at(-1) ?? newest;
      position = newest?.sequence ?? position;
      return entries;
    };
    return {
      next: async ({ max, waitMs }) => {
        if (isClosed) return [];
        if (this.headOf(partition) <= position && this.#cuts === cuts) {
          await this.#changed(life, waitMs, (wakes) => {
            wake = wakes;
          });
        }
        return isClosed ? [] : this.#network.call(life, 'log', () => take(max));
      },
      close: async () => {
        isClosed = true;
        wake();
      },
    };
  }

  #follows(position: number, newest: LogEntry | undefined): boolean {
    if (this.head < position) return false;
    return newest === undefined || this.entries[position - 1]?.id === newest.message.id;
  }

  #changed(life: Life, waitMs: number, wakes: (wake: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const { scheduler } = this.#network;
      const wake = () => {
        cancel();
        this.#waiting.delete(wake);
        this.#network.reach(life, resolve);
      };
      const cancel = scheduler.after(waitMs, wake);
      this.#waiting.add(wake);
      wakes(wake);
    });
  }

  #ring(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #indexAfter(sequence: number): number {
    // Dense from 1 in the whole stream.
    return Math.min(sequence, this.entries.length);
  }
}

function rewound(partition: Partition, after: number): CodedError {
  return new CodedError(
    'NB_STREAM_REWOUND',
    `partition ${partition} was read up to ${after}, and is shorter now`,
  );
}
