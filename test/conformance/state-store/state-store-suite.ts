import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userKey } from '../../../engine/model/ids.ts';
import type { StateStore } from '../../../engine/ports.ts';
import { originCheckpoint } from '../../../engine/ports.ts';
import { type Backing, durable, reopened } from '../backing.ts';
import { eventMessage } from '../samples.ts';
import { describeCommit } from './commit-cases.ts';
import { describeForgetting } from './forget-cases.ts';
import { describeIndexes } from './index-cases.ts';
import type { StateStoreSubject } from './state-store-subject.ts';
import {
  checkpointAt,
  commitOf,
  created,
  deadLetter,
  fromOrigin,
  one,
  snapshot,
  soon,
  zero,
} from './state-store-subject.ts';

export type { StateStoreSubject } from './state-store-subject.ts';

const names = { documents: ['u:ada'], records: ['r1'], counters: ['n'] };

export function describeStateStore(
  name: string,
  open: () => Promise<StateStoreSubject>,
  backing: Backing = durable,
): void {
  describe(`state store: ${name}`, () => {
    let subject: StateStoreSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    describeCommit(() => subject);
    describeIndexes(() => subject);
    describeForgetting(() => subject);

    const fill = async (store: StateStore): Promise<void> => {
      const result = await store.commit(
        commitOf({
          checkpoint: fromOrigin(checkpointAt(1, 'c1')),
          documents: [created('u:ada', 'v1')],
          timers: [{ key: userKey('ada'), clock: 'wall', due: 50 }],
          outbox: [{ id: 'o1', to: 'log', message: eventMessage('o1', one) }],
          records: [{ id: 'r1', value: 'first', expiresAt: soon(subject) }],
          counters: [{ name: 'n', add: 5 }],
          deadLetters: [deadLetter(7, { expiresAt: soon(subject) })],
        }),
      );
      expect(result).toEqual({ kind: 'committed' });
      await store.writeNote('note', 'mine');
    };

    const empty = {
      checkpoint: originCheckpoint,
      documents: [undefined],
      records: [undefined],
      counters: [0],
      outbox: [],
      timers: [],
      deadLetters: [],
    };

    it('is empty at first', async () => {
      expect(await snapshot(subject.store, zero, names)).toEqual(empty);
      for await (const document of subject.store.documents()) expect(document).toBeUndefined();
    });

    it('keeps partitions apart', async () => {
      await fill(subject.store);
      expect(await snapshot(subject.store, one, names)).toEqual(empty);
    });

    it('keeps tenants apart', async () => {
      await fill(subject.store);
      expect(await snapshot(subject.other, zero, names)).toEqual(empty);
      expect(await subject.other.readNote('note')).toBeUndefined();
      for await (const document of subject.other.documents()) expect(document).toBeUndefined();
      const mine = await snapshot(subject.store, zero, names);
      await fill(subject.other);
      const [theirs] = await subject.other.outbox(zero, 1);
      await subject.other.clearOutbox(zero, [theirs?.handle ?? '']);
      expect(await snapshot(subject.store, zero, names)).toEqual(mine);
    });

    if (backing.outlivesProcess) {
      it('keeps what it acknowledged when it is opened again, and goes on from there', async () => {
        await fill(subject.store);
        const before = await snapshot(subject.store, zero, names);
        subject = await reopened(subject);
        expect(await snapshot(subject.store, zero, names)).toEqual(before);
        expect(await subject.store.readNote('note')).toBe('mine');
        await subject.store.commit(
          commitOf({
            outbox: [{ id: 'o2', to: 'log', message: eventMessage('o2', one) }],
            counters: [{ name: 'n', add: 1 }],
          }),
        );
        expect((await subject.store.outbox(zero, 10)).map((entry) => entry.item.id)).toEqual(['o1', 'o2']);
        expect(await subject.store.counters(zero, ['n'])).toEqual([6]);
      });
    }
  });
}
