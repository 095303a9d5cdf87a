import type { Tenant } from '../../engine/index.ts';
import type { DecisionReader, DecisionStream, PublishedDecision } from '../../engine/ports.ts';
import type { JetStreamConnection } from './connect-nats.ts';
import { OrderedReader } from './ordered-reader.ts';
import { Subjects } from './subjects.ts';

/** Decisions on their way to the channels, one subject for each channel and placement. */
export class NatsDecisionStream implements DecisionStream {
  readonly #connection: JetStreamConnection;
  readonly #subjects: Subjects;
  readonly #opening = new Set<Promise<void>>();

  constructor(options: { readonly connection: JetStreamConnection; readonly tenant: Tenant }) {
    this.#connection = options.connection;
    this.#subjects = new Subjects(options.tenant);
  }

  async publish(decisions: readonly PublishedDecision[]): Promise<void> {
    // A reader of "only new ones" asks the server where the end is. What is published here after it subscribed is new.
    if (this.#opening.size > 0) await Promise.all(this.#opening);
    await this.#connection.publisher.publish(
      decisions.map((decision) => ({
        subject: this.#subjects.decision(decision.channel, decision.placement),
        id: decision.id,
        payload: JSON.stringify(decision),
      })),
    );
  }

  subscribe(options: { readonly channel?: string; readonly after?: number }): DecisionReader {
    const reader = new OrderedReader({
      connection: this.#connection,
      stream: this.#subjects.stream('decisions'),
      filter: this.#subjects.decisions(options.channel),
      ...(options.after === undefined ? {} : { after: options.after }),
      decode: (message) => ({ sequence: message.seq, decision: message.json<PublishedDecision>() }),
    });
    if (options.after === undefined) {
      const { opened } = reader;
      this.#opening.add(opened);
      opened.then(() => this.#opening.delete(opened));
    }
    return reader;
  }
}
