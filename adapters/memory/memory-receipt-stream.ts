import {
  Bell,
  type ChainEntry,
  type CustomerKey,
  type DecisionId,
  type Partition,
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

interface Placed {
  readonly sequence: number;
  readonly storedAt: number;
  /** As JSON: what does not survive JSON does not survive a real stream. */
  readonly entry?: string;
  /** Of an entry. */
  readonly after?: number;
  /** Absent again once it was removed. */
  receipt?: KeptReceipt;
}

/** The receipts of one tenant in the memory of this process. It keeps everything. */
export class MemoryReceiptStream implements ReceiptStream {
  readonly #clock: Clock;
  readonly #timing: Timing;
  readonly #partitions = new Map<Partition, Placed[]>();
  readonly #bell = new Bell();

  constructor(world: { readonly clock: Clock; readonly timing: Timing }) {
    this.#clock = world.clock;
    this.#timing = world.timing;
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
    if ((this.#head(partition)?.sequence ?? 0) !== after) return undefined;
    const placed = this.#placed(partition);
    const storedAt = this.#clock.now();
    for (const receipt of receipts) placed.push({ sequence: placed.length + 1, storedAt, receipt });
    placed.push({ sequence: placed.length + 1, storedAt, after, entry: JSON.stringify(entry) });
    this.#bell.ring();
    return placed.length;
  }

  async before(partition: Partition, { after }: PlacedEntry): Promise<PlacedEntry | 'aged' | undefined> {
    return after === 0 ? 'aged' : entryOf(this.#placed(partition)[after - 1]);
  }

  read(partition: Partition, since: number): ReceiptReader {
    let position = 0;
    const take = (max: number) => {
      const items: ReceiptItem[] = [];
      const placed = this.#placed(partition);
      while (position < placed.length && items.length < max) {
        const item = itemOf(placed[position]);
        position += 1;
        if (item !== undefined && item.storedAt >= since) items.push(item);
      }
      return items;
    };
    return new WaitingReader({ take, bell: this.#bell, timing: this.#timing });
  }

  async find(partition: Partition, decision: DecisionId, since = 0): Promise<string | undefined> {
    return this.#placed(partition).findLast(
      ({ receipt, storedAt }) => receipt?.decision === decision && storedAt >= since,
    )?.receipt?.text;
  }

  async receiptsOf(
    partition: Partition,
    customer: CustomerKey,
  ): Promise<readonly { readonly handle: string; readonly text: string }[]> {
    return this.#placed(partition).flatMap(({ sequence, receipt }) =>
      receipt?.customer === customer ? [{ handle: String(sequence), text: receipt.text }] : [],
    );
  }

  async remove(partition: Partition, handles: readonly string[]): Promise<void> {
    for (const handle of handles) delete this.#placed(partition)[Number(handle) - 1]?.receipt;
  }

  async keptMs(): Promise<number | undefined> {
    return undefined;
  }

  #head(partition: Partition): PlacedEntry | undefined {
    return entryOf(this.#placed(partition).findLast(({ entry }) => entry !== undefined));
  }

  #placed(partition: Partition): Placed[] {
    const placed = this.#partitions.get(partition) ?? [];
    this.#partitions.set(partition, placed);
    return placed;
  }
}

function itemOf(placed: Placed | undefined): ReceiptItem | undefined {
  if (placed?.receipt === undefined) return entryOf(placed);
  const { sequence, storedAt, receipt } = placed;
  return { sequence, storedAt, text: receipt.text };
}

function entryOf(placed: Placed | undefined): PlacedEntry | undefined {
  if (placed?.entry === undefined) return undefined;
  const { sequence, storedAt, after = 0, entry } = placed;
  return { sequence, storedAt, after, entry: JSON.parse(entry) as ChainEntry };
}
