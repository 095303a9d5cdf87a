import {
  Bell,
  type ChainEntry,
  type CustomerKey,
  type DecisionId,
  hash48,
  type Partition,
  type Receipt,
  type Tenant,
  WaitingReader,
} from '../../engine/index.ts';
import type {
  Clock,
  KeptReceipt,
  PlacedEntry,
  ReceiptItem,
  ReceiptReader,
  ReceiptStream,
  Timing,
} from '../../engine/ports.ts';
import { asBuffer, endOf, partitionPrefix, sequenceKey, sequenceOf, tenantPrefix, textKey } from './keys.ts';
import type { LmdbDatabase } from './lmdb-database.ts';
import type { Table, WriteRound } from './lmdb-writer.ts';

export interface LmdbReceiptOptions {
  readonly tenant: Tenant;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly ageMsMax: number;
}

type Kind = 'entry' | 'receipt';

/** Rows looked at, or taken away, in one go. */
const slice = 500;

/**
 * The receipts of one tenant in the database of the data directory. Receipts and entries lie in one table by partition and
 * sequence, as `<epoch ms>\n<kind>\n<text>`; two more say where those of a customer and of a decision are.
 */
export class LmdbReceiptStream implements ReceiptStream {
  readonly #database: LmdbDatabase;
  readonly #options: LmdbReceiptOptions;
  readonly #prefix: Buffer;
  readonly #bell = new Bell();

  constructor(database: LmdbDatabase, options: LmdbReceiptOptions) {
    this.#database = database;
    this.#options = options;
    this.#prefix = tenantPrefix(options.tenant);
  }

