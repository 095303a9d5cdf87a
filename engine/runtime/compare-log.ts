import { hash48 } from '../chance/hash.ts';
import type { Partition } from '../model/ids.ts';
import type { Checkpoint, LogMark, TouchpointLog } from '../ports.ts';

/** What is wrong between a checkpoint and its log, and where to go on. */
export interface LogFault {
  /**
   * `rewound`: the log lost its end, and may have given its sequences out again. `begins-later`: the log begins behind
   * what was applied, so that entries between may have gone without being applied.
   */
  readonly kind: 'rewound' | 'begins-later';
  readonly to: Pick<Checkpoint, 'sequence' | 'trail'>;
}

/**
 * Compares a checkpoint with the log it belongs to; undefined when they agree.
 *
 * A log that lost its end is not taken up at its new end: what was appended there after the loss, before anybody
 * noticed, lies in the reused range and was never applied. It is taken up at the newest entry that still is what was
 * applied. What is read twice from there is dropped by the customers' memory of messages.
 */
export async function compareWithLog(
  log: TouchpointLog,
  partition: Partition,
  checkpoint: Checkpoint,
): Promise<LogFault | undefined> {
  const { sequence, trail } = checkpoint;
  const isApplied = sequence === 0 || (await holds(log, partition, markOf(checkpoint)));
  const head = await log.head(partition);
  // Asked last: what was missing above and lies before the beginning now has gone by its age.
  const first = await log.first(partition);
  const begin = first ?? 1;
  if (!isApplied && begin <= sequence) {
    for (const [index, mark] of trail.entries()) {
      if (mark.sequence < begin) break;
      if (!(await holds(log, partition, mark))) continue;
      return { kind: 'rewound', to: { sequence: mark.sequence, trail: trail.slice(index) } };
    }
    return { kind: 'rewound', to: { sequence: begin - 1, trail: [] } };
  }
  if (begin <= sequence + 1 || head <= sequence) return undefined;
  return { kind: 'begins-later', to: { sequence: begin - 1, trail: [] } };
}

/** A checkpoint of an older version has no trail; then the sequence alone is compared. */
function markOf({ sequence, trail }: Checkpoint): Partial<LogMark> & Pick<LogMark, 'sequence'> {
  const [newest] = trail;
  return newest?.sequence === sequence ? newest : { sequence };
}

async function holds(
  log: TouchpointLog,
  partition: Partition,
  { sequence, hash }: Partial<LogMark> & Pick<LogMark, 'sequence'>,
): Promise<boolean> {
  const id = await log.idAt(partition, sequence);
  return id !== undefined && (hash === undefined || hash48(id) === hash);
}
