import { expect, it } from 'vitest';
import { MemoryBudgetLedger } from '../../../adapters/memory/memory-budget-ledger.ts';
import { MemoryStateStore } from '../../../adapters/memory/memory-state-store.ts';
import { commitOf, one, zero } from '../../conformance/state-store/state-store-subject.ts';

it('forgets a budget once it expired', async () => {
  let now = 1_000;
  const ledger = new MemoryBudgetLedger({ clock: { now: () => now } });
  const request = {
    budget: 'b',
    needed: 10,
    least: 1,
    most: 10,
    parts: 1,
    known: 0,
    total: 10,
    expiresAt: 2_000,
  };
  expect((await ledger.reserve({ ...request, partition: zero })).held).toBe(10);
  now = 1_999;
  expect((await ledger.reserve({ ...request, partition: one })).held).toBe(0);
  now = 3_000;
  expect((await ledger.reserve({ ...request, partition: one, expiresAt: 4_000 })).held).toBe(10);
});

it('keeps the counters of an account to the last millisecond before it expires, and forgets them together', async () => {
  let now = 1_000;
  const store = new MemoryStateStore({ clock: { now: () => now } });
  const counters = [
    { name: 'a:granted', add: 5, expiresAt: 2_000 },
    { name: 'a:spent', add: 1, limitedBy: 'a:granted', expiresAt: 1_500 },
  ];
  await store.commit(commitOf({ counters }));
  now = 1_999;
  expect(await store.counters(zero, ['a:granted', 'a:spent'])).toEqual([5, 1]);
  now = 2_000;
  expect(await store.counters(zero, ['a:granted', 'a:spent'])).toEqual([0, 0]);
});

it('keeps a record to the last millisecond before it expires', async () => {
  let now = 1_000;
  const store = new MemoryStateStore({ clock: { now: () => now } });
  await store.commit(commitOf({ records: [{ id: 'r', value: 'v', expiresAt: 2_000 }] }));
  now = 1_999;
  expect(await store.record(zero, 'r')).toBe('v');
  now = 2_000;
  expect(await store.record(zero, 'r')).toBeUndefined();
});
