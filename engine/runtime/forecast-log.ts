import { decide } from '../decide/decide.ts';
import type { DecideInput } from '../decide/decide-input.ts';
import {
  type ForecastFindings,
  ForecastRun,
  type ForecastStep,
  type PastDecision,
} from '../forecast/index.ts';
import type { Tenant } from '../model/ids.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { inputOf } from '../receipts/reexecute.ts';
import { type Period, type PeriodItem, PeriodReading } from './period-reading.ts';

/**
 * Reads a period of the log and the receipts of its decisions, in the order of time, for a forecast.
 *
 * FL1. Nothing is written.
 * FL2. A partition is read as far as its log and its receipts reached when it began.
 * FL3. A decision is forecast only if it comes out of its receipt as it was, so that its probabilities are those that were
 *      drawn with. All others are counted by what was missing; what they showed stays shown in both books.
 */
export interface ForecastLogOptions extends Period {
  readonly tenant: Tenant;
  readonly sha256: (text: string) => string;
  readonly rulebook: Rulebook;
  /** Undefined for a rulebook that is not kept. */
  readonly bookOf: (version: string) => Promise<Rulebook | undefined>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly at: number; readonly decisions: number }) => void;
}

/** Decisions of the period that are not forecast. */
export interface LeftOut {
  unknownBooks: number;
  tooLarge: number;
  /** They do not come out of their receipts as they were: this version of the program decides otherwise. */
  otherwise: number;
}

export interface ForecastOfLog {
  readonly findings: ForecastFindings;
  readonly leftOut: LeftOut;
  /** Versions of the rulebooks that decided. */
  readonly books: readonly string[];
  /** When the first decision on record was made; later than asked for where the log does not reach as far back. */
  readonly decidedFrom?: number;
}

export async function forecastLog(options: ForecastLogOptions): Promise<ForecastOfLog> {
  const reading = new PeriodReading(options);
  const past = new PastDecisions(options);
  const run = new ForecastRun(options);
  try {
    for (let count = 0; !options.signal.aborted; count += 1) {
      const item = await reading.next();
      if (!item) break;
      const step = await stepOf(item, past);
      if (step) run.take(step);
      if (count % progressEvery === 0) options.onProgress({ at: timeOf(item), decisions: past.decisions });
    }
  } finally {
    await reading.close();
  }
  const { leftOut, books, from } = past;
  return {
    ...{ findings: run.finish(), leftOut, books: [...books] },
    ...(from !== undefined && { decidedFrom: from }),
  };
}

const progressEvery = 1_000;

function timeOf(item: PeriodItem): number {
  return 'message' in item ? item.message.receivedAt : item.receipt.at;
}

async function stepOf(item: PeriodItem, past: PastDecisions): Promise<ForecastStep | undefined> {
  if ('message' in item) return { kind: 'message', message: item.message };
  const logged = await past.of(item.receipt);
  return logged && { kind: 'decision', logged };
}

/** Decides again what receipts are of, and counts what cannot be. */
class PastDecisions {
  readonly leftOut: LeftOut = { unknownBooks: 0, tooLarge: 0, otherwise: 0 };
  readonly books = new Set<string>();
  decisions = 0;
  from: number | undefined;
  readonly #options: Pick<ForecastLogOptions, 'bookOf' | 'sha256'>;

  constructor(options: Pick<ForecastLogOptions, 'bookOf' | 'sha256'>) {
    this.#options = options;
  }

  async of(receipt: Receipt): Promise<PastDecision | undefined> {
    this.decisions += 1;
    this.from ??= receipt.at;
    const book = await this.#options.bookOf(receipt.rulebook);
    if (!book) {
      this.leftOut.unknownBooks += 1;
      return undefined;
    }
    const input = inputOf(receipt, book);
    if (!input) {
      this.leftOut.tooLarge += 1;
      return undefined;
    }
    const logged = decidedAgain(input, receipt, this.#options.sha256);
    if (logged) this.books.add(receipt.rulebook);
    else this.leftOut.otherwise += 1;
    return logged;
  }
}

/** The decision of a receipt with all its odds; undefined where it comes out otherwise than it was. */
function decidedAgain(
  input: DecideInput,
  receipt: Receipt,
  sha256: (text: string) => string,
): PastDecision | undefined {
  try {
    const { decision } = decide(input);
    if (sha256(JSON.stringify(decision)) !== receipt.decision) return undefined;
    return { input, decision: decide({ ...input, tellsOdds: true }).decision };
  } catch {
    // What nothing can be decided from is left out like whatever comes out otherwise.
    return undefined;
  }
}
