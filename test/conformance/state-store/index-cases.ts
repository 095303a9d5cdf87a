import { describe, expect, it } from 'vitest';
import { anonymousKey, userKey } from '../../../engine/model/ids.ts';
import type { OutboxItem, StateStore, TimerWrite } from '../../../engine/ports.ts';
import { awkwardText, eventMessage, indexes, publishedDecision } from '../samples.ts';
import type { StateStoreSubject } from './state-store-subject.ts';
import { commitOf, created, everywhere, hour, one, soon, text, zero } from './state-store-subject.ts';

const ada = userKey('ada');
const bob = userKey('bob');
const visitor = anonymousKey(`v-${awkwardText}`);
const always = { wall: 1e15, stream: 1e15 };

/** What lies beside the documents: timers, outbox, records, counters. */
export function describeIndexes(current: () => StateStoreSubject): void {
  const timers = async (...writes: readonly TimerWrite[]): Promise<void> => {
    expect(await current().store.commit(commitOf({ timers: writes }))).toEqual({ kind: 'committed' });
  };

  describe('timers', () => {
    it('finds timers due at or before a time, earliest first', async () => {
      const { store } = current();
      await timers(
        { key: ada, clock: 'wall', due: 1_700_000_000_300 },
        { key: bob, clock: 'wall', due: 1_700_000_000_100 },
        { key: visitor, clock: 'wall', due: 1_700_000_000_200 },
      );
      const due = await store.dueTimers(zero, { wall: 1_700_000_000_200, stream: 0 }, 10);
      expect(due).toEqual([
        { key: bob, clock: 'wall', due: 1_700_000_000_100 },
        { key: visitor, clock: 'wall', due: 1_700_000_000_200 },
      ]);
      expect(await store.dueTimers(zero, { wall: 1_700_000_000_099, stream: 1e15 }, 10)).toEqual([]);
      expect(await store.dueTimers(one, always, 10)).toEqual([]);
    });

    it('keeps the clocks apart and merges them by time', async () => {
      const { store } = current();
      await timers(
        { key: ada, clock: 'wall', due: 10 },
        { key: ada, clock: 'stream', due: 5 },
        { key: bob, clock: 'stream', due: 15 },
      );
      expect(await store.dueTimers(zero, { wall: 20, stream: 4 }, 10)).toEqual([
        { key: ada, clock: 'wall', due: 10 },
      ]);
      expect((await store.dueTimers(zero, always, 10)).map((timer) => timer.due)).toEqual([5, 10, 15]);
      expect((await store.dueTimers(zero, always, 2)).map((timer) => timer.due)).toEqual([5, 10]);
    });

    it('moves and removes the timer of a customer on one clock', async () => {
      const { store } = current();
      await timers({ key: ada, clock: 'wall', due: 10 }, { key: ada, clock: 'stream', due: 10 });
      await timers({ key: ada, clock: 'wall', due: 99 });
      expect(await store.dueTimers(zero, { wall: 98, stream: 0 }, 10)).toEqual([]);
      expect(await store.dueTimers(zero, { wall: 99, stream: 0 }, 10)).toEqual([
        { key: ada, clock: 'wall', due: 99 },
      ]);
      await timers({ key: ada, clock: 'wall', due: undefined }, { key: bob, clock: 'wall', due: undefined });
      expect(await store.dueTimers(zero, always, 10)).toEqual([{ key: ada, clock: 'stream', due: 10 }]);
    });

    it('finds a timer again until it is moved or removed', async () => {
      const { store } = current();
      await timers({ key: ada, clock: 'wall', due: 10 });
      const first = await store.dueTimers(zero, always, 10);
      expect(await store.dueTimers(zero, always, 10)).toEqual(first);
    });
  });

  describe('outbox', () => {
    const item = (id: string): OutboxItem => ({
      id,
      to: 'log',
      message: eventMessage(id, one, { text: awkwardText }),
    });
    const ids = async (store: StateStore, limit: number) =>
      (await store.outbox(zero, limit)).map((entry) => entry.item.id);

    it('returns items oldest first, as they were put in', async () => {
      const { store } = current();
      const published: OutboxItem = { id: 'o3', to: 'decisions', decision: publishedDecision('o3') };
      await store.commit(commitOf({ outbox: [item('o1'), item('o2')] }));
      await store.commit(commitOf({ outbox: [published] }));
      expect((await store.outbox(zero, 10)).map((entry) => entry.item)).toEqual([
        item('o1'),
        item('o2'),
        published,
      ]);
      expect(await ids(store, 2)).toEqual(['o1', 'o2']);
      expect(await store.outbox(one, 10)).toEqual([]);
    });

    it('keeps the order beyond ten and a hundred items', async () => {
      const { store } = current();
      for (const round of indexes(3)) {
        await store.commit(commitOf({ outbox: indexes(50).map((index) => item(`o${round * 50 + index}`)) }));
      }
      expect(await ids(store, 500)).toEqual(indexes(150).map((index) => `o${index}`));
    });

    it('clears exactly the items named', async () => {
      const { store } = current();
      await store.commit(commitOf({ outbox: indexes(5).map((index) => item(`o${index}`)) }));
      const handles = (await store.outbox(zero, 10)).map((entry) => entry.handle);
      await store.clearOutbox(zero, [handles[0] ?? '', handles[2] ?? '']);
      expect(await ids(store, 10)).toEqual(['o1', 'o3', 'o4']);
      await store.clearOutbox(zero, [handles[0] ?? '']);
      await store.clearOutbox(zero, []);
      await store.clearOutbox(zero, handles.slice(1));
      expect(await store.outbox(zero, 10)).toEqual([]);
      await store.commit(commitOf({ outbox: [item('later')] }));
      await store.clearOutbox(zero, handles);
      expect(await ids(store, 10)).toEqual(['later']);
    });
  });

  describe('records', () => {
    it('returns a record until it expires', async () => {
      const { store } = current();
      const gone = soon(current()) - 2 * hour;
      await store.commit(
        commitOf({
          records: [
            { id: 'kept', value: awkwardText, expiresAt: soon(current()) },
            { id: 'gone', value: 'late', expiresAt: gone },
          ],
        }),
      );
      expect(await store.record(zero, 'kept')).toBe(awkwardText);
      expect(await store.record(zero, 'gone')).toBeUndefined();
      expect(await store.record(zero, 'never')).toBeUndefined();
      expect(await store.record(one, 'kept')).toBeUndefined();
    });

    it('lets a commit be made again once its record expired', async () => {
      const { store } = current();
      const expiresAt = soon(current()) - 2 * hour;
      const once = commitOf({ onceBy: 'r', records: [{ id: 'r', value: 'v', expiresAt }] });
      expect(await store.commit(once)).toEqual({ kind: 'committed' });
      expect(await store.commit(once)).toEqual({ kind: 'committed' });
    });

    it('replaces a record that is written again, and its expiry with it', async () => {
      const { store } = current();
      await store.commit(commitOf({ records: [{ id: 'r', value: 'old', expiresAt: soon(current()) }] }));
      await store.commit(
        commitOf({ records: [{ id: 'r', value: 'new', expiresAt: soon(current()) + hour }] }),
      );
      expect(await store.record(zero, 'r')).toBe('new');
      await store.commit(
        commitOf({ records: [{ id: 'r', value: 'x', expiresAt: soon(current()) - 2 * hour }] }),
      );
      expect(await store.record(zero, 'r')).toBeUndefined();
      await store.commit(commitOf({ records: [{ id: 'r', value: 'back', expiresAt: soon(current()) }] }));
      for (const index of indexes(10)) {
        await store.commit(
          commitOf({ records: [{ id: `r${index}`, value: 'y', expiresAt: soon(current()) - 2 * hour }] }),
        );
      }
      expect(await store.record(zero, 'r')).toBe('back');
    });
  });

  describe('counters', () => {
    it('counts up and down from zero, by partition', async () => {
      const { store } = current();
      await store.commit(
        commitOf({
          counters: [
            { name: 'n', add: 5 },
            { name: 'm', add: -2 },
          ],
        }),
      );
      await store.commit(commitOf({ counters: [{ name: 'n', add: -1 }] }));
      expect(await store.counters(zero, ['m', 'n', 'k'])).toEqual([-2, 4, 0]);
      expect(await store.counters(one, ['n'])).toEqual([0]);
      expect(await store.counters(zero, [])).toEqual([]);
    });

    it('applies the writes of one commit in their order, each seeing those before it', async () => {
      const { store } = current();
      const result = await store.commit(
        commitOf({
          counters: [
            { name: 'granted', add: 10 },
            { name: 'spent', add: 6, limitedBy: 'granted' },
            { name: 'spent', add: 4, limitedBy: 'granted' },
          ],
        }),
      );
      expect(result).toEqual({ kind: 'committed' });
      const more = { name: 'spent', add: 1, limitedBy: 'granted' };
      expect(await store.commit(commitOf({ counters: [more, more] }))).toEqual({
        kind: 'exhausted',
        counters: ['spent'],
      });
      expect(await store.counters(zero, ['granted', 'spent'])).toEqual([10, 10]);
    });

    it('always lets a limited counter go down', async () => {
      const { store } = current();
      await store.commit(
        commitOf({
          counters: [
            { name: 'spent', add: 10 },
            { name: 'granted', add: 5 },
          ],
        }),
      );
      const back = commitOf({ counters: [{ name: 'spent', add: -1, limitedBy: 'granted' }] });
      expect(await store.commit(back)).toEqual({ kind: 'committed' });
      expect(await store.counters(zero, ['spent'])).toEqual([9]);
    });

    it('never passes the limit under concurrency', async () => {
      const { store } = current();
      await store.commit(commitOf({ counters: [{ name: 'granted', add: 20 }] }));
      const spend = commitOf({ counters: [{ name: 'spent', add: 3, limitedBy: 'granted' }] });
      const results = await Promise.all(indexes(30).map(() => store.commit(spend)));
      expect(results.filter((result) => result.kind === 'committed')).toHaveLength(6);
      expect(await store.counters(zero, ['spent'])).toEqual([18]);
    });

    it('stores nothing unless a counter is as expected, by what the commit wrote before', async () => {
      const { store } = current();
      const first = { name: 'a:moves', add: 1, expected: 0, expiresAt: soon(current()) };
      expect(await store.commit(commitOf({ counters: [first] }))).toEqual({ kind: 'committed' });
      const both = commitOf({ counters: [{ name: 'n', add: 1 }, first] });
      expect(await store.commit(both)).toEqual({ kind: 'exhausted', counters: ['a:moves'] });
      const twice = commitOf({
        counters: [
          { ...first, expected: 1 },
          { ...first, expected: 2 },
        ],
      });
      expect(await store.commit(twice)).toEqual({ kind: 'committed' });
      expect(await store.counters(zero, ['a:moves', 'n'])).toEqual([3, 0]);
    });

    it('lets one of many through that expect the same', async () => {
      const { store } = current();
      const move = commitOf({
        counters: [{ name: 'a:moves', add: 1, expected: 0, expiresAt: soon(current()) }],
      });
      const results = await Promise.all(indexes(10).map(() => store.commit(move)));
      expect(results.filter((result) => result.kind === 'committed')).toHaveLength(1);
    });

    it('takes an amount out only if what is spent is still covered', async () => {
      const { store } = current();
      const expiresAt = soon(current());
      const limited = { limitedBy: 'a:granted', expiresAt };
      const takeOut = (amount: number) =>
        commitOf({
          counters: [
            { name: 'a:spent', add: amount, ...limited },
            { name: 'a:spent', add: -amount, expiresAt },
            { name: 'a:granted', add: -amount, expiresAt },
          ],
        });
      await store.commit(
        commitOf({
          counters: [
            { name: 'a:granted', add: 10, expiresAt },
            { name: 'a:spent', add: 4, ...limited },
          ],
        }),
      );
      expect(await store.commit(takeOut(7))).toEqual({ kind: 'exhausted', counters: ['a:spent'] });
      expect(await store.commit(takeOut(6))).toEqual({ kind: 'committed' });
      expect(await store.counters(zero, ['a:granted', 'a:spent'])).toEqual([4, 4]);
    });

    it('forgets an account as a whole, and keeps it until the latest time that a write named', async () => {
      const { store } = current();
      const past = soon(current()) - 2 * hour;
      const open = (account: string) => [
        { name: `${account}:granted`, add: 5, expiresAt: past },
        { name: `${account}:spent`, add: 2, limitedBy: `${account}:granted`, expiresAt: past },
      ];
      await store.commit(commitOf({ counters: [...open('b@1'), ...open('b@2')] }));
      await store.commit(
        commitOf({ counters: [{ name: 'b@2:granted', add: 4, expiresAt: soon(current()) }] }),
      );
      const names = ['b@1:granted', 'b@1:spent'];
      // A time to live is a millisecond at least, so it may take one.
      while ((await store.counters(zero, names)).some((value) => value !== 0));
      const spend = { name: 'b@1:spent', add: 1, limitedBy: 'b@1:granted', expiresAt: soon(current()) };
      expect(await store.commit(commitOf({ counters: [spend] }))).toEqual({
        kind: 'exhausted',
        counters: ['b@1:spent'],
      });
      const [granted = 0] = await store.counters(zero, ['b@2:granted']);
      expect(granted).toBeGreaterThanOrEqual(4);
    });
  });

  describe('beside the partitions', () => {
    it('enumerates every document of every partition once, those of the partition itself included', async () => {
      const { store } = current();
      const expected: string[] = [];
      for (const at of everywhere) {
        const documents = indexes(150).map((index) => created(`u:${at}-${index}`, 'v1', `{"n":${index}}`));
        const own = created('p:model', 'v1', `{"partition":${at}}`);
        await store.commit(commitOf({ partition: at, documents: [...documents, own] }));
        for (const document of [...documents, own])
          expected.push(JSON.stringify([at, document.key, text(document.value)]));
      }
      const seen: string[] = [];
      for await (const { partition, key, value } of store.documents())
        seen.push(JSON.stringify([partition, key, text(value)]));
      expect(seen.sort()).toEqual(expected.sort());
    });

    it('can stop enumerating at any document', async () => {
      const { store } = current();
      await store.commit(commitOf({ documents: indexes(20).map((index) => created(`u:${index}`, 'v1')) }));
      for await (const document of store.documents()) {
        expect(document.partition).toBe(zero);
        break;
      }
      expect((await store.load(zero, ['u:3']))[0]?.nonce).toBe('v1');
    });

    it('keeps notes', async () => {
      const { store } = current();
      expect(await store.readNote('replay/file')).toBeUndefined();
      await store.writeNote('replay/file', awkwardText);
      await store.writeNote('replay/file2', '{}');
      expect(await store.readNote('replay/file')).toBe(awkwardText);
      await store.writeNote('replay/file', '{"line":2}');
      expect(await store.readNote('replay/file')).toBe('{"line":2}');
      expect(await store.readNote('replay/file2')).toBe('{}');
    });
  });
}
