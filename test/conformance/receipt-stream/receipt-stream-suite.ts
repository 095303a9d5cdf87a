import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { type ChainEntry, type CustomerKey, type DecisionId, userKey } from '../../../engine/index.ts';
import type { KeptReceipt, ReceiptItem, ReceiptStream } from '../../../engine/ports.ts';
import { emptyChain, nextEntry } from '../../../engine/receipts/chain.ts';
import { type Backing, durable, reopened } from '../backing.ts';
import { awkwardText, indexes, partition } from '../samples.ts';

/** A stream on a backing of its own: nothing that another test wrote is in it. */
export interface ReceiptStreamSubject {
  readonly stream: ReceiptStream;
  /** The stream of another tenant on the same backing. */
  readonly other: ReceiptStream;
  close(): Promise<void>;
  /** Closes and opens again over the same backing. Present where data outlives the process. */
  readonly reopen?: () => Promise<ReceiptStreamSubject>;
}

const zero = partition(0);
const one = partition(1);
const ada = userKey('ada');
const bob = userKey('bob');
const at = 1_700_000_000_000;

function receipt(id: string, customer: CustomerKey = ada, text = 'plain'): KeptReceipt {
  const decision = `0-${id}` as DecisionId;
  const body = JSON.stringify({ form: 1, id: decision, customer, at, input: { asked: { text } } });
  return { decision, customer, digest: sha256(body), text: body };
}

function entryOf(receipts: readonly KeptReceipt[], before?: ChainEntry): ChainEntry {
  const marks = receipts.map(({ digest }) => ({ at, digest }));
  const end = before ?? emptyChain;
  return nextEntry({ partition: zero, sha256 }, end, { kind: 'kept', receipts: marks });
}

