import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { CustomerKey, DecisionId, Partition } from '../model/ids.ts';
import type { ChainEntry, Receipt, ReceiptMark } from '../model/receipt.ts';
import type { Clock, KeptReceipt, OutboxItem, ReceiptStream, StateStore } from '../ports.ts';
import {
  type Chain,
  type ChainEnd,
  emptyChain,
  endToFollow,
  nextEntry,
  readEnd,
  writeEnd,
} from '../receipts/chain.ts';
import { textOfReceipt } from '../receipts/make-receipt.ts';
import type { Ports } from './runtime-context.ts';

export type ReceiptOutboxItem = Extract<OutboxItem, { readonly to: 'receipts' }>;

/**
 * Brings receipts from the outbox of a partition into their stream, under one chain.
 *
 * RC1. A receipt leaves with its decision's own commit, in the outbox. So there is one for every decision that was stored,
 *      none for one that was not, and nobody who asks for a decision waits for it.
 * RC2. An entry is added only behind the newest one, by compare-and-set, whoever drains. Of several drainers one gets
 *      through; the others read the end again, and leave out what its last entry holds already.
 * RC3. A receipt may be vouched for twice, after a crash between the stream and the outbox. It is the same receipt.
 * RC4. The end of the chain is noted in the store as well. A stream that lost its end is continued behind what was
 *      noted, so that the loss stays a gap in the numbers.
 * RC5. An erasure is an entry of its own, added before the receipts that it names go: a receipt that is missing without
 *      one was taken away by somebody else.
 */
export class ReceiptKeeper {
  readonly #parts: ReceiptParts;
  readonly #ends = new Map<Partition, KnownEnd>();

  constructor(parts: ReceiptParts) {
    this.#parts = parts;
  }

  /** In their order. Rejects when a port failed; what was added then is not added again. */
  async keep(partition: Partition, items: readonly ReceiptOutboxItem[]): Promise<void> {
    try {
      let receipts: Receipt[] = [];
      for (const item of items) {
        if ('receipt' in item) receipts.push(item.receipt);
        else {
          await this.#add(partition, receipts);
          receipts = [];
          await this.#erase(partition, item.forget);
        }
      }
      await this.#add(partition, receipts);
    } catch (error) {
      // Whether it was stored is not known: the next one looks.
      this.#ends.delete(partition);
      throw error;
    }
  }

  async #add(partition: Partition, receipts: readonly Receipt[]): Promise<void> {
    if (receipts.length === 0) return;
    const kept = receipts.map((receipt) => this.#keptOf(receipt));
    await this.#extend(partition, (known) => {
      const fresh = kept.filter(({ digest }) => !known.has(digest));
      const at = new Map(receipts.map((receipt, index) => [kept[index]?.digest, receipt.at]));
      const marks = fresh.map(({ digest }): ReceiptMark => ({ at: at.get(digest) ?? 0, digest }));
      return { kind: 'kept', marks, receipts: fresh };
    });
  }

  async #erase(partition: Partition, customer: CustomerKey): Promise<void> {
    const { stream, sha256 } = this.#parts;
    const found = await stream.receiptsOf(partition, customer);
    for (let from = 0; from < found.length; from += limits.erasedReceiptsPerEntryMax) {
      const slice = found.slice(from, from + limits.erasedReceiptsPerEntryMax);
      const marks = slice.map(({ text }) => ({
        at: (JSON.parse(text) as Receipt).at,
        digest: sha256(text),
      }));
      await this.#extend(partition, () => ({ kind: 'erased', marks, receipts: [] }));
      await stream.remove(
        partition,
        slice.map(({ handle }) => handle),
      );
    }
  }

  #keptOf(receipt: Receipt): KeptReceipt {
    const text = textOfReceipt(receipt);
    const { id: decision, customer } = receipt;
    return { decision, customer, digest: this.#parts.sha256(text), text };
  }

  /** `addition` is asked again whenever somebody else was faster, with what the newest entry vouches for. */
  async #extend(partition: Partition, addition: (known: ReadonlySet<string>) => Addition): Promise<void> {
    const { stream, store, clock, sha256 } = this.#parts;
    const chain: Chain = { sha256, partition };
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const end = this.#ends.get(partition) ?? (await this.#readEnd(partition));
      const { kind, marks, receipts } = addition(end.known);
      if (marks.length === 0) return;
      const entry = nextEntry(chain, end, { kind, receipts: marks });
      const sequence = await stream.append(partition, { after: end.sequence, entry, receipts });
      if (sequence === undefined) {
        this.#ends.delete(partition);
        continue;
      }
      this.#ends.set(partition, knownEnd(entry, sequence));
      await store.writeNote(endNote(partition), writeEnd({ ...entry, at: clock.now() }));
      return;
    }
    throw new CodedError(
      'NB_CONTENTION',
      `the receipts of partition ${partition} are written by too many at once`,
    );
  }

  async #readEnd(partition: Partition): Promise<KnownEnd> {
    const { stream, store } = this.#parts;
    const noted = readEnd(await store.readNote(endNote(partition)));
    const head = await stream.head(partition);
    const { number, hash } = endToFollow(head?.entry ?? emptyChain, noted);
    const known = new Set(head?.entry.receipts.map(({ digest }) => digest));
    return { number, hash, sequence: head?.sequence ?? 0, known };
  }
}

export function receiptKeeperOf(
  ports: Pick<Ports, 'receipts' | 'store' | 'clock' | 'sha256'>,
): ReceiptKeeper | undefined {
  return ports.receipts && new ReceiptKeeper({ ...ports, stream: ports.receipts });
}

/** The text of a receipt. A hint that is off by the difference of two clocks costs a longer search, and nothing else. */
export async function findReceipt(
  stream: ReceiptStream,
  {
    partition,
    id,
    at,
  }: { readonly partition: Partition; readonly id: DecisionId; readonly at: number | undefined },
): Promise<string | undefined> {
  const near = at === undefined ? undefined : await stream.find(partition, id, at - clocksApartMs);
  return near ?? stream.find(partition, id);
}

const clocksApartMs = 60_000;

/** Where the end of a partition's chain is noted. */
export function endNote(partition: Partition): string {
  return `receipts/${partition}`;
}

interface ReceiptParts {
  readonly sha256: (text: string) => string;
  readonly stream: ReceiptStream;
  readonly clock: Clock;
  readonly store: Pick<StateStore, 'readNote' | 'writeNote'>;
}

interface KnownEnd extends ChainEnd {
  /** Of the newest entry in the stream, 0 where there is none. */
  readonly sequence: number;
  /** Digests that it vouches for. */
  readonly known: ReadonlySet<string>;
}

interface Addition {
  readonly kind: ChainEntry['kind'];
  readonly marks: readonly ReceiptMark[];
  readonly receipts: readonly KeptReceipt[];
}

const attemptsMax = 16;

function knownEnd({ number, hash, receipts }: ChainEntry, sequence: number): KnownEnd {
  return { number, hash, sequence, known: new Set(receipts.map(({ digest }) => digest)) };
}
