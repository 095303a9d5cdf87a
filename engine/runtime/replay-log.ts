import { assert } from '../assert.ts';
import { CodedError } from '../errors.ts';
import type { Partition } from '../model/ids.ts';
import type { LogEntry } from '../model/log-message.ts';
import type { LogReader, TouchpointLog } from '../ports.ts';
import { BatchPace } from './batch-pace.ts';
import { PartitionSession, type UnsettledCommit } from './partition-session.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** A context of a run over a log that was worked off before. */
export type ReplayContext = RuntimeContext & { readonly replay: NonNullable<RuntimeContext['replay']> };

const failuresMax = 20;
const pauseMsMax = 2_000;

/**
 * Works off one partition up to its bound, with the sessions that a node works it off with. What the world failed at is
 * tried again for a while; another node on the same partition is not waited out.
 */
export async function replayPartition(
  context: ReplayContext,
  partition: Partition,
  bound: number,
  signal: AbortSignal,
): Promise<void> {
  const pace = new BatchPace();
  let unsettled: UnsettledCommit | undefined;
  for (let failures = 0; !signal.aborted; ) {
    const life = new AbortController();
    const end = () => life.abort();
    signal.addEventListener('abort', end, { once: true });
    const upTo = endingAt(context, bound, end);
    const session = new PartitionSession(upTo, partition, {
      pace,
      unsettled,
      committed: () => {
        failures = 0;
      },
    });
    try {
      if ((await context.ports.store.checkpoint(partition)).sequence >= bound) return;
      await session.run(life.signal);
      return;
    } catch (error) {
      failures += 1;
      const isWorthIt = error instanceof CodedError && error.retryable && error.code !== 'NB_CONTENTION';
      if (!isWorthIt || failures >= failuresMax) throw error;
      unsettled = session.unsettled;
      await context.ports.timing.sleep(Math.min(pauseMsMax, 50 * 2 ** failures), signal);
    } finally {
      signal.removeEventListener('abort', end);
    }
  }
}

function endingAt(context: ReplayContext, bound: number, end: () => void): ReplayContext {
  const committed = (...batch: Parameters<ReplayContext['replay']['committed']>) => {
    context.replay.committed(...batch);
    if ((batch[1].at(-1)?.sequence ?? 0) >= bound) end();
  };
  return { ...context, replay: { committed } };
}

/** The log as it was when the bounds were read; nothing can be appended. */
export class BoundedLog implements TouchpointLog {
  readonly #log: TouchpointLog;
  readonly #bounds: readonly number[];

  /** `bounds`: the last sequence of each partition. */
  constructor(log: TouchpointLog, bounds: readonly number[]) {
    this.#log = log;
    this.#bounds = bounds;
  }

  append(): Promise<void> {
    assert(false, 'a replay appends nothing');
  }

  read(partition: Partition, after: number): LogReader {
    const reader = this.#log.read(partition, after);
    return {
      next: async (options) =>
        (await reader.next(options)).filter((entry) => this.#isWithin(partition, entry)),
      close: () => reader.close(),
    };
  }

  async head(partition: Partition): Promise<number> {
    return Math.min(await this.#log.head(partition), this.#bounds[partition] ?? 0);
  }

  first(partition: Partition): Promise<number | undefined> {
    return this.#log.first(partition);
  }

  idAt(partition: Partition, sequence: number): Promise<string | undefined> {
    return this.#log.idAt(partition, sequence);
  }

  #isWithin(partition: Partition, { sequence }: LogEntry): boolean {
    return sequence <= (this.#bounds[partition] ?? 0);
  }
}
