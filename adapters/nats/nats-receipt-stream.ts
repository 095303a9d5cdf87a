import { JetStreamApiError, type StoredMsg } from '@nats-io/jetstream';
import type { ChainEntry, CustomerKey, DecisionId, Partition, Receipt, Tenant } from '../../engine/index.ts';
import type {
  KeptReceipt,
  PlacedEntry,
  ReceiptItem,
  ReceiptReader,
  ReceiptStream,
} from '../../engine/ports.ts';
import type { JetStreamConnection } from './connect-nats.ts';
import { logUnavailable } from './nats-errors.ts';
import { OrderedReader } from './ordered-reader.ts';
import { Subjects } from './subjects.ts';

const wrongLastSequence = 10_071;
const waitMs = 5_000;
const page = { max: 500, waitMs };
const nanosPerMs = 1_000_000;

/**
 * The receipts of one tenant as one JetStream stream. The entries of a partition's chain are on a subject of their own,
 * whose last sequence is the server's to compare; receipts are on a few subjects by customer, so that those of one are
 * found among few others. What is removed is overwritten.
 */
export class NatsReceiptStream implements ReceiptStream {
  readonly #connection: JetStreamConnection;
  readonly #subjects: Subjects;

  constructor(options: { readonly connection: JetStreamConnection; readonly tenant: Tenant }) {
    this.#connection = options.connection;
    this.#subjects = new Subjects(options.tenant);
  }

  async head(partition: Partition): Promise<PlacedEntry | undefined> {
    const last_by_subj = this.#subjects.receiptChain(partition);
    const newest = await this.#ask('tell the newest entry of a chain', () =>
      this.#connection.manager.streams.getMessage(this.#stream, { last_by_subj }),
    );
    return newest ? entryIn(newest) : undefined;
  }

  async append(
    partition: Partition,
    {
      after,
      entry,
      receipts,
    }: {
      readonly after: number;
      readonly entry: ChainEntry;
      readonly receipts: readonly KeptReceipt[];
    },
  ): Promise<number | undefined> {
    await this.#connection.publisher.publish(
      receipts.map(({ customer, digest, text }) => ({
        subject: this.#subjects.receiptsOf(partition, customer),
        id: `${partition}:${digest}`,
        payload: text,
      })),
    );
    return this.#ask('store an entry of a chain', async () => {
      try {
        const subject = this.#subjects.receiptChain(partition);
        const expect = { lastSubjectSequence: after };
        const stored = await this.#connection.client.publish(subject, JSON.stringify({ after, entry }), {
          expect,
        });
        return stored.seq;
      } catch (error) {
        if (error instanceof JetStreamApiError && error.code === wrongLastSequence) return undefined;
        throw error;
      }
    });
  }

  async before(partition: Partition, { after }: PlacedEntry): Promise<PlacedEntry | 'aged' | undefined> {
    if (after === 0) return 'aged';
    return this.#ask('look up an entry of a chain', async () => {
      const { streams } = this.#connection.manager;
      const found = await streams.getMessage(this.#stream, { seq: after });
      if (found?.subject === this.#subjects.receiptChain(partition)) return entryIn(found);
      // What is below the beginning of the stream left in its turn.
      return (await streams.info(this.#stream)).state.first_seq > after ? 'aged' : undefined;
    });
  }

  read(partition: Partition, since: number): ReceiptReader {
    return this.#read(this.#subjects.receipts(partition), since, this.#subjects.receiptChain(partition));
  }

  async find(partition: Partition, decision: DecisionId, since = 0): Promise<string | undefined> {
    let found: string | undefined;
    // The newest one: a receipt may have been kept twice.
    for await (const { text } of this.#texts(this.#subjects.receipts(partition), since)) {
      if (text.includes(decision) && receiptOf(text).id === decision) found = text;
    }
    return found;
  }

  async receiptsOf(
    partition: Partition,
    customer: CustomerKey,
  ): Promise<readonly { readonly handle: string; readonly text: string }[]> {
    const found: { readonly handle: string; readonly text: string }[] = [];
    for await (const { sequence, text } of this.#texts(this.#subjects.receiptsOf(partition, customer), 0)) {
      if (receiptOf(text).customer === customer) found.push({ handle: String(sequence), text });
    }
    return found;
  }

  async remove(_partition: Partition, handles: readonly string[]): Promise<void> {
    for (const handle of handles) {
      await this.#ask('remove a receipt', () => this.#remove(Number(handle)));
    }
  }

  async keptMs(): Promise<number | undefined> {
    const { config } = await this.#ask('tell how long receipts are kept', () =>
      this.#connection.manager.streams.info(this.#stream),
    );
    return config.max_age === 0 ? undefined : config.max_age / nanosPerMs;
  }

  async #remove(sequence: number): Promise<void> {
    const { streams } = this.#connection.manager;
    try {
      await streams.deleteMessage(this.#stream, sequence, true);
    } catch (error) {
      const isGone = (await streams.getMessage(this.#stream, { seq: sequence })) === null;
      if (!isGone) throw error;
    }
  }

  get #stream(): string {
    return this.#subjects.stream('receipts');
  }

  #read(filter: string, since: number, chain?: string): OrderedReader<ReceiptItem> {
    return new OrderedReader<ReceiptItem>({
      connection: this.#connection,
      stream: this.#stream,
      filter,
      since,
      decode: (message) => {
        const placed = { sequence: message.seq, storedAt: message.info.timestampNanos / nanosPerMs };
        return message.subject === chain
          ? { ...placed, ...message.json<KeptEntry>() }
          : { ...placed, text: message.string() };
      },
    });
  }

  /** The receipts of a subject as far as there are some now. */
  async *#texts(
    filter: string,
    since: number,
  ): AsyncGenerator<{ readonly sequence: number; readonly text: string }> {
    const newest = await this.#ask('tell the end of the receipts', () =>
      this.#connection.manager.streams.getMessage(this.#stream, { last_by_subj: filter }),
    );
    if (newest === null || newest.time.getTime() < since) return;
    const reader = this.#read(filter, since);
    try {
      for (;;) {
        const items = await reader.next(page);
        for (const item of items) if ('text' in item) yield item;
        const last = items.at(-1);
        // A part of them for all of them would leave receipts of an erased customer behind.
        if (last === undefined)
          throw logUnavailable('deliver receipts', new Error(`none came in ${waitMs} ms`));
        if (last.sequence >= newest.seq) return;
      }
    } finally {
      await reader.close();
    }
  }

  async #ask<Answer>(what: string, question: () => Promise<Answer>): Promise<Answer> {
    try {
      return await question();
    } catch (error) {
      throw logUnavailable(what, error);
    }
  }
}

/** An entry as it lies in the stream. */
type KeptEntry = Pick<PlacedEntry, 'after' | 'entry'>;

function entryIn(message: StoredMsg): PlacedEntry {
  return { sequence: message.seq, storedAt: message.time.getTime(), ...message.json<KeptEntry>() };
}

function receiptOf(text: string): Receipt {
  return JSON.parse(text) as Receipt;
}
