import type { Partition } from '../../engine/index.ts';
import type { Clock, StateStore, Timing } from '../../engine/ports.ts';
import type { LmdbDecisionStream } from './lmdb-decision-stream.ts';
import type { LmdbReceiptStream } from './lmdb-receipt-stream.ts';
import type { LmdbTouchpointLog } from './lmdb-touchpoint-log.ts';

export interface PruningOptions {
  readonly log: LmdbTouchpointLog;
  readonly decisions: LmdbDecisionStream;
  readonly receipts: LmdbReceiptStream;
  readonly store: StateStore;
  readonly partitions: number;
  readonly clock: Clock;
  readonly timing: Timing;
  /** How long the log is kept; undefined: for ever. */
  readonly logAgeMsMax: number | undefined;
  readonly onTrouble: (error: unknown) => void;
}

const everyMs = 60_000;

/** Takes away what is older than it should become, now and from then on. Nothing goes that was not applied. */
export function keepPruned(options: PruningOptions): { close(): Promise<void> } {
  const stopping = new AbortController();
  const done = run(options, stopping.signal);
  return {
    close: async () => {
      stopping.abort();
      await done;
    },
  };
}

async function run(options: PruningOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await pruneOnce(options, signal);
    } catch (error) {
      options.onTrouble(error);
    }
    await options.timing.sleep(everyMs, signal);
  }
}

/** One look at everything; a stop is heeded between the partitions. */
export async function pruneOnce(
  { log, decisions, receipts, store, partitions, clock, logAgeMsMax }: PruningOptions,
  signal: AbortSignal,
): Promise<void> {
  await decisions.prune();
  await receipts.prune(partitions);
  if (logAgeMsMax === undefined) return;
  const before = clock.now() - logAgeMsMax;
  for (let number = 0; number < partitions && !signal.aborted; number += 1) {
    const partition = number as Partition;
    const { sequence } = await store.checkpoint(partition);
    await log.prune(partition, { before, through: sequence });
  }
}
