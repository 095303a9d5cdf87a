import { limits } from '../limits.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { codesFor, wishOf } from './code-life.ts';
import { dropModels, makeRoom } from './drop-models.ts';
import { learnLessons } from './learn-lessons.ts';
import { learnerPartition, modelKey } from './learned-models.ts';
import { type LearnerContext, type LearnerMind, openMind, recordNow } from './learner-mind.ts';
import { learnerKey } from './learner-record.ts';
import type { ModelKeeper } from './model-keeper.ts';
import type { LearningFigures } from './observer.ts';
import { rowNews, sendNews } from './publish-rows.ts';
import { removeJournals } from './remove-journals.ts';
import { solveModels } from './solve-models.ts';
import { isToBeStored, storeLearned } from './store-learned.ts';

/**
 * Learns from the journals of all partitions, on the node that works on the first one.
 *
 * LR1. Every lesson of every partition is learned exactly once, in the partition's order: the number of the next one is
 *      stored with what was learned, and lessons below it are passed by. So neither a crash, nor a partition that folds its
 *      log again, nor a learner whose store forgot its last seconds loses a lesson or learns it twice. What the book asks
 *      for is followed first: contexts may be waiting of a collection that the store forgot had begun.
 * LR2. One writer: every commit names the versions that it was made on. A learner that was overtaken finds another version,
 *      gives up what it knows, and reads again.
 * LR3. A lesson leaves its journal once it was learned and that was stored for `limits.learnerSlackMs`.
 * LR4. Nothing waits for it. It solves one model at a time, with rests in between, so many in a round.
 * LR5. Requests score with the newest rows; folds with those that came through their partition's log, and with none else.
 * LR6. It begins when the first partition has folded what its log held then: from that it knows which codes were given out.
 */
export class Learner {
  readonly #context: LearnerContext;
  readonly #keeper: Pick<ModelKeeper, 'current' | 'lessons'>;
  #mind: LearnerMind | undefined;
  /** How far the first partition's log reached when this node came to be the learner. */
  #reach: number | undefined;

  constructor(context: LearnerContext, keeper: Pick<ModelKeeper, 'current' | 'lessons'>) {
    this.#context = context;
    this.#keeper = keeper;
  }

  /** Another node is the learner now. */
  forget(): void {
    this.#mind = undefined;
    this.#reach = undefined;
  }

  /** One round. Whatever fails, the next one reads again what is stored. */
  async look(signal: AbortSignal): Promise<void> {
    const rulebook = this.#context.rulebook();
    if (!rulebook || !(await this.#isWanted(rulebook))) return;
    try {
      const mind = this.#mind ?? (await this.#open(rulebook));
      this.#mind = mind && (await this.#round(mind, rulebook, signal)) ? mind : undefined;
    } catch (error) {
      this.#mind = undefined;
      throw error;
    }
  }

  /** Where no book ever asked for models, there is nothing to do, and there are no journals that somebody has to clear. */
  async #isWanted(rulebook: Rulebook): Promise<boolean> {
    if (this.#mind || wishOf(rulebook) || this.#keeper.lessons().some((count) => count > 0)) return true;
    const [record] = await this.#context.ports.store.load(learnerPartition, [learnerKey]);
    return record !== undefined;
  }

  async #open(rulebook: Rulebook): Promise<LearnerMind | undefined> {
    const { store, log } = this.#context.ports;
    const head = await log.head(learnerPartition);
    this.#reach = Math.min(this.#reach ?? head, head);
    const { sequence } = await store.checkpoint(learnerPartition);
    if (sequence < this.#reach) return undefined;
    return (await openMind(this.#context, rulebook)) ?? openMind(this.#context, rulebook);
  }

  /** False: somebody else is the learner. */
  async #round(mind: LearnerMind, rulebook: Rulebook, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#context.ports;
    const { tallies } = this.#keeper.current();
    const next = this.#keeper.lessons();
    followBook(mind, rulebook);
    const { lessons, lost, oldestAt } = await learnLessons(mind, this.#context, { next, signal });
    const solvedMs = await solveModels(mind, this.#context, { rulebook, tallies, signal });
    const now = clock.now();
    const isTime = now - mind.storedAt >= limits.learnerStoreMs || signal.aborted;
    if (isTime && isToBeStored(mind, now)) {
      if (!(await storeLearned(mind, this.#context))) return false;
      if (!(await dropModels(mind, this.#context, rulebook))) return false;
    }
    await removeJournals(mind, this.#context, next);
    if (!(await this.#publish(mind, rulebook))) return false;
    const waiting = next.reduce((sum, each, at) => sum + Math.max(0, each - (mind.learned[at] ?? 0)), 0);
    const oldestMs = oldestAt === undefined ? 0 : Math.max(0, now - oldestAt);
    this.#tell(mind, { learned: lessons, lost, waiting, oldestMs, solvedMs });
    return true;
  }

  /** The numbers of the changes are stored before they are sent, so that nobody else sends others under them. */
  async #publish(mind: LearnerMind, rulebook: Rulebook): Promise<boolean> {
    const news = rowNews(mind, rulebook, this.#context.ports.clock.now());
    if (!news) return true;
    const last = mind.record.lastChange + news.changes.length;
    mind.record = { ...mind.record, lastChange: last };
    if (!(await storeLearned(mind, this.#context))) return false;
    await sendNews(mind, this.#context, { news, last });
    return true;
  }

  #tell(mind: LearnerMind, figures: Omit<LearningFigures, 'models' | 'mature'>): void {
    const { maturePositives } = this.#context.rulebook()?.learning ?? { maturePositives: 0 };
    const [first] = mind.record.codes;
    const prefix = first && modelKey(first.code.number, '');
    let models = 0;
    let mature = 0;
    for (const [key, { positives }] of mind.figures) {
      if (prefix === undefined || !key.startsWith(prefix)) continue;
      models += 1;
      if (positives >= maturePositives) mature += 1;
    }
    this.#context.observer.learned?.({ ...figures, models, mature });
  }
}

/** The codes that the book asks for, and room for its treatments where there are too many models. */
function followBook(mind: LearnerMind, rulebook: Rulebook): void {
  const record = recordNow(mind);
  const after = codesFor(record, wishOf(rulebook));
  if (after !== record) {
    mind.record = { ...record, ...after };
    // A spread keeps what is absent afterwards.
    if (!after.collecting) mind.record = without(mind.record, 'collecting');
    mind.hasChanged = true;
  }
  makeRoom(mind, rulebook);
}

function without<Whole extends object, Name extends keyof Whole>(
  whole: Whole,
  name: Name,
): Omit<Whole, Name> & Whole {
  const { [name]: _, ...rest } = whole;
  return rest as Omit<Whole, Name> & Whole;
}
