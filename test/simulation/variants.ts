import type { LogEntry, LogMessage, Ports } from '../../engine/index.ts';
import type {
  BudgetLedger,
  Commit,
  CommitResult,
  LogReader,
  StateStore,
  TouchpointLog,
} from '../../engine/ports.ts';
import { overriding } from '../engine/support/faulty-store.ts';
import { readWithAcks } from './acknowledged-reader.ts';
import { countVersions } from './counted-versions.ts';
import type { Life } from './network.ts';
import { manyFailOvers, manyReturns, type Plan } from './plan.ts';
import type { Confirms } from './simulated-store.ts';
import type { World } from './world.ts';

/** A way to run the protocol; all but the real one are wrong in one respect, and must be caught. */
export interface Variant {
  readonly name: string;
  readonly confirms?: Confirms;
  readonly wrap?: (ports: Ports, world: World, life: Life) => Ports;
  /** Circumstances in which it shows more often. */
  readonly plan?: (plan: Plan) => Plan;
}

export const realProtocol: Variant = { name: 'the real protocol' };

export const weakened = {
  twoCommits: {
    name: 'checkpoint and states in two commits',
    wrap: committing((store, commit) => inTwoCommits(store, commit)),
  },
  countedVersions: {
    name: 'versions that count instead of nonces',
    wrap: onStore(countVersions),
    plan: manyFailOvers,
  },
  noOutbox: {
    name: 'published from memory after the commit',
    wrap: committing(async (store, commit, ports) => {
      const result = await store.commit({ ...commit, outbox: [] });
      if (result.kind === 'committed') void sendOn(ports, commit).catch(() => undefined);
      return result;
    }),
  },
  publishFirst: {
    name: 'published before the commit',
    wrap: committing(async (store, commit, ports) => {
      await sendOn(ports, commit);
      return store.commit({ ...commit, outbox: [] });
    }),
  },
  acknowledged: {
    name: 'acknowledgements and a high-water mark',
    wrap: (ports, world, life) => ({
      ...ports,
      log: overriding<TouchpointLog>(ports.log, {
        read: (partition, after) => readWithAcks(world, life, { partition, after }),
      }),
    }),
  },
  noCompare: {
    name: 'no compare-and-set',
    wrap: committing((store, commit) => overwrite(store, commit)),
  },
  uncheckedRepeats: {
    name: 'documents that a batch left as they were are not compared',
    wrap: committing((store, commit) =>
      store.commit({
        ...commit,
        documents: commit.checkpoint
          ? commit.documents.filter(({ expected, nonce }) => expected !== nonce)
          : commit.documents,
      }),
    ),
  },
  noWait: { name: 'nothing waits for the replica', confirms: 'nothing' },
  writesWait: { name: 'only writes wait for the replica', confirms: 'writes' },
  noMemory: {
    name: 'no memory of applied messages',
    wrap: (ports) => ({
      ...ports,
      log: overriding<TouchpointLog>(ports.log, {
        read: (partition, after) => renaming(ports.log.read(partition, after)),
      }),
    }),
  },
  blindTakeOver: {
    name: 'escrow is taken over without comparing',
    wrap: committing((store, commit) =>
      store.commit({
        ...commit,
        counters: commit.counters.map(({ expected: _expected, ...write }) => write),
      }),
    ),
    plan: manyReturns,
  },
  returnTwice: {
    name: 'escrow that is given back counts as often as it is told',
    wrap: (ports, world) => ({
      ...ports,
      budgets: overriding<BudgetLedger>(ports.budgets, {
        reserve: async (request) => ({ ...(await ports.budgets.reserve(request)), lastReturn: 0 }),
        giveBack: (request) => ports.budgets.giveBack({ ...request, number: world.scheduler.steps }),
      }),
    }),
    plan: manyReturns,
  },
  noLimit: {
    name: 'escrow is spent without looking',
    wrap: committing((store, commit) =>
      store.commit({
        ...commit,
        counters: commit.counters.map(({ limitedBy: _limitedBy, ...write }) => write),
      }),
    ),
  },
} satisfies Readonly<Record<string, Variant>>;

type Committing = (store: StateStore, commit: Commit, ports: Ports) => Promise<CommitResult>;

/** Ports on which commits go another way. */
function committing(way: Committing): NonNullable<Variant['wrap']> {
  return (ports) => ({
    ...ports,
    store: overriding<StateStore>(ports.store, { commit: (commit) => way(ports.store, commit, ports) }),
  });
}

function onStore(wrap: (store: StateStore) => StateStore): NonNullable<Variant['wrap']> {
  return (ports) => ({ ...ports, store: wrap(ports.store) });
}

async function inTwoCommits(store: StateStore, commit: Commit): Promise<CommitResult> {
  const { checkpoint, ...rest } = commit;
  if (!checkpoint) return store.commit(commit);
  const nothing = { documents: [], timers: [], outbox: [], records: [], counters: [] };
  const moved = await store.commit({ ...nothing, partition: commit.partition, checkpoint });
  return moved.kind === 'committed' ? store.commit(rest) : moved;
}

async function sendOn({ log, decisions }: Ports, { outbox }: Commit): Promise<void> {
  const messages = outbox.flatMap((item) => (item.to === 'log' ? [item.message] : []));
  const published = outbox.flatMap((item) => (item.to === 'decisions' ? [item.decision] : []));
  if (messages.length > 0) await log.append(messages);
  if (published.length > 0) await decisions.publish(published);
}

/** Whatever version is found is taken for the expected one. */
async function overwrite(store: StateStore, commit: Commit): Promise<CommitResult> {
  const result = await store.commit(commit);
  if (result.kind === 'stale-checkpoint' && commit.checkpoint) {
    return overwrite(store, { ...commit, checkpoint: { ...commit.checkpoint, expected: result.checkpoint } });
  }
  if (result.kind !== 'conflict') return result;
  const documents = commit.documents.map((write) =>
    result.documents.has(write.key) ? { ...write, expected: result.documents.get(write.key)?.nonce } : write,
  );
  return overwrite(store, { ...commit, documents });
}

/** Every delivery looks like a new message. */
function renaming(reader: LogReader): LogReader {
  return {
    next: async (options) => (await reader.next(options)).map(renamed),
    close: () => reader.close(),
  };
}

function renamed({ sequence, message }: LogEntry): LogEntry {
  return { sequence, message: { ...message, id: `${message.id}#${sequence}` } as LogMessage };
}
