import { expect, it } from 'vitest';
import { LmdbStateStore } from '../../../adapters/lmdb/lmdb-state-store.ts';
import { MemoryStateStore } from '../../../adapters/memory/memory-state-store.ts';
import { digestState } from '../../../adapters/system/state-digest.ts';
import { systemClock } from '../../../adapters/system/system-clock.ts';
import { defaultTenant } from '../../../engine/model/ids.ts';
import type { StateStore } from '../../../engine/ports.ts';
import { overLmdb } from '../../conformance/lmdb-folder.ts';
import { indexes, partition } from '../../conformance/samples.ts';
import { commitOf, created } from '../../conformance/state-store/state-store-subject.ts';

async function fill(
  store: StateStore,
  options: { readonly order: 1 | -1; readonly nonce: string },
): Promise<void> {
  const keys = indexes(1_200).map((index) => `${index % 3 === 0 ? 'a' : 'u'}:${index}`);
  if (options.order < 0) keys.reverse();
  for (const key of keys) {
    const at = partition(Number(key.slice(2)) % 4);
    await store.commit(
      commitOf({ partition: at, documents: [created(key, options.nonce, `{"key":"${key}"}`)] }),
    );
  }
  const own = created('p:model', options.nonce, options.nonce);
  await store.commit(commitOf({ partition: partition(0), documents: [own] }));
}

it('gives equal customers an equal digest, whatever the store, the order and the versions', async () => {
  const first = new MemoryStateStore({ clock: systemClock });
  await fill(first, { order: 1, nonce: 'n1' });
  const second = await overLmdb((database) => ({
    store: new LmdbStateStore(database, { tenant: defaultTenant, clock: systemClock }),
  }));
  await fill(second.store, { order: -1, nonce: 'n2' });
  const digest = await digestState(first);
  expect(digest).toMatchObject({ customers: 1_200, documents: 1_201 });
  expect(digest.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(await digestState(second.store)).toEqual(digest);
  await second.close();
});

it('gives another digest when one customer differs', async () => {
  const digestOf = async (
    ...documents: readonly (readonly [key: string, value: string])[]
  ): Promise<string> => {
    const store = new MemoryStateStore({ clock: systemClock });
    for (const [key, value] of documents)
      await store.commit(commitOf({ documents: [created(key, 'n', value)] }));
    return (await digestState(store)).digest;
  };
  const digests = await Promise.all([
    digestOf(),
    digestOf(['u:a', '1']),
    digestOf(['u:a', '2']),
    digestOf(['a:a', '1']),
    digestOf(['u:a1', '']),
    digestOf(['u:a', '1'], ['u:b', '2']),
    digestOf(['u:a', '2'], ['u:b', '1']),
  ]);
  expect(new Set(digests).size).toBe(digests.length);
});
