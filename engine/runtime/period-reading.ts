import { assert } from '../assert.ts';
import { hash32 } from '../chance/hash.ts';
import { CodedError } from '../errors.ts';
import type { Partition } from '../model/ids.ts';
import type { LogEntry, LogMessage } from '../model/log-message.ts';
import type { Receipt } from '../model/receipt.ts';
import type { LogReader, ReceiptReader, ReceiptStream, TouchpointLog } from '../ports.ts';
import { RowCache } from './row-cache.ts';
import { emptyRecord, recordAfter, type ScoringRecord } from './scoring-record.ts';

/** What is read: a period of a log and of the receipts of its decisions. */
export interface Period {
  readonly partitions: number;
  readonly log: TouchpointLog;
  readonly receipts: ReceiptStream;
  /** Epoch ms. */
  readonly since: number;
  /** Of all customers, so many are read: 0..1. */
  readonly share: number;
}

const readMax = 500;
const waitMs = 10_000;
/** Between a message and the moment at which the propensities before it were told last. */
const slackMs = 60 * 60_000;

export type PeriodItem = { readonly message: LogMessage } | { readonly receipt: Receipt };

/** All partitions, woven together by time. */
export class PeriodReading {
  readonly #period: Period;
  readonly #rows = new RowCache();
  #partitions: readonly PartitionReading[] | undefined;

  constructor(period: Period) {
    this.#period = period;
  }

  async next(): Promise<PeriodItem | undefined> {
    this.#partitions ??= await this.#open();
    let first: PartitionReading | undefined;
    for (const partition of this.#partitions) {
      if (partition.at < (first?.at ?? Number.POSITIVE_INFINITY)) first = partition;
    }
    return first?.take();
  }

  async close(): Promise<void> {
    for (const partition of this.#partitions ?? []) await partition.close();
  }

  async #open(): Promise<readonly PartitionReading[]> {
    const partitions: PartitionReading[] = [];
    for (let number = 0; number < this.#period.partitions; number += 1) {
      const partition = new PartitionReading(this.#period, number as Partition, this.#rows);
      await partition.open();
      partitions.push(partition);
    }
    return partitions;
  }
}

/** One partition: its log, with the receipts where they belong. */
class PartitionReading {
  /** When the next item happened; infinite at the end. */
  at = Number.POSITIVE_INFINITY;
  readonly #options: Period;
  readonly #partition: Partition;
  readonly #rows: RowCache;
  #models: ScoringRecord = emptyRecord;
  #messages: Lane<LogMessage> | undefined;
  #receipts: Lane<Receipt> | undefined;

  constructor(options: Period, partition: Partition, rows: RowCache) {
    this.#options = options;
    this.#partition = partition;
    this.#rows = rows;
  }

