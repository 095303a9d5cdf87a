import {
  Bell,
  CodedError,
  type LogEntry,
  type LogMessage,
  type Partition,
  WaitingReader,
} from '../../engine/index.ts';
import type { LogReader, Timing, TouchpointLog } from '../../engine/ports.ts';

interface PartitionLog {
  /** The message with sequence `n` at index `n - 1`, as JSON: what does not survive JSON does not survive a real log. */
  readonly messages: string[];
  readonly bell: Bell;
}

/**
 * The log of one tenant in the memory of this process. It keeps everything and drops no repeats, which the port
 * allows: whoever works with it works with a log that repeats.
 */
export class MemoryTouchpointLog implements TouchpointLog {
  readonly #timing: Timing;
  readonly #partitions = new Map<Partition, PartitionLog>();

  constructor(world: { readonly timing: Timing }) {
    this.#timing = world.timing;
  }

  async append(messages: readonly LogMessage[]): Promise<void> {
    const touched = new Set<PartitionLog>();
    for (const message of messages) {
      const log = this.#partition(message.partition);
      log.messages.push(JSON.stringify(message));
      touched.add(log);
    }
    for (const log of touched) log.bell.ring();
  }

  read(partition: Partition, after: number): LogReader {
    const log = this.#partition(partition);
    let position = after;
    const take = (max: number): readonly LogEntry[] => {
      if (position > log.messages.length) throw rewound(partition, position, log.messages.length);
      const entries = log.messages
        .slice(position, position + max)
        .map((json, index) => ({ sequence: position + index + 1, message: JSON.parse(json) as LogMessage }));
      position += entries.length;
      return entries;
    };
    return new WaitingReader<LogEntry>({ take, bell: log.bell, timing: this.#timing });
  }

  async head(partition: Partition): Promise<number> {
    return this.#partition(partition).messages.length;
  }

  async first(partition: Partition): Promise<number | undefined> {
    return this.#partition(partition).messages.length > 0 ? 1 : undefined;
  }

  async idAt(partition: Partition, sequence: number): Promise<string | undefined> {
    const json = this.#partition(partition).messages[sequence - 1];
    return json === undefined ? undefined : (JSON.parse(json) as LogMessage).id;
  }

  #partition(partition: Partition): PartitionLog {
    let log = this.#partitions.get(partition);
    if (log === undefined) {
      log = { messages: [], bell: new Bell() };
      this.#partitions.set(partition, log);
    }
    return log;
  }
}

function rewound(partition: Partition, after: number, head: number): CodedError {
  const detail = `partition ${partition} was read up to sequence ${after}, but its log ends at ${head}`;
  return new CodedError('NB_STREAM_REWOUND', detail);
}
