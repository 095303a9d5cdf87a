import { hash48 } from '../chance/hash.ts';
import { decodeState } from '../customer/codec.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { Partition, Tenant } from '../model/ids.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { CommitResult, StateStore } from '../ports.ts';
import { firstDifference } from './first-difference.ts';
import type { Observer } from './observer.ts';
import { openReplay } from './open-replay.ts';
import { followsFromLog, isOwnKey } from './own-documents.ts';
import { partitionDocumentKey } from './partition-document.ts';
import { replayPartition } from './replay-log.ts';
import type { Ports } from './runtime-context.ts';

/**
 * Folds the log into memory, one partition after the other, and compares what comes out with what is stored.
 *
 * A1. Nothing is written to the store, the log, the decision stream or the ledger of budgets.
 * A2. A partition is folded as far as it was applied, so that work in hand is no difference. One that moved on meanwhile
 *     is not judged.
 * A3. A customer who was there before the log begins is not judged: the log does not know what was then.
 */
export interface VerifyOptions {
  readonly tenant: Tenant;
  readonly partitions: number;
  readonly ports: Ports;
  readonly observer: Observer;
  readonly rulebook: Rulebook;
  readonly recordMs: number;
  readonly signal: AbortSignal;
  /** An empty store in memory, for one partition. */
  readonly newStore: () => StateStore;
  /** `done` of all partitions. */
  readonly onProgress: (done: number) => void;
  /** Differences that are told one by one; the others are counted. */
  readonly tellMax: number;
}

export interface Difference {
  readonly partition: Partition;
  readonly key: string;
  readonly kind: 'missing' | 'unknown' | 'different';
  /** Of `different`: where they differ first. */
  readonly path?: string;
}

export interface VerifyReport {
  /** Customers that were compared. */
  readonly customers: number;
  readonly differing: number;
  /** The first of them. */
  readonly differences: readonly Difference[];
  /** Customers of before the log begins. */
  readonly older: number;
  /** Messages that wait to be applied or to be sent: what requests stored on their way may differ for a moment. */
  readonly waiting: number;
  /** Partitions that moved on while they were compared. */
  readonly moved: readonly Partition[];
}

interface Verdict {
  readonly customers: number;
  readonly older: number;
  readonly differences: readonly Difference[];
}

export async function verifyStore(options: VerifyOptions): Promise<VerifyReport> {
  const { partitions, tellMax } = options;
  const sums = await sumsOf(options.ports.store, partitions);
  const report = { customers: 0, differing: 0, older: 0, waiting: 0 };
  const differences: Difference[] = [];
  const moved: Partition[] = [];
  for (let number = 0; number < partitions && !options.signal.aborted; number += 1) {
    const partition = number as Partition;
    const before = await standingOf(options.ports, partition);
    report.waiting += before.waiting;
    const verdict = await verifyPartition(options, partition, { sums, sequence: before.sequence });
    const after = await standingOf(options.ports, partition);
    if (after.nonce !== before.nonce) moved.push(partition);
    else {
      report.customers += verdict.customers;
      report.older += verdict.older;
      report.differing += verdict.differences.length;
      differences.push(...verdict.differences.slice(0, tellMax - differences.length));
    }
    options.onProgress(number + 1);
  }
  return { ...report, differences, moved };
}

async function standingOf({ store, log }: Ports, partition: Partition) {
  const { sequence, nonce } = await store.checkpoint(partition);
  const behind = (await log.head(partition)) > sequence ? 1 : 0;
  const waiting = behind + (await store.outbox(partition, 1)).length;
  return { sequence, nonce, waiting };
}

async function verifyPartition(
  options: VerifyOptions,
  partition: Partition,
  { sums, sequence }: { readonly sums: readonly PartitionSum[]; readonly sequence: number },
): Promise<Verdict> {
  const { ports } = options;
  const first = (await ports.log.first(partition)) ?? 1;
  const folded = await foldPartition(options, partition, sequence);
  const found = new Map<string, Uint8Array>();
  const sum = newSum();
  for await (const { key, value } of folded.documents()) {
    if (!followsFromLog(key)) continue;
    found.set(key, value);
    addTo(sum, key, value);
  }
  const stored = sums[partition] ?? newSum();
  // Most partitions agree as a whole, and then nobody need be looked at.
  if (first <= 1 && stored.count === sum.count && stored.hash === sum.hash) {
    const customers = [...found.keys()].filter((key) => !isOwnKey(key)).length;
    return { customers, older: 0, differences: [] };
  }
  const begin = first <= 1 ? Number.NEGATIVE_INFINITY : await beginOf(ports, partition);
  return compare(ports.store, partition, { found, begin });
}

/** The states as the log tells them, in a store of their own. */
async function foldPartition(
  options: VerifyOptions,
  partition: Partition,
  sequence: number,
): Promise<StateStore> {
  const heads = Array.from({ length: options.partitions }, () => 0);
  heads[partition] = sequence;
  const store = withGrants(options.newStore(), options.ports.store);
  const ports: Ports = { ...options.ports, store, budgets: noLedger };
  const context = openReplay({ ...options, ports }, { heads, committed: () => undefined });
  await replayPartition(context, partition, sequence, options.signal);
  return store;
}