  async open(): Promise<void> {
    const { log, receipts, since } = this.#options;
    const after = await sequenceBefore(log, this.#partition, since - slackMs);
    const end = await log.head(this.#partition);
    const head = await receipts.head(this.#partition);
    this.#messages = new Lane(messagesOf(log.read(this.#partition, after), { after, end }), (message) =>
      this.#isMeant(message),
    );
    this.#receipts = new Lane(
      receiptsOf(receipts.read(this.#partition, Math.max(0, since - slackMs)), head?.sequence ?? 0),
      ({ at, customer }) => at >= since && this.#isSampled(customer),
    );
    await this.#look();
  }

  async take(): Promise<PeriodItem> {
    const message = this.#messages?.head;
    const receipt = this.#receipts?.head;
    const isReceipt = receipt !== undefined && (message === undefined || isBefore(receipt, message));
    await (isReceipt ? this.#receipts : this.#messages)?.advance();
    await this.#look();
    if (isReceipt) return { receipt };
    assert(message, 'somebody has the next item');
    return { message: this.#withScoring(message) };
  }

  async close(): Promise<void> {
    await this.#messages?.close();
    await this.#receipts?.close();
  }

  async #look(): Promise<void> {
    await this.#messages?.fill();
    await this.#receipts?.fill();
    const message = this.#messages?.head?.receivedAt ?? Number.POSITIVE_INFINITY;
    this.at = Math.min(message, this.#receipts?.head?.at ?? Number.POSITIVE_INFINITY);
  }

  /** Models come as changes; a fold scores with what they add up to. */
  #withScoring(message: LogMessage): LogMessage {
    if (message.kind !== 'model') return message;
    this.#models = recordAfter(this.#models, message, this.#rows);
    const { scoring } = this.#models;
    return scoring ? { ...message, model: { ...message.model, scoring } } : message;
  }

  #isMeant(message: LogMessage): boolean {
    if (message.kind === 'model') return true;
    return message.receivedAt >= this.#options.since && (!('key' in message) || this.#isSampled(message.key));
  }

  #isSampled(customer: string): boolean {
    const { share } = this.#options;
    return share >= 1 || hash32(customer, 0xf0ca) / 2 ** 32 < share;
  }
}

/** Of one moment, what is told of a customer is before what is decided, and that before the log's word of it. */
function isBefore({ at }: Receipt, message: LogMessage): boolean {
  return message.kind === 'decision' ? at <= message.receivedAt : at < message.receivedAt;
}

/** The next item of a source, one slice at a time. */
class Lane<Item> {
  readonly #source: AsyncGenerator<readonly Item[]>;
  readonly #isMeant: (item: Item) => boolean;
  #items: readonly Item[] = [];
  #position = 0;
  #isOver = false;

  constructor(source: AsyncGenerator<readonly Item[]>, isMeant: (item: Item) => boolean) {
    this.#source = source;
    this.#isMeant = isMeant;
  }

  get head(): Item | undefined {
    return this.#items[this.#position];
  }

  async advance(): Promise<void> {
    this.#position += 1;
    await this.fill();
  }

  async fill(): Promise<void> {
    while (!this.#isOver && this.#position >= this.#items.length) {
      const next = await this.#source.next();
      this.#isOver = next.done === true;
      this.#items = next.done === true ? [] : next.value.filter(this.#isMeant);
      this.#position = 0;
    }
  }

  async close(): Promise<void> {
    await this.#source.return(undefined);
  }
}

async function* messagesOf(
  reader: LogReader,
  { after, end }: { readonly after: number; readonly end: number },
): AsyncGenerator<readonly LogMessage[]> {
  try {
    for (let last = after; last < end; ) {
      const entries = await reader.next({ max: readMax, waitMs });
      if (entries.length === 0) throw stopped('the log');
      last = entries.at(-1)?.sequence ?? end;
      yield entries.filter(({ sequence }) => sequence <= end).map(({ message }) => message);
    }
  } finally {
    await reader.close();
  }
}

async function* receiptsOf(reader: ReceiptReader, end: number): AsyncGenerator<readonly Receipt[]> {
  const seen = new Set<string>();
  try {
    for (let last = 0; last < end; ) {
      const items = await reader.next({ max: readMax, waitMs });
      if (items.length === 0) throw stopped('the receipts');
      last = items.at(-1)?.sequence ?? end;
      const texts = items.flatMap((item) => ('text' in item && item.text !== '' ? [item.text] : []));
      // After a crash a receipt may be there twice.
      yield texts
        .map((text) => JSON.parse(text) as Receipt)
        .filter(({ id }) => !seen.has(id) && seen.add(id));
    }
  } finally {
    await reader.close();
  }
}

function stopped(what: string): CodedError {
  return new CodedError('NB_LOG_UNAVAILABLE', `${what} stopped coming; run the command again`);
}

/** The last sequence whose message was received before `at`, as far as messages come in the order of time. */
async function sequenceBefore(log: TouchpointLog, partition: Partition, at: number): Promise<number> {
  let low = ((await log.first(partition)) ?? 1) - 1;
  let high = await log.head(partition);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const entry = await firstAfter(log, partition, middle);
    if (entry && entry.message.receivedAt < at) low = Math.max(middle + 1, entry.sequence);
    else high = middle;
  }
  return low;
}

async function firstAfter(
  log: TouchpointLog,
  partition: Partition,
  sequence: number,
): Promise<LogEntry | undefined> {
  const reader = log.read(partition, sequence);
  try {
    return (await reader.next({ max: 1, waitMs: 2_000 }))[0];
  } finally {
    await reader.close();
  }
}