  async head(partition: Partition): Promise<PlacedEntry | undefined> {
    return this.#head(partition);
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
    return this.#database.write('NB_STORE_UNAVAILABLE', (round) => {
      if (this.#newest(partition, round) !== after) return undefined;
      const prefix = partitionPrefix(this.#prefix, partition);
      const now = this.#options.clock.now();
      let sequence = after;
      for (const receipt of receipts) {
        sequence += 1;
        this.#put(round, prefix, { sequence, now, kind: 'receipt', text: receipt.text });
        round.put(this.#byCustomer, customerKey(prefix, receipt.customer, sequence), '');
        round.put(this.#byDecision, textKey(prefix, receipt.decision), String(sequence));
      }
      sequence += 1;
      this.#put(round, prefix, { sequence, now, kind: 'entry', text: JSON.stringify({ after, entry }) });
      round.put(this.#heads, prefix, String(sequence));
      this.#prune(round, partition, 2 * receipts.length + 16);
      round.onCommitted(() => this.#bell.ring());
      return sequence;
    });
  }

  async before(partition: Partition, { after }: PlacedEntry): Promise<PlacedEntry | 'aged' | undefined> {
    if (after === 0) return 'aged';
    const prefix = partitionPrefix(this.#prefix, partition);
    const row = this.#table.get(sequenceKey(prefix, after));
    if (row !== undefined && partsOf(row).kind === 'entry') return entryIn(row, after);
    // Rows leave in their order.
    for (const { sequence } of this.#items(partition, 0, 1)) return sequence > after ? 'aged' : undefined;
    return 'aged';
  }

  read(partition: Partition, since: number): ReceiptReader {
    let position = 0;
    const take = (max: number) => {
      const items: ReceiptItem[] = [];
      for (let looked = slice; items.length < max && looked === slice; ) {
        looked = 0;
        for (const item of this.#items(partition, position, Math.min(slice, max - items.length))) {
          looked += 1;
          position = item.sequence;
          if (item.storedAt >= since) items.push(item);
        }
      }
      return items;
    };
    return new WaitingReader({ take, bell: this.#bell, timing: this.#options.timing });
  }

  async find(partition: Partition, decision: DecisionId): Promise<string | undefined> {
    const prefix = partitionPrefix(this.#prefix, partition);
    const sequence = this.#byDecision.get(textKey(prefix, decision));
    const row = sequence === undefined ? undefined : this.#table.get(sequenceKey(prefix, Number(sequence)));
    return row === undefined ? undefined : partsOf(row).text;
  }

  async receiptsOf(
    partition: Partition,
    customer: CustomerKey,
  ): Promise<readonly { readonly handle: string; readonly text: string }[]> {
    const prefix = partitionPrefix(this.#prefix, partition);
    const start = customerPrefix(prefix, customer);
    const found: { readonly handle: string; readonly text: string }[] = [];
    for (const key of this.#byCustomer.getKeys({ start, end: endOf(start) })) {
      const sequence = sequenceOf(start, key);
      const row = this.#table.get(sequenceKey(prefix, sequence));
      const text = row === undefined ? undefined : partsOf(row).text;
      // Two customers may share a hash.
      if (text !== undefined && receiptOf(text).customer === customer) {
        found.push({ handle: String(sequence), text });
      }
    }
    return found;
  }

  async remove(partition: Partition, handles: readonly string[]): Promise<void> {
    if (handles.length === 0) return;
    await this.#database.write('NB_STORE_UNAVAILABLE', (round) => {
      const prefix = partitionPrefix(this.#prefix, partition);
      for (const handle of handles) this.#take(round, prefix, Number(handle));
    });
  }

  async keptMs(): Promise<number | undefined> {
    return this.#options.ageMsMax;
  }

  /** Takes outdated rows away although none come, in slices. */
  async prune(partitions: number): Promise<void> {
    for (let number = 0; number < partitions; number += 1) {
      let taken = 0;
      do {
        taken = await this.#database.write('NB_STORE_UNAVAILABLE', (round) =>
          this.#prune(round, number as Partition, slice),
        );
      } while (taken === slice);
    }
  }

  get #table(): Table {
    return this.#database.table('receipts');
  }

  get #heads(): Table {
    return this.#database.table('receipt-heads');
  }

  get #byCustomer(): Table {
    return this.#database.table('receipts-by-customer');
  }

  get #byDecision(): Table {
    return this.#database.table('receipts-by-decision');
  }

  /** The sequence of the newest entry, whether or not it is still there. */
  #newest(partition: Partition, round?: WriteRound): number {
    const prefix = partitionPrefix(this.#prefix, partition);
    const head = round === undefined ? this.#heads.get(prefix) : round.get(this.#heads, prefix);
    return Number(head ?? 0);
  }

  #head(partition: Partition): PlacedEntry | undefined {
    const sequence = this.#newest(partition);
    const row = this.#table.get(sequenceKey(partitionPrefix(this.#prefix, partition), sequence));
    if (row === undefined) return undefined;
    return entryIn(row, sequence);
  }

  #put(
    round: WriteRound,
    prefix: Buffer,
    row: { readonly sequence: number; readonly now: number; readonly kind: Kind; readonly text: string },
  ): void {
    round.put(this.#table, sequenceKey(prefix, row.sequence), `${row.now}\n${row.kind}\n${row.text}`);
  }

  /** Takes up to `max` outdated rows away, oldest first, never the newest entry: the next sequence follows from it. */
  #prune(round: WriteRound, partition: Partition, max: number): number {
    const prefix = partitionPrefix(this.#prefix, partition);
    const before = this.#options.clock.now() - this.#options.ageMsMax;
    const newest = this.#newest(partition);
    let taken = 0;
    for (const { sequence, storedAt } of this.#items(partition, 0, max)) {
      if (storedAt >= before || sequence >= newest) break;
      this.#take(round, prefix, sequence);
      taken += 1;
    }
    return taken;
  }

  #take(round: WriteRound, prefix: Buffer, sequence: number): void {
    const key = sequenceKey(prefix, sequence);
    const row = round.get(this.#table, key);
    if (row === undefined) return;
    round.remove(this.#table, key);
    const { kind, text } = partsOf(row);
    if (kind === 'entry') return;
    const { customer, id } = receiptOf(text);
    round.remove(this.#byCustomer, customerKey(prefix, customer, sequence));
    const decisionKey = textKey(prefix, id);
    // A receipt that was kept twice is found at the later place.
    if (round.get(this.#byDecision, decisionKey) === String(sequence)) {
      round.remove(this.#byDecision, decisionKey);
    }
  }

  *#items(partition: Partition, after: number, limit: number): Iterable<ReceiptItem> {
    const prefix = partitionPrefix(this.#prefix, partition);
    const range = { start: sequenceKey(prefix, after + 1), end: endOf(prefix), limit };
    for (const { key, value } of this.#table.getRange(range)) {
      const sequence = sequenceOf(prefix, asBuffer(key));
      const { storedAt, kind, text } = partsOf(value);
      yield kind === 'entry' ? entryIn(value, sequence) : { sequence, storedAt, text };
    }
  }
}

function partsOf(row: string): { readonly storedAt: number; readonly kind: Kind; readonly text: string } {
  const time = row.indexOf('\n');
  const kind = row.indexOf('\n', time + 1);
  return {
    storedAt: Number(row.slice(0, time)),
    kind: row.slice(time + 1, kind) as Kind,
    text: row.slice(kind + 1),
  };
}

function entryIn(row: string, sequence: number): PlacedEntry {
  const { storedAt, text } = partsOf(row);
  return { sequence, storedAt, ...(JSON.parse(text) as Pick<PlacedEntry, 'after' | 'entry'>) };
}

function receiptOf(text: string): Receipt {
  return JSON.parse(text) as Receipt;
}

/** Six bytes, so that the key of one customer never begins that of another. */
function customerPrefix(prefix: Buffer, customer: CustomerKey): Buffer {
  return sequenceKey(prefix, hash48(customer));
}

function customerKey(prefix: Buffer, customer: CustomerKey, sequence: number): Buffer {
  return sequenceKey(customerPrefix(prefix, customer), sequence);
}
