import { hash48 } from '../chance/hash.ts';
import { CodedError } from '../errors.ts';
import { day, limits } from '../limits.ts';
import type { Partition, Tenant } from '../model/ids.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { DecisionStream } from '../ports.ts';
import { FollowUps, type PublishedBefore } from './follow-ups.ts';
import type { Observer } from './observer.ts';
import { openReplay } from './open-replay.ts';
import { OutboxDrain } from './outbox-drain.ts';
import { receiptKeeperOf } from './receipt-keeper.ts';
import { replayPartition } from './replay-log.ts';
import type { Ports } from './runtime-context.ts';

/**
 * Rebuilds the state of a tenant from its log, into an empty store.
 *
 * N1. The log is folded by the sessions of a node, so the states come out as they did then: under the same rulebook, byte
 *     for byte.
 * N2. Nothing is sent a second time: no message is appended that the log holds, no decision published that its stream
 *     holds. What a lost store had not sent on yet is sent in the end, decisions only as far as this rulebook made them.
 * N3. What only the store knew is gone: the records of pulled decisions (their contacts are in the log), and of requests
 *     whose outbox was never sent.
 */
export interface RebuildOptions {
  readonly tenant: Tenant;
  readonly partitions: number;
  /** With an empty store. */
  readonly ports: Ports;
  readonly observer: Observer;
  readonly rulebook: Rulebook;
  /** Epoch ms. What it decides of earlier messages was decided by another one then, and is not published. */
  readonly inForceSince: number;
  readonly recordMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (applied: number) => void;
}

export interface RebuildReport {
  /** Messages of the log that were folded. */
  readonly applied: number;
  /** Messages that the lost store had not sent to the log. */
  readonly appended: number;
  /** Decisions that it had not published. */
  readonly published: number;
  readonly deadLetters: number;
}

/** How far the log reaches. */
export interface LogReach {
  /** Sequence of the newest entry of each partition, 0 where there is none. */
  readonly heads: readonly number[];
  /** Partitions whose log may have lost its beginning by its age. */
  readonly cut: readonly Partition[];
}

/** Sessions at a time: what one made and another found is kept in memory until both were read, so they keep pace. */
const sideBySide = 64;
const publishSlice = 500;
/** How far back a decision stream may reach; what is older and not in it has left it. */
const decisionStreamMs = 3 * day;
/** An answer without decisions after so long is the end of the stream. */
const streamWaitMs = 2_000;

export async function reachOf({ log }: Pick<Ports, 'log'>, partitions: number): Promise<LogReach> {
  const heads: number[] = [];
  const cut: Partition[] = [];
  for (let number = 0; number < partitions; number += 1) {
    const partition = number as Partition;
    const head = await log.head(partition);
    const first = await log.first(partition);
    if (first !== undefined && first > 1) cut.push(partition);
    heads.push(head);
  }
  return { heads, cut };
}

/** Sends on what the store still holds for others. To be done before it is wiped: the log does not know of it. */
export async function sendOutbox(
  ports: Ports,
  partitions: number,
  observer: Pick<Observer, 'troubled' | 'deadLettered'>,
): Promise<void> {
  const outbox = new OutboxDrain(ports, observer, { receipts: receiptKeeperOf(ports) });
  for (let partition = 0; partition < partitions; partition += 1) await outbox.drain(partition as Partition);
}

export async function rebuildStore(options: RebuildOptions): Promise<RebuildReport> {
  const { ports, partitions, signal } = options;
  const { heads } = await reachOf(ports, partitions);
  const published = await readPublished(ports.decisions, ports.clock.now(), signal);
  const since = Math.max(published.since, options.inForceSince);
  const followUps = new FollowUps({ ...published, since });
  const count = { applied: 0, deadLetters: 0 };
  const context = openReplay(options, {
    heads,
    committed: (folded, entries) => {
      followUps.committed(folded, entries);
      count.applied += entries.length;
      count.deadLetters += folded.dead.length;
      options.onProgress(count.applied);
    },
  });
  await inTurns(partitions, (partition) =>
    replayPartition(context, partition, heads[partition] ?? 0, signal),
  );
  if (signal.aborted)
    throw new CodedError('NB_STORE_UNAVAILABLE', 'the rebuild was interrupted; begin it again');
  await send(ports, followUps);
  return { ...count, appended: followUps.unsent.length, published: followUps.unpublished.length };
}

async function send({ log, decisions }: Ports, { unsent, unpublished }: FollowUps): Promise<void> {
  for (let at = 0; at < unsent.length; at += publishSlice)
    await log.append(unsent.slice(at, at + publishSlice));
  for (let at = 0; at < unpublished.length; at += publishSlice) {
    await decisions.publish(unpublished.slice(at, at + publishSlice));
  }
}

async function readPublished(
  stream: DecisionStream,
  now: number,
  signal: AbortSignal,
): Promise<PublishedBefore> {
  const reader = stream.subscribe({ after: 0 });
  const ids = new Set<number>();
  let oldest: number | undefined;
  try {
    while (!signal.aborted) {
      const found = await reader.next({ max: limits.outboxBatchMax, waitMs: streamWaitMs });
      if (found.length === 0) break;
      oldest ??= found[0]?.decision.at;
      for (const { decision } of found) ids.add(hash48(decision.id));
    }
  } finally {
    await reader.close();
  }
  return { ids, since: Math.max(oldest ?? Number.POSITIVE_INFINITY, now - decisionStreamMs) };
}

async function inTurns(partitions: number, work: (partition: Partition) => Promise<void>): Promise<void> {
  let next = 0;
  const hand = async () => {
    while (next < partitions) {
      const partition = next as Partition;
      next += 1;
      await work(partition);
    }
  };
  await Promise.all(Array.from({ length: Math.min(sideBySide, partitions) }, hand));
}
