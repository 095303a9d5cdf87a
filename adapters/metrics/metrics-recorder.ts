/** What the parts of a deployment report to. A part asks for the members that it needs and for no more. */
export interface MetricsRecorder {
  eventsReceived(source: string, result: 'accepted' | 'rejected' | 'failed', count: number): void;
  /** From the request to the moment the events are durable. */
  ingestTook(seconds: number): void;
  decided(placement: string, result: 'treated' | 'fallback' | 'empty' | 'failed' | 'degraded'): void;
  /** A request was answered without the store: it was `slow`, `failed` or `resting` after too much of that. */
  degraded(why: string): void;
  decideTook(seconds: number, result: 'answered' | 'failed'): void;
  outcomeReceived(outcome: string): void;
  messagesApplied(count: number): void;
  /** What stood in the way of a commit: `checkpoint`, `document`, `counter` ... */
  commitConflict(kind: string): void;
  /** The layer that knew the message already: `log` or `state`. */
  duplicatesDropped(layer: string, count: number): void;
  deadLettered(reason: string): void;
  /** A checkpoint was moved to where it agrees with its log. */
  checkpointRepaired(kind: string): void;
  /** A partition that stood still was taken up anew. */
  consumerRestarted(): void;
  streamClients(count: number): void;
  /** Customers of a partition by segment; undefined when this process no longer works on the partition. */
  segmentsCounted(partition: number, sizes: ReadonlyMap<string, number> | undefined): void;
  /** Of the budgets of a partition; undefined when this process no longer works on it. */
  budgetsCounted(partition: number, budgets: ReadonlyMap<string, BudgetAmounts> | undefined): void;
  /** What no partition has set aside. */
  budgetsLeft(left: ReadonlyMap<string, number>): void;
  /** A round of the learner; undefined when another process took over. */
  learned(round: LearningFigures | undefined): void;
  /** When the newest rows were made that requests score with, and those that the folds of a partition do; epoch ms, 0 for none. */
  requestsScoredAt(at: number): void;
  foldsScoredAt(partition: number, at: number | undefined): void;
  rulebookLoaded(version: string): void;
  rulebookRejected(): void;
}

export interface LearningFigures {
  /** Lessons of this round, and those that were found to be lost in it. */
  readonly learned: number;
  readonly lost: number;
  readonly waiting: number;
  readonly oldestMs: number;
  readonly solvedMs: number;
  readonly models: number;
  readonly mature: number;
}

/** Contacts, or amounts in the currency of the book. */
export interface BudgetAmounts {
  readonly spent: number;
  readonly granted: number;
}

export interface ActivityRate {
  readonly total: number;
  /** Over the last minute, or since the start when that is shorter. */
  readonly perSecond: number;
}

/** The few figures that the first page shows, of this process since its start. */
export interface ActivityFigures {
  readonly events: ActivityRate;
  readonly decisions: ActivityRate;
  readonly outcomes: ActivityRate;
}
