import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Partition } from '../model/ids.ts';
import { BatchPace } from './batch-pace.ts';
import { PartitionSession, type UnsettledCommit } from './partition-session.ts';
import type { RuntimeContext } from './runtime-context.ts';

/**
 * Works off one partition's log: read in order from the checkpoint, fold, commit, send on. It does so in sessions
 * (`partition-session.ts`), each begun from what is stored.
 *
 * R1. States, timers, outbox, records, counters and checkpoint of a batch are one commit. After a crash the batch is
 *     read again from the old checkpoint; after the commit the outbox is sent again.
 * R2. A commit succeeds only on the checkpoint and the document versions that the batch was folded from. A worker that
 *     lost its partition therefore changes nothing, whatever it believes.
 * R3. A rejected commit has an unknown outcome: the checkpoint is read again, and its nonce tells.
 * R4. The rulebook is pinned for a batch.
 * R5. A session begins by comparing the checkpoint with the log. A log that lost its end is taken up at the newest
 *     entry that both agree on, one that begins too late at its beginning; either is told, neither waits for a person.
 * R6. A message that cannot be applied or stored is put aside with the reason, in the commit that passes it by.
 * R7. A partition that is behind its log and commits nothing for `limits.stalledMs` is taken up anew.
 */
export class PartitionWorker {
  readonly #context: RuntimeContext;
  readonly #partition: Partition;
  readonly #pace = new BatchPace();
  #unsettled: UnsettledCommit | undefined;
  /** Doubles from trouble to trouble until a batch gets through. */
  #pauseMs = pauseMsMin;

  constructor(context: RuntimeContext, partition: Partition) {
    this.#context = context;
    this.#partition = partition;
  }

  /** Runs until the signal fires; goes on by itself after every trouble. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#session(signal);
      } catch (error) {
        this.#context.observer.troubled(`partition ${this.#partition}`, error);
        await this.#context.ports.timing.sleep(this.#pauseMs, signal);
        this.#pauseMs = Math.min(pauseMsMax, this.#pauseMs * 2);
      }
    }
  }

  async #session(signal: AbortSignal): Promise<void> {
    const life = new AbortController();
    const end = () => life.abort();
    signal.addEventListener('abort', end, { once: true });
    const session = new PartitionSession(this.#context, this.#partition, {
      pace: this.#pace,
      unsettled: this.#unsettled,
      committed: () => {
        this.#pauseMs = pauseMsMin;
      },
    });
    try {
      await Promise.race([session.run(life.signal), this.#watch(session, life.signal)]);
    } finally {
      signal.removeEventListener('abort', end);
      life.abort();
      session.giveUp();
      this.#unsettled = session.unsettled;
    }
  }

  /**
   * Rejects once the session is stuck, whatever in the world holds it; what it may still do meets R2. A session that
   * was told to end is left to finish.
   */
  async #watch(session: PartitionSession, signal: AbortSignal): Promise<never> {
    let looks = 0;
    let commits = session.commits;
    while (looks < looksWhenStalled) {
      await this.#context.ports.timing.sleep(limits.stalledMs / (looksWhenStalled - 1), signal);
      if (signal.aborted) return new Promise<never>(() => undefined);
      looks = session.commits === commits && (await this.#isBehind(session)) ? looks + 1 : 0;
      commits = session.commits;
    }
    this.#context.observer.restarted(this.#partition);
    const detail = `partition ${this.#partition} has not moved for ${limits.stalledMs} ms and is taken up anew`;
    throw new CodedError('NB_LOG_UNAVAILABLE', detail);
  }

  async #isBehind(session: PartitionSession): Promise<boolean> {
    try {
      const { log, store } = this.#context.ports;
      const head = await log.head(this.#partition);
      // A store that was rewound while there was nothing to do tells nobody.
      const { sequence } = await store.checkpoint(this.#partition);
      return session.sequence !== undefined && head > Math.min(session.sequence, sequence);
    } catch {
      // The log or the store is away: whoever asks them finds out by itself.
      return false;
    }
  }
}

const pauseMsMin = 50;
const pauseMsMax = 2_000;

/** Found behind so often in a row, with no commit between, a session is stuck: one look may meet a message just arrived. */
const looksWhenStalled = 3;
