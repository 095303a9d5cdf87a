import { CodedError } from '../errors.ts';
import { day } from '../limits.ts';
import type { Partition } from '../model/ids.ts';
import type { Period } from './period-reading.ts';

/** A period that is to be read to its beginning. */
export interface PeriodAsked extends Pick<Period, 'partitions' | 'log' | 'receipts' | 'since'> {
  /** Epoch ms. */
  readonly until: number;
  /** How long the log is kept, in ms; undefined: for ever. */
  readonly logKeptMs: number | undefined;
}

export interface PeriodReach {
  /** The period holds all there ever was. */
  readonly isFromBeginning: boolean;
  /** From when on nothing was dropped, epoch ms; 0 where nothing was ever. */
  readonly keptFrom: number;
}

/** How far back a period reaches; one that is not kept to its beginning is refused. */
export async function reachOf(options: PeriodAsked): Promise<PeriodReach> {
  const { receipts, since, until, logKeptMs } = options;
  const beginning = await beginningOf(options);
  const beginsAt = beginning === 'not-kept' ? undefined : beginning;
  const asked = { needed: Math.max(since, beginsAt ?? since), until };
  const kept = await receipts.keptMs();
  refuseBeyond({ ...asked, kept, what: 'receipts of decisions are', by: 'NEXTBEST_RECEIPT_DAYS' });
  if (beginning === 'not-kept') {
    refuseBeyond({ ...asked, kept: logKeptMs, what: 'the log is', by: 'NEXTBEST_LOG_DAYS' });
  }
  const keptMs = [kept, ...(beginning === 'not-kept' ? [logKeptMs] : [])];
  const lostBefore = until - Math.min(...keptMs.map((ms) => ms ?? Number.POSITIVE_INFINITY));
  return {
    isFromBeginning: beginsAt !== undefined && beginsAt >= since,
    keptFrom: lostBefore > (beginsAt ?? 0) ? lostBefore : 0,
  };
}

interface Keeping {
  readonly kept: number | undefined;
  readonly needed: number;
  readonly until: number;
  readonly what: string;
  readonly by: string;
}

function refuseBeyond({ kept, needed, until, what, by }: Keeping): void {
  if (kept === undefined || until - needed <= kept) return;
  const days = Math.floor(kept / day);
  const detail = `${what} kept for ${days} days (${by}): ask for --since ${days}d or less`;
  throw new CodedError('NB_CONFIG', detail);
}

/** When the first message of all came in, epoch ms; undefined while there is none. */
async function beginningOf({ log, partitions }: PeriodAsked): Promise<number | undefined | 'not-kept'> {
  let beginsAt: number | undefined;
  for (let number = 0; number < partitions; number += 1) {
    const partition = number as Partition;
    const first = await log.first(partition);
    if (first === undefined) continue;
    if (first > 1) return 'not-kept';
    const reader = log.read(partition, 0);
    try {
      const [entry] = await reader.next({ max: 1, waitMs: 10_000 });
      if (entry) beginsAt = Math.min(beginsAt ?? entry.message.receivedAt, entry.message.receivedAt);
    } finally {
      await reader.close();
    }
  }
  return beginsAt;
}
