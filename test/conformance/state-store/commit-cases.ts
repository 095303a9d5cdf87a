import { describe, expect, it } from 'vitest';
import { userKey } from '../../../engine/model/ids.ts';
import type { Checkpoint, Commit } from '../../../engine/ports.ts';
import { originCheckpoint } from '../../../engine/ports.ts';
import { awkwardText, eventMessage, indexes, publishedDecision } from '../samples.ts';
import type { StateStoreSubject } from './state-store-subject.ts';
import {
  changed,
  checkpointAt,
  commitOf,
  created,
  deadLetter,
  deleted,
  fromOrigin,
  hour,
  nonce,
  one,
  snapshot,
  soon,
  stored,
  text,
  zero,
} from './state-store-subject.ts';

const committed = { kind: 'committed' } as const;

/** One commit: what it stores, when it is refused, and that a refused one changes nothing. */
export function describeCommit(current: () => StateStoreSubject): void {
  const names = { documents: ['u:ada', 'u:bob'], records: ['r1', 'r2'], counters: ['spent', 'granted'] };

  const letter = deadLetter(9, { expiresAt: Date.now() + hour });

  /** A commit with one of everything, which the state `seed` left makes possible. */
  const full = (): Commit =>
    commitOf({
      checkpoint: { expected: checkpointAt(1, 'c1'), next: checkpointAt(2, 'c2') },
      onceBy: 'r2',
      documents: [changed('u:ada', 'v1', 'v2', '{"n":2}'), created('u:bob', 'b1')],
      timers: [
        { key: userKey('ada'), clock: 'wall', due: undefined },
        { key: userKey('bob'), clock: 'stream', due: 70 },
      ],
      outbox: [{ id: 'o2', to: 'decisions', decision: publishedDecision('o2') }],
      records: [{ id: 'r2', value: 'second', expiresAt: soon(current()) }],
      counters: [{ name: 'spent', add: 3, limitedBy: 'granted' }],
      deadLetters: [letter],
    });

  const seed = async (): Promise<void> => {
    const result = await current().store.commit(
      commitOf({
        checkpoint: fromOrigin(checkpointAt(1, 'c1')),
        documents: [created('u:ada', 'v1', '{"n":1}')],
        timers: [{ key: userKey('ada'), clock: 'wall', due: 50 }],
        outbox: [{ id: 'o1', to: 'log', message: eventMessage('o1', one) }],
        records: [{ id: 'r1', value: 'first', expiresAt: soon(current()) }],
        counters: [{ name: 'granted', add: 5 }],
      }),
    );
    expect(result).toEqual(committed);
  };

  describe('commit', () => {
    it('stores everything of a commit', async () => {
      const { store } = current();
      await seed();
      expect(await store.commit(full())).toEqual(committed);
      expect(await snapshot(store, zero, names)).toEqual({
        checkpoint: checkpointAt(2, 'c2'),
        documents: [stored('v2', '{"n":2}'), stored('b1', '{"key":"u:bob"}')],
        records: ['first', 'second'],
        counters: [3, 5],
        outbox: [
          { id: 'o1', to: 'log', message: eventMessage('o1', one) },
          { id: 'o2', to: 'decisions', decision: publishedDecision('o2') },
        ],
        timers: [{ key: 'u:bob', clock: 'stream', due: 70 }],
        deadLetters: [letter],
      });
    });

    it('accepts a commit of nothing', async () => {
      expect(await current().store.commit(commitOf())).toEqual(committed);
    });

    const refusals: readonly {
      readonly why: string;
      readonly change: () => Partial<Commit>;
      readonly result: unknown;
    }[] = [
      {
        why: 'was made before',
        change: () => ({ onceBy: 'r1' }),
        result: { kind: 'repeated', record: 'first' },
      },
      {
        why: 'expects another checkpoint',
        change: () => ({ checkpoint: { expected: checkpointAt(1, 'other'), next: checkpointAt(2, 'c2') } }),
        result: { kind: 'stale-checkpoint', checkpoint: checkpointAt(1, 'c1') },
      },
      {
        why: 'expects no checkpoint where one is',
        change: () => ({ checkpoint: fromOrigin(checkpointAt(2, 'c2')) }),
        result: { kind: 'stale-checkpoint', checkpoint: checkpointAt(1, 'c1') },
      },
      {
        why: 'expects another version of a document',
        change: () => ({ documents: [created('u:bob', 'b1'), changed('u:ada', 'v0', 'v2', '{}')] }),
        result: { kind: 'conflict', documents: new Map([['u:ada', stored('v1', '{"n":1}')]]) },
      },
      {
        why: 'creates a document that exists',
        change: () => ({ documents: [created('u:bob', 'b1'), created('u:ada', 'v2')] }),
        result: { kind: 'conflict', documents: new Map([['u:ada', stored('v1', '{"n":1}')]]) },
      },
      {
        why: 'changes documents that are gone, naming each of them',
        change: () => ({
          documents: [changed('u:bob', 'b0', 'b1', '{}'), changed('u:eve', 'e0', 'e1', '{}')],
        }),
        result: {
          kind: 'conflict',
          documents: new Map([
            ['u:bob', undefined],
            ['u:eve', undefined],
          ]),
        },
      },
      {
        why: 'is barred by a record',
        change: () => ({ unless: ['r9', 'r1', 'r8'] }),
        result: { kind: 'barred', records: ['r1'] },
      },
      {
        why: 'deletes another version of a document',
        change: () => ({ documents: [deleted('u:ada', 'v0')] }),
        result: { kind: 'conflict', documents: new Map([['u:ada', stored('v1', '{"n":1}')]]) },
      },
      {
        why: 'passes the limit of a counter',
        change: () => ({ counters: [{ name: 'spent', add: 6, limitedBy: 'granted' }] }),
        result: { kind: 'exhausted', counters: ['spent'] },
      },
      {
        why: 'passes a limit that was never set',
        change: () => ({
          counters: [
            { name: 'free', add: 1 },
            { name: 'spent', add: 1, limitedBy: 'nobody' },
            { name: 'other', add: 9, limitedBy: 'granted' },
          ],
        }),
        result: { kind: 'exhausted', counters: ['spent', 'other'] },
      },
    ];

    it.each(refusals)('changes nothing at all when it $why', async ({ change, result }) => {
      const { store } = current();
      await seed();
      const before = await snapshot(store, zero, names);
      expect(await store.commit({ ...full(), ...change() })).toEqual(result);
      expect(await snapshot(store, zero, names)).toEqual(before);
      expect(await store.load(zero, ['u:eve'])).toEqual([undefined]);
    });

    it('checks for a repetition first, then the checkpoint, what bars it, the documents, the counters', async () => {
      const { store } = current();
      await seed();
      const everythingWrong: Commit = {
        ...full(),
        onceBy: 'r1',
        checkpoint: fromOrigin(checkpointAt(2, 'c2')),
        unless: ['r1'],
        documents: [created('u:ada', 'v2')],
        counters: [{ name: 'spent', add: 6, limitedBy: 'granted' }],
      };
      expect(await store.commit(everythingWrong)).toMatchObject({ kind: 'repeated' });
      expect(await store.commit({ ...everythingWrong, onceBy: 'r2' })).toMatchObject({
        kind: 'stale-checkpoint',
      });
      const checkpoint = { expected: checkpointAt(1, 'c1'), next: checkpointAt(2, 'c2') };
      const here: Commit = { ...everythingWrong, onceBy: 'r2', checkpoint };
      expect(await store.commit(here)).toMatchObject({ kind: 'barred' });
      expect(await store.commit({ ...here, unless: ['r2'] })).toMatchObject({ kind: 'conflict' });
      const documents = [changed('u:ada', 'v1', 'v2', '{}')];
      const last = await store.commit({ ...here, unless: [], documents });
      expect(last).toMatchObject({ kind: 'exhausted' });
    });

    it('leaves the checkpoint alone when the commit does not move it', async () => {
      const { store } = current();
      expect(await store.checkpoint(zero)).toEqual(originCheckpoint);
      await seed();
      expect(await store.commit(commitOf({ documents: [created('u:bob', 'b1')] }))).toEqual(committed);
      expect(await store.checkpoint(zero)).toEqual(checkpointAt(1, 'c1'));
    });

    it('lets one of many commits to one version win, in every round', async () => {
      const { store } = current();
      await store.commit(commitOf({ documents: [created('u:ada', 'round-0', '0')] }));
      for (const round of indexes(4)) {
        const attempts = indexes(50).map((attempt) => {
          const version = attempt === 0 ? `round-${round + 1}` : `round-${round + 1}-${attempt}`;
          return store.commit(
            commitOf({
              documents: [changed('u:ada', `round-${round}`, version, version)],
              counters: [{ name: 'wins', add: 1 }],
            }),
          );
        });
        const results = await Promise.all(attempts);
        expect(results.filter((result) => result.kind === 'committed')).toHaveLength(1);
        expect(results.filter((result) => result.kind === 'conflict')).toHaveLength(49);
        const [now] = await store.load(zero, ['u:ada']);
        expect(text(now?.value)).toBe(now?.nonce);
        const next = changed('u:ada', now?.nonce ?? '', `round-${round + 1}`, String(round));
        expect(await store.commit(commitOf({ documents: [next] }))).toEqual(committed);
      }
      expect(await store.counters(zero, ['wins'])).toEqual([4]);
    });

    it('lets one of many creations of one document win', async () => {
      const { store } = current();
      const attempts = indexes(50).map((attempt) =>
        store.commit(commitOf({ documents: [created('u:ada', `v${attempt}`, `${attempt}`)] })),
      );
      const results = await Promise.all(attempts);
      const winner = results.findIndex((result) => result.kind === 'committed');
      expect(results.filter((result) => result.kind === 'committed')).toHaveLength(1);
      expect(await store.load(zero, ['u:ada'])).toEqual([stored(`v${winner}`, `${winner}`)]);
    });

    it('lets one of many commits with the same id win and gives its record to the rest', async () => {
      const { store } = current();
      const attempts = indexes(30).map((attempt) =>
        store.commit(
          commitOf({
            onceBy: 'request',
            records: [{ id: 'request', value: `answer ${attempt}`, expiresAt: soon(current()) }],
            counters: [{ name: 'made', add: 1 }],
          }),
        ),
      );
      const results = await Promise.all(attempts);
      const winner = results.findIndex((result) => result.kind === 'committed');
      const losers = results.filter((result) => result.kind === 'repeated');
      expect(losers).toHaveLength(29);
      expect(new Set(losers.map((result) => result.record))).toEqual(new Set([`answer ${winner}`]));
      expect(await store.counters(zero, ['made'])).toEqual([1]);
    });

    it('returns keys and values as they were written, byte for byte', async () => {
      const { store } = current();
      const long = JSON.stringify({ text: 'é👩‍👧'.repeat(8_000) });
      const keys = [`u:${awkwardText}`, `a:${'漢'.repeat(256)}`, 'u:', 'u:ada', 'u:ada:', 'u:ada\u0000x'];
      const values = [awkwardText, long, '{}', '"', '\u0000', '[1,2,{"b":0.1}]'];
      const documents = keys.map((key, index) => created(key, `v${index}`, values[index] ?? ''));
      expect(await store.commit(commitOf({ documents }))).toEqual(committed);
      const loaded = await store.load(zero, [...keys, 'u:ad']);
      expect(loaded.map((document) => text(document?.value))).toEqual([...values, undefined]);
      expect(loaded.map((document) => document?.nonce)).toEqual([
        ...keys.map((_, index) => `v${index}`),
        undefined,
      ]);
    });

    it('keeps bytes of every value, in a document and in the answer of a conflict', async () => {
      const { store } = current();
      const value = Uint8Array.from(indexes(1_024), (index) => (index * 7) % 256);
      const write = { key: 'u:ada', expected: undefined, nonce: nonce('v1'), value };
      const empty = { ...write, key: 'u:bob', value: new Uint8Array(0) };
      expect(await store.commit(commitOf({ documents: [write, empty] }))).toEqual(committed);
      const [ada, bob] = await store.load(zero, ['u:ada', 'u:bob']);
      expect([...(ada?.value ?? [])]).toEqual([...value]);
      expect(bob).toEqual({ nonce: 'v1', value: new Uint8Array(0) });
      const refused = await store.commit(commitOf({ documents: [write] }));
      expect(refused).toEqual({ kind: 'conflict', documents: new Map([['u:ada', ada]]) });
      const enumerated = new Map<string, Uint8Array>();
      for await (const document of store.documents()) enumerated.set(document.key, document.value);
      expect([...(enumerated.get('u:ada') ?? [])]).toEqual([...value]);
      expect(enumerated.get('u:bob')).toHaveLength(0);
    });

    it('deletes a document, which is then created like one that never was', async () => {
      const { store } = current();
      await store.commit(commitOf({ documents: [created('u:ada', 'v1'), created('u:bob', 'b1')] }));
      expect(await store.commit(commitOf({ documents: [deleted('u:ada', 'v1')] }))).toEqual(committed);
      expect(await store.load(zero, ['u:ada', 'u:bob'])).toEqual([
        undefined,
        stored('b1', '{"key":"u:bob"}'),
      ]);
      const late = await store.commit(commitOf({ documents: [changed('u:ada', 'v1', 'v2', '{}')] }));
      expect(late).toEqual({ kind: 'conflict', documents: new Map([['u:ada', undefined]]) });
      const keys: string[] = [];
      for await (const { key } of store.documents()) keys.push(key);
      expect(keys).toEqual(['u:bob']);
      const nothing = { ...created('u:eve', 'v1'), value: undefined };
      expect(await store.commit(commitOf({ documents: [created('u:ada', 'v3'), nothing] }))).toEqual(
        committed,
      );
      expect((await store.load(zero, ['u:ada', 'u:eve'])).map((document) => document?.nonce)).toEqual([
        'v3',
        undefined,
      ]);
    });

    it('keeps the whole trail of a checkpoint', async () => {
      const { store } = current();
      const trail = indexes(16).map((index) => ({
        sequence: 9_000_000_000 - index,
        hash: 2 ** 48 - 1 - index,
      }));
      const next: Checkpoint = {
        sequence: 9_000_000_000,
        time: 1_700_000_000_000.5,
        nonce: nonce('c1'),
        trail,
      };
      expect(await store.commit(commitOf({ checkpoint: fromOrigin(next) }))).toEqual(committed);
      expect(await store.checkpoint(zero)).toEqual(next);
      const after = { ...checkpointAt(9_000_000_001, 'c2'), trail: [] };
      expect(await store.commit(commitOf({ checkpoint: { expected: next, next: after } }))).toEqual(
        committed,
      );
      expect(await store.checkpoint(zero)).toEqual(after);
    });

    it('stores several hundred documents in one commit', async () => {
      const { store } = current();
      const documents = indexes(400).map((index) => created(`u:${index}`, `v${index}`, `{"n":${index}}`));
      expect(await store.commit(commitOf({ documents }))).toEqual(committed);
      const loaded = await store.load(
        zero,
        indexes(400).map((index) => `u:${index}`),
      );
      expect(loaded.map((document) => text(document?.value))).toEqual(
        indexes(400).map((index) => `{"n":${index}}`),
      );
      expect(await store.load(zero, [])).toEqual([]);
    });
  });
}
