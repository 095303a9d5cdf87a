import { openNode } from '../../adapters/wiring/open-node.ts';
import { openStorage } from '../../adapters/wiring/open-storage.ts';
import { defaultTenant, userKey } from '../../engine/index.ts';
import type { Commit, StateStore } from '../../engine/ports.ts';
import { loadCustomers } from '../state/load-customers.ts';
import { type Customers, partitions } from './stores.ts';
import { requestsPerVisit } from './visits.ts';

const visitors = 25;

/** What decisions commit, of a few whole visits: from the first page of each to its last. In JSON, bytes as base64. */
export async function capturedCommits({ rulebook, states }: Customers): Promise<string> {
  const storage = await openStorage({ ...configuration, storage: { kind: 'memory' } }, () => undefined);
  const commits: Commit[] = [];
  await loadCustomers(storage.store, { customers: visitors, states, partitions });
  const store = capturing(storage.store, commits);
  const node = openNode(
    configuration,
    { ...storage, store },
    { rulebook: () => rulebook, observer: silent, learns: false },
  );
  try {
    for (let number = 0; number < visitors * requestsPerVisit; number += 1) {
      await node.decide({
        customer: userKey(`customer-${100_000 + (number % visitors)}`),
        placements: ['home-hero'],
        context: { page: 'home' },
        events: [],
        explain: false,
      });
    }
  } finally {
    await node.stop();
    await storage.close();
  }
  return JSON.stringify(commits, (_, value: unknown) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
  );
}

export function readCommits(text: string): readonly Commit[] {
  return JSON.parse(text, (_, value: unknown) =>
    isBytes(value) ? Buffer.from(value.base64, 'base64') : value,
  );
}

function isBytes(value: unknown): value is { readonly base64: string } {
  return typeof value === 'object' && value !== null && 'base64' in value && typeof value.base64 === 'string';
}

const configuration = {
  tenant: defaultTenant,
  partitions,
  data: '',
  recordDays: 7,
  logDays: 0,
  receiptDays: 30,
  redisReplica: 'auto' as const,
  streamReplicas: 1,
  connectSeconds: 10,
};

const silent = {
  applied: () => undefined,
  advanced: () => undefined,
  decided: () => undefined,
  conflicted: () => undefined,
  deadLettered: () => undefined,
  repaired: () => undefined,
  restarted: () => undefined,
  troubled: () => undefined,
};

/** The store, with the commits of requests noted on their way in. */
function capturing(store: StateStore, commits: Commit[]): StateStore {
  const commit = (made: Commit) => {
    if (made.onceBy !== undefined) commits.push(made);
    return store.commit(made);
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === 'commit') return commit;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