/** Whoever asks learns nothing new. */
const noLedger: Ports['budgets'] = {
  reserve: async ({ known, total }) => ({ held: known, lastReturn: 0, reserved: total }),
  giveBack: async () => undefined,
  standing: async () => ({ reserved: 0, held: new Map() }),
};

/** The ledger must not be drawn on, so that the partition has what it was granted from the beginning. */
function withGrants(memory: StateStore, real: StateStore): StateStore {
  const granted = new Map<string, Promise<CommitResult | undefined>>();
  const grant = async (partition: Partition, name: string) => {
    const [add = 0] = await real.counters(partition, [name]);
    if (add === 0) return undefined;
    const nothing = { documents: [], timers: [], outbox: [], records: [] };
    return memory.commit({ partition, ...nothing, counters: [{ name, add }] });
  };
  return new Proxy(memory, {
    get: (target, property) => {
      if (property === 'counters') {
        return async (partition: Partition, names: readonly string[]) => {
          for (const name of names.filter((each) => each.endsWith(':granted'))) {
            const key = `${partition}/${name}`;
            granted.set(key, granted.get(key) ?? grant(partition, name));
            await granted.get(key);
          }
          return target.counters(partition, names);
        };
      }
      // Notes hold what a store draws once, such as the salt of the erased: marks carry the same names under it.
      if (property === 'readNote') return (name: string) => real.readNote(name);
      const member: unknown = Reflect.get(target, property);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

/** When the oldest entry came in. */
async function beginOf({ log }: Ports, partition: Partition): Promise<number> {
  const first = (await log.first(partition)) ?? 1;
  const reader = log.read(partition, first - 1);
  try {
    const [oldest] = await reader.next({ max: 1, waitMs: 2_000 });
    return oldest?.message.receivedAt ?? Number.POSITIVE_INFINITY;
  } finally {
    await reader.close();
  }
}

async function compare(
  store: StateStore,
  partition: Partition,
  { found, begin }: { readonly found: Map<string, Uint8Array>; readonly begin: number },
): Promise<Verdict> {
  const count = { customers: 0, older: 0 };
  const differences: Difference[] = [];
  for await (const { partition: home, key, value } of store.documents()) {
    if (home !== partition || !followsFromLog(key)) continue;
    const folded = found.get(key);
    found.delete(key);
    if (isOwnKey(key)) {
      if (begin === Number.NEGATIVE_INFINITY && !isSame(folded, value)) {
        differences.push({ partition, key, kind: 'different', path: `(${ownWords(key)} of the partition)` });
      }
      continue;
    }
    const state = decodeState(value);
    if (firstSeenOf(state) < begin) {
      count.older += 1;
      continue;
    }
    count.customers += 1;
    if (folded === undefined) differences.push({ partition, key, kind: 'unknown' });
    else if (!isSame(folded, value)) {
      const path = firstDifference(decodeState(folded), state) ?? '(order of members)';
      differences.push({ partition, key, kind: 'different', path });
    }
  }
  for (const [key, value] of found) {
    if (isOwnKey(key) || firstSeenOf(decodeState(value)) < begin) continue;
    count.customers += 1;
    differences.push({ partition, key, kind: 'missing' });
  }
  return { ...count, differences };
}

function ownWords(key: string): string {
  return key === partitionDocumentKey ? 'evidence' : 'models';
}

/** Of all contributions: a merged id may have been there long before. */
function firstSeenOf({ own, sources }: CustomerState): number {
  return Math.min(own.firstSeenAt, ...Object.values(sources).map(({ firstSeenAt }) => firstSeenAt));
}

function isSame(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one?.length === other.length && one.every((byte, index) => byte === other[index]);
}

// ---------------------------------------------------------------------------------------------------- sums

/** The documents of a partition, in whatever order. */
interface PartitionSum {
  count: number;
  /** Sum of the hashes of the documents, modulo 2^48. */
  hash: number;
}

function newSum(): PartitionSum {
  return { count: 0, hash: 0 };
}

async function sumsOf(store: StateStore, partitions: number): Promise<readonly PartitionSum[]> {
  const sums = Array.from({ length: partitions }, newSum);
  for await (const { partition, key, value } of store.documents()) {
    const sum = sums[partition];
    if (sum && followsFromLog(key)) addTo(sum, key, value);
  }
  return sums;
}

function addTo(sum: PartitionSum, key: string, value: Uint8Array): void {
  sum.count += 1;
  sum.hash = (sum.hash + hash48(`${key.length}:${key}${latin1(value)}`)) % 2 ** 48;
}

/** One character a byte. */
function latin1(value: Uint8Array): string {
  let text = '';
  for (let at = 0; at < value.length; at += 4_096) {
    text += String.fromCharCode(...value.subarray(at, at + 4_096));
  }
  return text;
}
