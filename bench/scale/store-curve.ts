import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmdbDatabase } from '../../adapters/lmdb/lmdb-database.ts';
import { LmdbStateStore } from '../../adapters/lmdb/lmdb-state-store.ts';
import { systemClock } from '../../adapters/system/system-clock.ts';
import {
  type CustomerState,
  decide,
  decodeState,
  defaultTenant,
  partitionOf,
  type Rulebook,
  userKey,
} from '../../engine/index.ts';
import { largeCustomers, valuesSeen } from '../decide/customers.ts';
import { bookWithoutActions, largeBook, usualSize } from '../decide/large-book.ts';
import { Random } from '../measure/random.ts';
import type { Curve } from '../report/figures.ts';
import { loadCustomers } from '../state/load-customers.ts';
import { inputOf } from './decide-curves.ts';
import { type Effort, type Grown, processorCosts } from './processor-cost.ts';

const partitions = 64;
const bookSize = { ...usualSize, actions: 100, features: 40 };

/** What it costs to look a customer up whom nobody has in memory, and to decide, as the store comes to hold more of them. */
export async function storeCurve(sizes: readonly number[], effort: Effort): Promise<Curve> {
  const bare = bookWithoutActions(bookSize);
  const { rulebook } = largeBook(bookSize, valuesSeen(largeCustomers(bare, 12), bare));
  const states = largeCustomers(rulebook, 12);
  const opened: FilledStore[] = [];
  try {
    for (const size of sizes) opened.push(await fill(size, states));
    const points = await processorCosts(
      opened.map((one) => readAndDecide(one, rulebook)),
      effort,
    );
    const y = 'processor time of one decision with its read, us';
    return { name: 'decide, customers in the embedded store', x: 'customers', y, points };
  } finally {
    for (const { close } of opened) await close();
  }
}

interface FilledStore {
  readonly size: number;
  readonly store: LmdbStateStore;
  readonly close: () => Promise<void>;
}

async function fill(size: number, states: readonly CustomerState[]): Promise<FilledStore> {
  const directory = mkdtempSync(join(tmpdir(), 'nextbest-scale-'));
  const database = await LmdbDatabase.open({ directory, partitions });
  const store = new LmdbStateStore(database, { tenant: defaultTenant, clock: systemClock });
  await loadCustomers(store, { customers: size, states, partitions });
  const close = async () => {
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { size, store, close };
}

function readAndDecide({ size, store }: FilledStore, rulebook: Rulebook): Grown {
  const random = new Random(size);
  return {
    size,
    once: async () => {
      const number = random.between(0, size - 1);
      const key = userKey(`customer-${100_000 + number}`);
      const [found] = await store.load(partitionOf(defaultTenant, key, partitions), [key]);
      if (found === undefined) throw new Error(`${key} is not in the store`);
      decide(inputOf(decodeState(found.value), number, rulebook));
    },
  };
}
