import type { StreamInfo, StreamState } from '@nats-io/jetstream';
import {
  appendIdOf,
  CodedError,
  type LogEntry,
  type LogMessage,
  type Partition,
  type Tenant,
} from '../../engine/index.ts';
import type { LogReader, TouchpointLog } from '../../engine/ports.ts';
import type { JetStreamConnection } from './connect-nats.ts';
import { logUnavailable } from './nats-errors.ts';
import { headOf, OrderedReader } from './ordered-reader.ts';
import { Subjects } from './subjects.ts';

/** The log as one JetStream stream with a subject for each partition; sequences are the stream's. */
export class NatsTouchpointLog implements TouchpointLog {
  readonly #connection: JetStreamConnection;
  readonly #subjects: Subjects;

  constructor(options: { readonly connection: JetStreamConnection; readonly tenant: Tenant }) {
    this.#connection = options.connection;
    this.#subjects = new Subjects(options.tenant);
  }

  async append(messages: readonly LogMessage[]): Promise<void> {
    await this.#connection.publisher.publish(
      messages.map((message) => ({
        subject: this.#subjects.log(message.partition),
        // The stream drops repeated ids across all its subjects, and an event that a merged customer forwards keeps its id.
        id: `${message.partition}:${appendIdOf(message)}`,
        payload: JSON.stringify(message),
      })),
    );
  }

  read(partition: Partition, after: number): LogReader {
    let newest: LogEntry | undefined;
    return new OrderedReader<LogEntry>({
      connection: this.#connection,
      stream: this.#subjects.stream('log'),
      filter: this.#subjects.log(partition),
      after,
      check: (stream, last) => this.#check(stream, { partition, last, newest }),
      decode: (message) => {
        newest = { sequence: message.seq, message: message.json<LogMessage>() };
        return newest;
      },
    });
  }

  async head(partition: Partition): Promise<number> {
    try {
      const stream = this.#subjects.stream('log');
      return await headOf({
        connection: this.#connection,
        stream,
        filter: this.#subjects.log(partition),
      });
    } catch (error) {
      throw logUnavailable('tell the head of the log', error);
    }
  }

  /** Sequences are the stream's, so what is missing below its beginning may have been anybody's. */
  async first(partition: Partition): Promise<number | undefined> {
    const { first_seq: first, messages } = await this.#state();
    if (first > 1) return first;
    return messages > 0 && (await this.head(partition)) > 0 ? 1 : undefined;
  }

  async idAt(partition: Partition, sequence: number): Promise<string | undefined> {
    // The server takes 0 for "none given" and refuses it.
    if (sequence < 1) return undefined;
    try {
      const stream = this.#subjects.stream('log');
      const found = await this.#connection.manager.streams.getMessage(stream, { seq: sequence });
      return found?.subject === this.#subjects.log(partition) ? found.json<LogMessage>().id : undefined;
    } catch (error) {
      throw logUnavailable('look up an entry of the log', error);
    }
  }

  async #state(): Promise<StreamState> {
    try {
      return (await this.#connection.manager.streams.info(this.#subjects.stream('log'))).state;
    } catch (error) {
      throw logUnavailable('tell the beginning of the log', error);
    }
  }

  /**
   * Whether what follows `last` still follows what was read. Whether the log begins too late for that is for the reader's
   * owner to judge when it begins: a partition without traffic looks the same as one that was left behind.
   */
  async #check(
    { state, config }: StreamInfo,
    {
      partition,
      last,
      newest,
    }: {
      readonly partition: Partition;
      readonly last: number;
      readonly newest: LogEntry | undefined;
    },
  ): Promise<void> {
    if (state.last_seq < last) {
      throw rewound(`The log ends at ${state.last_seq}, but partition ${partition} was read up to ${last}.`);
    }
    if (newest === undefined || newest.sequence !== last) return;
    if (state.first_seq > last) {
      const gap = `The log begins at ${state.first_seq}, and partition ${partition} was read up to ${last}.`;
      if (config.max_age === 0 && state.first_seq > last + 1) throw rewound(gap);
      return;
    }
    if ((await this.idAt(partition, last)) === newest.message.id) return;
    throw rewound(`Partition ${partition} was read up to ${last}, where the log holds another message now.`);
  }
}

function rewound(finding: string): CodedError {
  return new CodedError('NB_STREAM_REWOUND', `${finding} Entries were lost.`);
}
