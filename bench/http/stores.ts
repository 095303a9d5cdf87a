import { LmdbDatabase } from '../../adapters/lmdb/lmdb-database.ts';
import { LmdbStateStore } from '../../adapters/lmdb/lmdb-state-store.ts';
import { connectRedis } from '../../adapters/redis/connect-redis.ts';
import { RedisStateStore } from '../../adapters/redis/redis-state-store.ts';
import { loadRulebook } from '../../adapters/rule-files/load-rulebook.ts';
import { systemClock } from '../../adapters/system/system-clock.ts';
import { openLibraries } from '../../adapters/wiring/libraries.ts';
import { type CustomerState, defaultTenant, type Rulebook, segmentsNote } from '../../engine/index.ts';
import type { StateStore } from '../../engine/ports.ts';
import { loadCustomers } from '../state/load-customers.ts';
import { sampleCustomer } from '../state/sample-customer.ts';

/** The server's default. */
export const partitions = 64;
const rulesFolder = new URL('../../rules', import.meta.url).pathname;

/** Different customers; all others share their histories. A state takes a moment to make. */
const historiesMax = 200;
const customersPerHistory = 100;

export interface Customers {
  readonly rulebook: Rulebook;
  readonly states: readonly CustomerState[];
  readonly customers: number;
  /** Their stored forms, by the first store that is filled. */
  readonly values: Uint8Array[];
}

/** Customers with a history under the sample rulebook. Whatever they made wait is over, as it would be in life. */
export async function sampleCustomers(customers: number): Promise<Customers> {
  const { rulebook } = await loadRulebook({ folder: rulesFolder, libraries: openLibraries() });
  if (!rulebook) throw new Error('the sample rulebook has faults; run "npx nextbest check"');
  const histories = Math.min(historiesMax, Math.ceil(customers / customersPerHistory));
  const states = Array.from({ length: histories }, (_, number) => sampleCustomer(rulebook, number));
  return { rulebook, customers, states: states.map((state) => ({ ...state, timers: [] })), values: [] };
}

export async function loadLmdb(directory: string, customers: Customers): Promise<void> {
  const database = await LmdbDatabase.open({ directory, partitions });
  try {
    const store = new LmdbStateStore(database, { tenant: defaultTenant, clock: systemClock });
    await fill(store, customers);
  } finally {
    await database.close();
  }
}

export async function loadRedis(url: string, customers: Customers): Promise<void> {
  const connection = await connectRedis({ url, deadlineMs: 60_000 });
  try {
    const store = new RedisStateStore({ connection, tenant: defaultTenant, clock: systemClock });
    await fill(store, customers);
  } finally {
    await connection.close();
  }
}

/** With the note that all of them were judged by the segments in force: the server would begin with that otherwise. */
async function fill(store: StateStore, { rulebook, ...customers }: Customers): Promise<void> {
  await loadCustomers(store, { ...customers, partitions });
  await store.writeNote(segmentsNote, rulebook.segmentation.version);
}
