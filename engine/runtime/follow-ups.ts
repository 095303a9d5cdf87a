import { hash48 } from '../chance/hash.ts';
import type { LogEntry, LogMessage } from '../model/log-message.ts';
import type { PublishedDecision } from '../ports.ts';
import type { FoldedBatch } from './fold-batch.ts';
import { appendIdOf } from './messages.ts';

/** What is known of the decision stream before a replay. */
export interface PublishedBefore {
  /** Hashes of the ids of the decisions that it holds. */
  readonly ids: ReadonlySet<number>;
  /** Decisions from then on should be in it, epoch ms. */
  readonly since: number;
}

/**
 * Sets what folds sent when a log was worked off first against what became of it, while the log is folded again.
 *
 * What a fold made is expected in the log, and everything that a fold made says so there. Either may be met first, since
 * partitions are folded side by side; whichever comes second strikes the first out. What is left in the end was never
 * sent: the store was lost before its outbox was.
 */
export class FollowUps {
  readonly #published: PublishedBefore;
  readonly #expected = new Map<number, LogMessage>();
  readonly #early = new Set<number>();
  readonly #unpublished: PublishedDecision[] = [];

  constructor(published: PublishedBefore) {
    this.#published = published;
  }

  /** To be told of every batch once it is stored. */
  readonly committed = (folded: FoldedBatch, entries: readonly LogEntry[]): void => {
    for (const { message } of entries) this.#found(message);
    for (const item of folded.outbox) {
      if (item.to === 'log') this.#expect(item.message);
      else if (item.to === 'decisions' && this.#isMissing(item.decision))
        this.#unpublished.push(item.decision);
    }
  };

  /** Messages that are not in the log. */
  get unsent(): readonly LogMessage[] {
    return [...this.#expected.values()];
  }

  /** Decisions that are not in their stream although it reaches back to them. */
  get unpublished(): readonly PublishedDecision[] {
    return this.#unpublished;
  }

  #expect(message: LogMessage): void {
    const hash = hashOf(message);
    if (!this.#early.delete(hash)) this.#expected.set(hash, message);
  }

  #found(message: LogMessage): void {
    const hash = hashOf(message);
    if (!this.#expected.delete(hash) && message.follows) this.#early.add(hash);
  }

  #isMissing({ id, at }: PublishedDecision): boolean {
    return at >= this.#published.since && !this.#published.ids.has(hash48(id));
  }
}

function hashOf(message: LogMessage): number {
  return hash48(`${message.partition}:${appendIdOf(message)}`);
}
