import { describe, expect, it } from 'vitest';
import { type CustomerKey, userKey } from '../../../engine/model/ids.ts';
import type { Commit, RecordWrite, StateStore } from '../../../engine/ports.ts';
import { originCheckpoint } from '../../../engine/ports.ts';
import { awkwardText, eventMessage, indexes } from '../samples.ts';
import type { StateStoreSubject } from './state-store-subject.ts';
import {
  checkpointAt,
  commitOf,
  created,
  deadLetter,
  everywhere,
  fromOrigin,
  hour,
  one,
  soon,
  stored,
  zero,
} from './state-store-subject.ts';

const ada = userKey('ada');
/** Its name begins like the other's, and goes on like the inside of a key. */
const adam = userKey('adam:record:r1');
const awkward = userKey(awkwardText);
const always = { wall: 1e15, stream: 1e15 };
const committed = { kind: 'committed' } as const;

/** What belongs to a customer, dead letters, and how all of it goes. */
export function describeForgetting(current: () => StateStoreSubject): void {
  const record = (id: string, customer?: CustomerKey, expiresAt = soon(current())): RecordWrite => ({
    id,
    value: `value of ${id}`,
    expiresAt,
    ...(customer !== undefined && { customer }),
  });
  const put = async (parts: Partial<Commit>): Promise<void> => {
    expect(await current().store.commit(commitOf(parts))).toEqual(committed);
  };
  const idsOf = async (store: StateStore, customer: CustomerKey): Promise<readonly string[]> =>
    (await store.recordsOf(zero, customer)).map(({ id }) => id).sort();

  describe('records of a customer', () => {
    it('returns several records in the order they are asked for', async () => {
      const { store } = current();
      await put({ records: [record('r1', ada), record('r2'), record('gone', ada, 1)] });
      expect(await store.records(zero, ['r2', 'gone', 'none', 'r1', 'r2'])).toEqual([
        'value of r2',
        undefined,
        undefined,
        'value of r1',
        'value of r2',
      ]);
      expect(await store.records(zero, [])).toEqual([]);
      expect(await store.records(one, ['r1'])).toEqual([undefined]);
    });

    it('lists those of one customer that have not expired', async () => {
      const { store } = current();
      const mine = [
        record('r1', ada),
        record(awkwardText, ada),
        record('gone', ada, soon(current()) - 2 * hour),
      ];
      await put({ records: [...mine, record('r2', adam), record('r3'), record('r4', awkward)] });
      await put({ records: [record('r5', ada)] });
      expect(await idsOf(store, ada)).toEqual(['r1', 'r5', awkwardText].sort());
      expect(await store.recordsOf(zero, adam)).toEqual([{ id: 'r2', value: 'value of r2' }]);
      expect(await store.recordsOf(zero, awkward)).toEqual([{ id: 'r4', value: 'value of r4' }]);
      expect(await store.recordsOf(zero, userKey('nobody'))).toEqual([]);
      expect(await store.recordsOf(one, ada)).toEqual([]);
    });

    it('lists a record that was written again under its new customer only', async () => {
      const { store } = current();
      await put({ records: [record('r1', ada), record('r2', ada)] });
      await put({ records: [record('r1', adam), record('r2')] });
      expect(await idsOf(store, ada)).toEqual([]);
      expect(await idsOf(store, adam)).toEqual(['r1']);
      await put({ forgets: [ada] });
      expect(await store.records(zero, ['r1', 'r2'])).toEqual(['value of r1', 'value of r2']);
    });

    it('names every record that bars a commit, and lets it through once they have expired', async () => {
      const { store } = current();
      await put({ records: [record('erased-1', ada), record('erased-2'), record('gone', ada, 1)] });
      const late = commitOf({
        unless: ['erased-2', 'gone', 'erased-1'],
        documents: [created('u:ada', 'v1')],
      });
      expect(await store.commit(late)).toEqual({ kind: 'barred', records: ['erased-2', 'erased-1'] });
      expect(await store.load(zero, ['u:ada'])).toEqual([undefined]);
      expect(await store.commit({ ...late, unless: ['gone', 'never'] })).toEqual(committed);
    });
  });

  describe('dead letters', () => {
    const sequences = async (after: number, limit: number) =>
      (await current().store.deadLetters(zero, after, limit)).map(({ sequence }) => sequence);

    it('returns them in the order of the log, page by page, until they expire', async () => {
      const { store } = current();
      const expiresAt = soon(current());
      const late = { expiresAt: expiresAt - 2 * hour };
      await put({ deadLetters: [deadLetter(20, { expiresAt }), deadLetter(3, { expiresAt })] });
      await put({ deadLetters: [deadLetter(100, { expiresAt }), deadLetter(4, late), deadLetter(5, late)] });
      expect(await store.deadLetters(zero, 0, 1)).toEqual([deadLetter(3, { expiresAt })]);
      expect(await sequences(0, 10)).toEqual([3, 20, 100]);
      expect(await sequences(3, 1)).toEqual([20]);
      expect(await sequences(20, 10)).toEqual([100]);
      expect(await sequences(100, 10)).toEqual([]);
      expect(await store.deadLetters(one, 0, 10)).toEqual([]);
    });

    it('keeps a message of no customer, and replaces a letter of the same place', async () => {
      const expiresAt = soon(current());
      const { partition, tenant } = eventMessage('m', zero);
      const model = { version: 1, propensities: {} };
      const message = { kind: 'model', id: 'model:1', tenant, partition, receivedAt: 1, model } as never;
      await put({ deadLetters: [{ ...deadLetter(1, { expiresAt }), message }] });
      expect(await current().store.deadLetters(zero, 0, 9)).toMatchObject([{ message: { kind: 'model' } }]);
      await put({ deadLetters: [deadLetter(1, { expiresAt })] });
      expect(await current().store.deadLetters(zero, 0, 9)).toEqual([deadLetter(1, { expiresAt })]);
    });

    it('clears exactly those named', async () => {
      const { store } = current();
      const expiresAt = soon(current());
      await put({ deadLetters: indexes(5).map((index) => deadLetter(index + 1, { expiresAt })) });
      await store.clearDeadLetters(zero, [2, 4, 99]);
      await store.clearDeadLetters(zero, []);
      expect(await sequences(0, 10)).toEqual([1, 3, 5]);
      await put({ deadLetters: [deadLetter(2, { expiresAt })] });
      expect(await sequences(0, 10)).toEqual([1, 2, 3, 5]);
    });
  });

  describe('forgetting', () => {
    const fill = async (): Promise<void> => {
      const expiresAt = soon(current());
      for (const [index, customer] of [ada, adam, awkward].entries()) {
        await put({
          documents: [created(customer, `v${index}`)],
          timers: [
            { key: customer, clock: 'wall', due: 10 + index },
            { key: customer, clock: 'stream', due: 20 + index },
          ],
          records: [record(`a${index}`, customer), record(`b${index}`, customer), record(`c${index}`)],
          deadLetters: [
            deadLetter(10 + index, { expiresAt, key: customer }),
            deadLetter(20 + index, { expiresAt, key: customer }),
          ],
        });
      }
    };

    it('takes away the records, timers and dead letters of a customer, and those of nobody else', async () => {
      const { store } = current();
      await fill();
      await put({ forgets: [ada, awkward] });
      expect(await store.records(zero, ['a0', 'b0', 'c0', 'a1', 'b1', 'c1', 'a2', 'b2', 'c2'])).toEqual([
        ...[undefined, undefined, 'value of c0', 'value of a1', 'value of b1', 'value of c1'],
        ...[undefined, undefined, 'value of c2'],
      ]);
      expect(await idsOf(store, ada)).toEqual([]);
      expect(await idsOf(store, adam)).toEqual(['a1', 'b1']);
      expect((await store.dueTimers(zero, always, 10)).map(({ key, due }) => [key, due])).toEqual([
        [adam, 11],
        [adam, 21],
      ]);
      expect((await store.deadLetters(zero, 0, 10)).map(({ sequence }) => sequence)).toEqual([11, 21]);
      const [document] = await store.load(zero, [ada]);
      expect(document?.nonce).toBe('v0');
    });

    it('forgets before it stores what the same commit brings', async () => {
      const { store } = current();
      const expiresAt = soon(current());
      await fill();
      await put({
        forgets: [ada],
        documents: [
          { key: ada, expected: created(ada, 'v0').nonce, nonce: created(ada, 'v0').nonce, value: undefined },
        ],
        timers: [{ key: ada, clock: 'wall', due: 99 }],
        records: [record('a0'), record('kept', ada)],
        deadLetters: [deadLetter(30, { expiresAt, key: ada })],
      });
      expect(await store.load(zero, [ada])).toEqual([undefined]);
      expect(await store.records(zero, ['a0', 'b0'])).toEqual(['value of a0', undefined]);
      expect(await idsOf(store, ada)).toEqual(['kept']);
      expect((await store.dueTimers(zero, always, 10)).filter(({ key }) => key === ada)).toEqual([
        { key: ada, clock: 'wall', due: 99 },
      ]);
      expect((await store.deadLetters(zero, 0, 10)).map(({ sequence }) => sequence)).toEqual([
        11, 12, 21, 22, 30,
      ]);
    });

    it('forgets what commits made at the same moment brought before it', async () => {
      const { store } = current();
      const commits = indexes(20).map((index) => commitOf({ records: [record(`r${index}`, ada)] }));
      await Promise.all([...commits, commitOf({ forgets: [ada] })].map((commit) => store.commit(commit)));
      expect(await idsOf(store, ada)).toEqual([]);
    });

    it('forgets nobody when the commit is refused', async () => {
      const { store } = current();
      await fill();
      const refused = commitOf({ forgets: [ada], unless: ['c0'] });
      expect(await store.commit(refused)).toEqual({ kind: 'barred', records: ['c0'] });
      expect(await idsOf(store, ada)).toEqual(['a0', 'b0']);
    });
  });

  describe('wiping', () => {
    it('takes everything of the tenant away but its notes', async () => {
      const { store, other } = current();
      const everything = (): Commit =>
        commitOf({
          checkpoint: fromOrigin(checkpointAt(1, 'c1')),
          documents: indexes(30).map((index) => created(`u:${index}`, 'v1')),
          timers: [{ key: ada, clock: 'wall', due: 5 }],
          outbox: [{ id: 'o1', to: 'log', message: eventMessage('o1', one) }],
          records: [record('r1', ada)],
          counters: [{ name: 'n', add: 5 }],
          deadLetters: [deadLetter(1, { expiresAt: soon(current()) })],
        });
      for (const at of everywhere) await store.commit({ ...everything(), partition: at });
      await other.commit(everything());
      await store.writeNote('replay', 'here');
      await store.wipe();
      for (const at of everywhere) {
        expect(await store.checkpoint(at)).toEqual(originCheckpoint);
        expect(await store.load(at, ['u:1'])).toEqual([undefined]);
        expect(await store.dueTimers(at, always, 10)).toEqual([]);
        expect(await store.outbox(at, 10)).toEqual([]);
        expect(await store.record(at, 'r1')).toBeUndefined();
        expect(await store.recordsOf(at, ada)).toEqual([]);
        expect(await store.counters(at, ['n'])).toEqual([0]);
        expect(await store.deadLetters(at, 0, 10)).toEqual([]);
      }
      for await (const document of store.documents()) expect(document).toBeUndefined();
      expect(await store.readNote('replay')).toBe('here');
      expect(await other.load(zero, ['u:1'])).toEqual([stored('v1', '{"key":"u:1"}')]);
      expect(await store.commit(everything())).toEqual(committed);
      await store.wipe();
      await store.wipe();
    });
  });
}
