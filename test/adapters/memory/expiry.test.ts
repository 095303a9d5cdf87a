import { expect, it } from 'vitest';
import { MemoryBudgetLedger } from '../../../adapters/memory/memory-budget-ledger.ts';
import { MemoryStateStore } from '../../../adapters/memory/memory-state-store.ts';
import { commitOf, zero } from '../../conformance/state-store/state-store-subject.ts';

it('forgets a budget and its leases once it expired', async () => {
  let now = 1_000;
  const ledger = new MemoryBudgetLedger({ clock: { now: () => now } });
  const request = { budget: 'b', lease: 'l', amount: 10, total: 10, expiresAt: 2_000 };
  expect(await ledger.reserve(request)).toBe(10);
  now = 1_999;
  expect(await ledger.reserve({ ...request, lease: 'l2' })).toBe(0);
  now = 2_000;
  expect(await ledger.reserve({ ...request, lease: 'l2', expiresAt: 3_000 })).toBe(10);
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
