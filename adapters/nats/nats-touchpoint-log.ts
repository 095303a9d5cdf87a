import type { StreamInfo } from '@nats-io/jetstream';
import {
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
        id: `${message.partition}:${message.id}`,
        payload: JSON.stringify(message),
      })),
    );
  }

  read(partition: Partition, after: number): LogReader {
    return new OrderedReader<LogEntry>({
      connection: this.#connection,
      stream: this.#subjects.stream('log'),
      filter: this.#subjects.log(partition),
      after,
      check: (stream, last) => this.#check(stream, { partition, last }),
      decode: (message) => ({ sequence: message.seq, message: message.json<LogMessage>() }),
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

  #check(stream: StreamInfo, reader: { readonly partition: Partition; readonly last: number }): void {
    const { first_seq: first, last_seq: end } = stream.state;
    if (end < reader.last) {
      throw rewound(
        `The log ends at ${end}, but partition ${reader.partition} was applied up to ${reader.last}.`,
      );
    }
    if (first <= reader.last + 1) return;
    const gap = `The log begins at ${first}, and partition ${reader.partition} was applied up to ${reader.last}.`;
    if (stream.config.max_age === 0) throw rewound(gap);
    // With an age limit the beginning goes by design, and a partition without traffic looks the same as one left behind.
    this.#connection.note(`${gap} What lay between has passed the log's age limit.`);
  }
}

function rewound(finding: string): CodedError {
  return new CodedError(
    'NB_STREAM_REWOUND',
    `${finding} Entries were lost: restore the stream, or begin with an empty store and an empty log.`,
  );
}
