import {
  ExperimentGathering,
  type GatheredExperiment,
  type GatheringOptions,
} from '../experiments/report/index.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { inputOf } from '../receipts/reexecute.ts';
import { reachOf } from './period-reach.ts';
import { type Period, type PeriodItem, PeriodReading } from './period-reading.ts';

/**
 * Reads a period of the log and the receipts of its decisions, in the order of time, for a report on experiments.
 *
 * XL1. Nothing is written.
 * XL2. A partition is read as far as its log and its receipts reached when it began.
 * XL3. A period that is not kept any more is refused: of its customers, those who came back would be left.
 */
export interface ExperimentLogOptions
  extends Omit<Period, 'share'>,
    Pick<GatheringOptions, 'rulebook' | 'experiments' | 'until' | 'valueAt'> {
  /** How long the log is kept, in ms; undefined: for ever. */
  readonly logKeptMs: number | undefined;
  /** Undefined for a rulebook that is not kept. */
  readonly bookOf: (version: string) => Promise<Rulebook | undefined>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly at: number; readonly decisions: number }) => void;
}

/** What a period says of the experiments. */
export interface ExperimentsOfLog {
  readonly experiments: readonly GatheredExperiment[];
  readonly decisions: number;
  /** Decisions that cannot be told of: their rulebook is not kept, or their receipt was too large to be kept whole. */
  readonly leftOut: { readonly unknownBooks: number; readonly tooLarge: number };
}

export async function gatherFromLog(options: ExperimentLogOptions): Promise<ExperimentsOfLog> {
  const { isFromBeginning } = await reachOf(options);
  const reading = new PeriodReading({ ...options, share: 1 });
  const gathering = new ExperimentGathering({ ...options, isFromBeginning });
  const leftOut = { unknownBooks: 0, tooLarge: 0 };
  try {
    for (let count = 0; !options.signal.aborted; count += 1) {
      const item = await reading.next();
      if (!item) break;
      if ('message' in item) gathering.takeMessage(item.message);
      else await takeReceipt(item.receipt);
      if (count % progressEvery === 0) {
        options.onProgress({ at: timeOf(item), decisions: gathering.decisions });
      }
    }
  } finally {
    await reading.close();
  }
  return { experiments: gathering.gathered(), decisions: gathering.decisions, leftOut };

  async function takeReceipt(receipt: Receipt): Promise<void> {
    const book = await options.bookOf(receipt.rulebook);
    const input = book && inputOf(receipt, book);
    if (input) gathering.takeDecision(input);
    else if (book) leftOut.tooLarge += 1;
    else leftOut.unknownBooks += 1;
  }
}

const progressEvery = 1_000;

function timeOf(item: PeriodItem): number {
  return 'message' in item ? item.message.receivedAt : item.receipt.at;
}
