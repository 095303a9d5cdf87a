import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../engine/model/log-message.ts';
import type { LogReader, TouchpointLog } from '../../../engine/ports.ts';
import { type Backing, durable, reopened } from '../backing.ts';
import { awkwardText, eventMessage, indexes, partition } from '../samples.ts';

/** A log on a backing of its own: nothing that another test wrote is in it. */
export interface TouchpointLogSubject {
  readonly log: TouchpointLog;
  /** The log of another tenant on the same backing. */
  readonly other: TouchpointLog;
  close(): Promise<void>;
  /** Closes and opens again over the same backing. Present where data outlives the process. */
  readonly reopen?: () => Promise<TouchpointLogSubject>;
}

const zero = partition(0);
const one = partition(1);
/** Longer than any test may take: such a wait only ever ends by what the test does. */
const forever = 50_000;

export function describeTouchpointLog(
  name: string,
  open: () => Promise<TouchpointLogSubject>,
  backing: Backing = durable,
): void {
  describe(`touchpoint log: ${name}`, () => {
    let subject: TouchpointLogSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    it('is empty at first', async () => {
      expect(await subject.log.head(zero)).toBe(0);
      expect(await take(subject.log.read(zero, 0), 10)).toEqual([]);
      await subject.log.append([]);
      expect(await subject.log.head(zero)).toBe(0);
    });

    it('returns the messages in the order of their appending, with ascending sequences', async () => {
      await subject.log.append([eventMessage('m1', zero), eventMessage('m2', zero)]);
      await subject.log.append([eventMessage('m3', zero)]);
      const entries = await collect(subject.log.read(zero, 0), 3);
      expect(entries.map((entry) => entry.message)).toEqual([
        eventMessage('m1', zero),
        eventMessage('m2', zero),
        eventMessage('m3', zero),
      ]);
      expectAscending(entries);
    });

    it('returns only entries above the sequence asked for', async () => {
      await subject.log.append(indexes(5).map((index) => eventMessage(`m${index}`, zero)));
      const all = await collect(subject.log.read(zero, 0), 5);
      const later = await collect(subject.log.read(zero, all[2]?.sequence ?? 0), 2);
      expect(later).toEqual(all.slice(3));
    });

    it('never returns more than asked for', async () => {
      await subject.log.append(indexes(10).map((index) => eventMessage(`m${index}`, zero)));
      const reader = subject.log.read(zero, 0);
      const seen: LogEntry[] = [];
      while (seen.length < 10) {
        const entries = await reader.next({ max: 3, waitMs: forever });
        expect(entries.length).toBeGreaterThan(0);
        expect(entries.length).toBeLessThanOrEqual(3);
        seen.push(...entries);
      }
      await reader.close();
      expect(ids(seen)).toEqual(indexes(10).map((index) => `m${index}`));
    });

    it('tells the sequence of the newest entry of a partition', async () => {
      await subject.log.append([eventMessage('m1', zero), eventMessage('m2', zero)]);
      const entries = await collect(subject.log.read(zero, 0), 2);
      expect(await subject.log.head(zero)).toBe(entries[1]?.sequence);
      expect(await subject.log.head(one)).toBe(0);
    });

    it('tells where the log of a partition begins', async () => {
      expect(await subject.log.first(zero)).toBeUndefined();
      await subject.log.append([eventMessage('m1', zero), eventMessage('m2', zero)]);
      const [oldest] = await collect(subject.log.read(zero, 0), 2);
      expect(await subject.log.first(zero)).toBe(oldest?.sequence);
      expect(await subject.log.first(one)).toBeUndefined();
    });

    it('tells the id of the message at a sequence of the partition', async () => {
      expect(await subject.log.idAt(zero, 1)).toBeUndefined();
      await subject.log.append([
        eventMessage('a1', zero),
        eventMessage('b1', one),
        eventMessage(`a2 ${awkwardText.slice(0, 20)}`, zero),
      ]);
      const entries = await collect(subject.log.read(zero, 0), 2);
      for (const { sequence, message } of entries) {
        expect(await subject.log.idAt(zero, sequence)).toBe(message.id);
      }
      const [other] = await collect(subject.log.read(one, 0), 1);
      expect(await subject.log.idAt(one, other?.sequence ?? 0)).toBe('b1');
      expect(await subject.log.idAt(zero, 0)).toBeUndefined();
      expect(await subject.log.idAt(zero, (await subject.log.head(zero)) + 1_000)).toBeUndefined();
    });

    it('keeps partitions apart', async () => {
      await subject.log.append([
        eventMessage('a1', zero),
        eventMessage('b1', one),
        eventMessage('a2', zero),
        eventMessage('b2', one),
      ]);
      expect(ids(await collect(subject.log.read(zero, 0), 2))).toEqual(['a1', 'a2']);
      expect(ids(await collect(subject.log.read(one, 0), 2))).toEqual(['b1', 'b2']);
      expect(await take(subject.log.read(one, await subject.log.head(one)), 10)).toEqual([]);
    });

    it('keeps tenants apart', async () => {
      await subject.log.append([eventMessage('mine', zero)]);
      expect(await subject.other.head(zero)).toBe(0);
      await subject.other.append([eventMessage('theirs', zero), eventMessage('mine', zero)]);
      expect(ids(await collect(subject.other.read(zero, 0), 2))).toEqual(['theirs', 'mine']);
      expect(ids(await collect(subject.log.read(zero, 0), 1))).toEqual(['mine']);
    });

    it('survives a repeated append: the message is there, once or as often as it was sent', async () => {
      await subject.log.append([eventMessage('m1', zero)]);
      await subject.log.append([eventMessage('m1', zero), eventMessage('m2', zero)]);
      const reader = subject.log.read(zero, 0);
      const seen: string[] = [];
      while (!seen.includes('m2')) seen.push(...ids(await reader.next({ max: 10, waitMs: forever })));
      await reader.close();
      expect(seen.length).toBeLessThanOrEqual(3);
      expect(seen.filter((id) => id === 'm1').length).toBeGreaterThanOrEqual(1);
    });

    it('wakes a waiting reader when a message arrives', async () => {
      const reader = subject.log.read(zero, 0);
      const waiting = reader.next({ max: 10, waitMs: forever });
      await subject.log.append([eventMessage('m1', zero)]);
      expect(ids(await waiting)).toEqual(['m1']);
      const again = reader.next({ max: 10, waitMs: forever });
      await subject.log.append([eventMessage('m2', zero)]);
      expect(ids(await again)).toEqual(['m2']);
      await reader.close();
    });

    it('returns nothing when the wait is over', async () => {
      const reader = subject.log.read(zero, 0);
      expect(await reader.next({ max: 10, waitMs: 20 })).toEqual([]);
      expect(await reader.next({ max: 10, waitMs: 0 })).toEqual([]);
      await reader.close();
    });

    it('returns nothing from a reader that was closed, waiting or not', async () => {
      const reader = subject.log.read(zero, 0);
      const waiting = reader.next({ max: 10, waitMs: forever });
      await reader.close();
      expect(await waiting).toEqual([]);
      await subject.log.append([eventMessage('m1', zero)]);
      expect(await reader.next({ max: 10, waitMs: forever })).toEqual([]);
      await reader.close();
    });

    it('lets several readers read the same entries', async () => {
      await subject.log.append(indexes(3).map((index) => eventMessage(`m${index}`, zero)));
      const [first, second] = await Promise.all([
        collect(subject.log.read(zero, 0), 3),
        collect(subject.log.read(zero, 0), 3),
      ]);
      expect(first).toEqual(second);
    });

    it('returns awkward text and messages of 32 KB unchanged', async () => {
      const messages = [
        eventMessage('awkward', zero, { text: awkwardText }),
        eventMessage('long', zero, { text: 'é'.repeat(15_000) }),
        eventMessage(`id-${awkwardText.slice(0, 20)}`, zero, { text: '' }),
      ];
      await subject.log.append(messages);
      const entries = await collect(subject.log.read(zero, 0), 3);
      expect(entries.map((entry) => entry.message)).toEqual(messages);
    });

    it('holds thousands of messages', async () => {
      const batches = indexes(15).map((batch) =>
        indexes(200).map((index) => eventMessage(`m${batch * 200 + index}`, partition(index % 2))),
      );
      for (const batch of batches) await subject.log.append(batch);
      const expected = (parity: number) =>
        indexes(3_000)
          .filter((index) => index % 2 === parity)
          .map((index) => `m${index}`);
      expect(ids(await collect(subject.log.read(zero, 0), 1_500))).toEqual(expected(0));
      expect(ids(await collect(subject.log.read(one, 0), 1_500))).toEqual(expected(1));
    });

    it('keeps every message of concurrent appends once, in the order of each call', async () => {
      const calls = indexes(40).map((call) =>
        subject.log.append(indexes(10).map((index) => eventMessage(`${call}/${index}`, zero))),
      );
      await Promise.all(calls);
      const seen = ids(await collect(subject.log.read(zero, 0), 400));
      expect(new Set(seen).size).toBe(400);
      for (const call of indexes(40)) {
        const own = seen.filter((id) => id.startsWith(`${call}/`));
        expect(own).toEqual(indexes(10).map((index) => `${call}/${index}`));
      }
    });

    it('reports a log that ends before the sequence it is read from', async () => {
      const empty = subject.log.read(zero, 1_000_000);
      await expect(empty.next({ max: 1, waitMs: forever })).rejects.toMatchObject({
        code: 'NB_STREAM_REWOUND',
      });
      await empty.close();
      await subject.log.append([eventMessage('m1', zero)]);
      const beyond = subject.log.read(zero, (await subject.log.head(zero)) + 1_000_000);
      await expect(beyond.next({ max: 1, waitMs: forever })).rejects.toMatchObject({
        code: 'NB_STREAM_REWOUND',
      });
      await beyond.close();
    });

    if (backing.outlivesProcess) {
      it('keeps what it acknowledged when it is opened again, and goes on from there', async () => {
        await subject.log.append(indexes(5).map((index) => eventMessage(`m${index}`, zero)));
        const before = await collect(subject.log.read(zero, 0), 5);
        subject = await reopened(subject);
        expect(await collect(subject.log.read(zero, 0), 5)).toEqual(before);
        await subject.log.append([eventMessage('m5', zero)]);
        const after = await collect(subject.log.read(zero, 0), 6);
        expect(ids(after)).toEqual(indexes(6).map((index) => `m${index}`));
        expectAscending(after);
      });
    }
  });
}

function ids(entries: readonly LogEntry[]): readonly string[] {
  return entries.map((entry) => entry.message.id);
}

function expectAscending(entries: readonly LogEntry[]): void {
  let last = 0;
  for (const { sequence } of entries) {
    expect(sequence).toBeGreaterThan(last);
    last = sequence;
  }
}

/** What is there now; may be less than `max`. */
async function take(reader: LogReader, max: number): Promise<readonly LogEntry[]> {
  const entries = await reader.next({ max, waitMs: 20 });
  await reader.close();
  return entries;
}

/** Reads until there are `count` entries. */
async function collect(reader: LogReader, count: number): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  while (entries.length < count) {
    entries.push(...(await reader.next({ max: count - entries.length, waitMs: forever })));
  }
  await reader.close();
  return entries;
}