export function describeReceiptStream(
  name: string,
  open: () => Promise<ReceiptStreamSubject>,
  backing: Backing = durable,
): void {
  describe(`receipt stream: ${name}`, () => {
    let subject: ReceiptStreamSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    /** Appends behind the newest entry. */
    async function add(receipts: readonly KeptReceipt[], stream = subject.stream, at = zero) {
      const head = await stream.head(at);
      const entry = entryOf(receipts, head?.entry);
      const sequence = await stream.append(at, { after: head?.sequence ?? 0, entry, receipts });
      expect(sequence).toBeDefined();
      return { entry, sequence: sequence ?? 0 };
    }

    it('has no head before the first entry, and the newest one after', async () => {
      expect(await subject.stream.head(zero)).toBeUndefined();
      await add([receipt('a')]);
      const { entry, sequence } = await add([receipt('b')]);
      expect(await subject.stream.head(zero)).toMatchObject({ sequence, entry });
      expect(await subject.stream.head(one)).toBeUndefined();
    });

    it('delivers receipts before the entry that vouches for them, in order', async () => {
      const first = await add([receipt('a'), receipt('b', bob)]);
      const second = await add([receipt('c')]);
      const items = await collect(subject.stream, 5);
      expect(items.map((item) => ('text' in item ? item.text : item.entry))).toEqual([
        receipt('a').text,
        receipt('b', bob).text,
        first.entry,
        receipt('c').text,
        second.entry,
      ]);
      expect(items.at(-1)?.sequence).toBe(second.sequence);
      for (const { storedAt } of items) expect(storedAt).toBeGreaterThan(0);
    });

    it('adds no entry behind another one than the newest', async () => {
      const { entry, sequence } = await add([receipt('a')]);
      const late = entryOf([receipt('b')], entry);
      expect(await subject.stream.append(zero, { after: 0, entry: late, receipts: [] })).toBeUndefined();
      expect(
        await subject.stream.append(zero, { after: sequence + 7, entry: late, receipts: [] }),
      ).toBeUndefined();
      expect((await subject.stream.head(zero))?.entry).toEqual(entry);
    });

    it('lets one through of many who add behind the same entry at once', async () => {
      const { entry, sequence } = await add([receipt('a')]);
      const results = await Promise.all(
        indexes(8).map((index) => {
          const receipts = [receipt(`r${index}`)];
          return subject.stream.append(zero, { after: sequence, entry: entryOf(receipts, entry), receipts });
        }),
      );
      expect(results.filter((result) => result !== undefined)).toHaveLength(1);
    });

    it('keeps the chains of partitions apart', async () => {
      await add([receipt('a')]);
      await add([receipt('b')], subject.stream, one);
      const { entry } = await add([receipt('c')]);
      expect(entry.number).toBe(2);
      expect((await subject.stream.head(one))?.entry.number).toBe(1);
    });

    it('knows the entry behind which one was added', async () => {
      await add([receipt('a')]);
      const first = await subject.stream.head(zero);
      await add([receipt('b')]);
      const second = await subject.stream.head(zero);
      if (!first || !second) throw new Error('there are two entries');
      expect(second.after).toBe(first.sequence);
      expect(await subject.stream.before(zero, second)).toEqual(first);
      expect(await subject.stream.before(zero, first)).toBe('aged');
      expect(await subject.stream.before(zero, { ...second, after: first.sequence - 1 })).toBeUndefined();
    });

    it('finds the receipt of a decision', async () => {
      await add([receipt('a'), receipt('b')]);
      await add([receipt('c')]);
      expect(await subject.stream.find(zero, '0-b' as DecisionId)).toBe(receipt('b').text);
      expect(await subject.stream.find(zero, '0-c' as DecisionId, at)).toBe(receipt('c').text);
      expect(await subject.stream.find(zero, '0-none' as DecisionId)).toBeUndefined();
      expect(await subject.stream.find(zero, '0-none' as DecisionId, Date.now() + 60_000)).toBeUndefined();
      expect(await subject.stream.find(one, '0-a' as DecisionId)).toBeUndefined();
    });

    it('removes the receipts of one customer without a trace, and no entry', async () => {
      await add([receipt('a'), receipt('b', bob), receipt('c')]);
      const { entry } = await add([receipt('d')]);
      const found = await subject.stream.receiptsOf(zero, ada);
      expect(found.map(({ text }) => text)).toEqual([
        receipt('a').text,
        receipt('c').text,
        receipt('d').text,
      ]);
      const handles = found.map(({ handle }) => handle);
      await subject.stream.remove(zero, handles);
      await subject.stream.remove(zero, handles);
      expect(await subject.stream.receiptsOf(zero, ada)).toEqual([]);
      expect(await subject.stream.find(zero, '0-a' as DecisionId)).toBeUndefined();
      const items = await collect(subject.stream, 3);
      expect(items.flatMap((item) => ('text' in item ? [item.text] : []))).toEqual([receipt('b', bob).text]);
      expect((await subject.stream.head(zero))?.entry).toEqual(entry);
      await add([receipt('e')]);
    });

    it('reads nothing that was stored before a moment', async () => {
      await add([receipt('a')]);
      const reader = subject.stream.read(zero, Date.now() + 3_600_000);
      expect(await reader.next({ max: 10, waitMs: 20 })).toEqual([]);
      await reader.close();
    });

    it('takes an entry without receipts', async () => {
      await add([receipt('a')]);
      const { entry } = await add([]);
      expect((await subject.stream.head(zero))?.entry).toEqual(entry);
    });

    it('keeps awkward text unchanged', async () => {
      await add([receipt('a', userKey('z *>.ö'), awkwardText)]);
      const [item] = await collect(subject.stream, 1);
      expect(item).toMatchObject({ text: receipt('a', userKey('z *>.ö'), awkwardText).text });
      expect(await subject.stream.receiptsOf(zero, userKey('z *>.ö'))).toHaveLength(1);
    });

    it('keeps tenants apart', async () => {
      await add([receipt('a')]);
      expect(await subject.other.head(zero)).toBeUndefined();
      await add([receipt('b')], subject.other);
      expect(await subject.other.receiptsOf(zero, ada)).toHaveLength(1);
      expect(await subject.other.find(zero, '0-a' as DecisionId)).toBeUndefined();
    });

    if (backing.outlivesProcess) {
      it('keeps what it acknowledged when it is opened again', async () => {
        const { entry } = await add([receipt('a'), receipt('b', bob)]);
        const [first] = await subject.stream.receiptsOf(zero, bob);
        await subject.stream.remove(zero, [first?.handle ?? '']);
        subject = await reopened(subject);
        expect((await subject.stream.head(zero))?.entry).toEqual(entry);
        expect(await subject.stream.receiptsOf(zero, bob)).toEqual([]);
        expect(await subject.stream.find(zero, '0-a' as DecisionId)).toBe(receipt('a').text);
        expect((await add([receipt('c')])).entry.number).toBe(2);
      });
    }
  });
}

async function collect(stream: ReceiptStream, count: number): Promise<readonly ReceiptItem[]> {
  const reader = stream.read(zero, 0);
  const items: ReceiptItem[] = [];
  while (items.length < count) items.push(...(await reader.next({ max: 2, waitMs: 50_000 })));
  await reader.close();
  return items;
}
