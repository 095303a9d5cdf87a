import {
  AttributionGathering,
  type AttributionOptions,
  type AttributionReport,
} from '../attribution/report/index.ts';
import type { Presented } from '../customer/traces-by-customer.ts';
import type { DecideInput } from '../decide/decide-input.ts';
import { limits } from '../limits.ts';
import type { Contact } from '../model/customer-state.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { reexecute } from '../receipts/reexecute.ts';
import { reachOf } from './period-reach.ts';
import { type Period, type PeriodItem, PeriodReading } from './period-reading.ts';

/**
 * Reads a period of the log, with the longest window before it, for a report on attribution.
 *
 * AL1. Nothing is written.
 * AL2. A partition is read as far as its log and its receipts reached when it began.
 * AL3. What answers showed stands in the log. What triggers sent does not: it is decided again from the receipts, and counts
 *      only if it comes out as it was.
 * AL4. A period whose conversions are not kept any more is refused. Touches before it count from when they are kept on.
 */
export interface AttributionLogOptions extends Omit<Period, 'share'>, AttributionOptions {
  /** How long the log is kept, in ms; undefined: for ever. */
  readonly logKeptMs: number | undefined;
  readonly sha256: (text: string) => string;
  /** Undefined for a rulebook that is not kept. */
  readonly bookOf: (version: string) => Promise<Rulebook | undefined>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly at: number; readonly touches: number }) => void;
}

export interface AttributionOfLog {
  readonly report: AttributionReport;
  /** From when on touches were looked for, epoch ms. */
  readonly touchesFrom: number;
  /** From when on all of them are on record, where that is later; epoch ms. */
  readonly keptFrom?: number;
  /** Receipts that were found. */
  readonly receipts: number;
  /** Decisions that could not be made again. What they sent, if anything, is missing. */
  readonly leftOut: LeftOutSent;
}

/** By why they could not: their rulebook is not kept, their receipt was too large, they come out otherwise. */
export interface LeftOutSent {
  unknownBooks: number;
  tooLarge: number;
  otherwise: number;
}

export async function attributeLog(options: AttributionLogOptions): Promise<AttributionOfLog> {
  const { keptFrom } = await reachOf(options);
  const touchesFrom = options.since - longestWindowMs(options.rulebook);
  const reading = new PeriodReading({ ...options, since: touchesFrom, share: 1 });
  const gathering = new AttributionGathering(options);
  const sent = new SentContacts(options);
  try {
    for (let count = 0; !options.signal.aborted; count += 1) {
      const item = await reading.next();
      if (!item) break;
      if ('message' in item) gathering.takeMessage(item.message);
      else await sent.of(item.receipt, (to, contacts) => gathering.takeContacts(to, contacts));
      if (count % progressEvery === 0) options.onProgress({ at: timeOf(item), touches: gathering.touches });
    }
  } finally {
    await reading.close();
  }
  return {
    ...{ report: gathering.report(), touchesFrom, receipts: sent.receipts, leftOut: sent.leftOut },
    ...(keptFrom > touchesFrom && { keptFrom }),
  };
}

const progressEvery = 1_000;

function timeOf(item: PeriodItem): number {
  return 'message' in item ? item.message.receivedAt : item.receipt.at;
}

function longestWindowMs({ conversionRules }: Rulebook): number {
  if (conversionRules.length === 0) return limits.learningWindowMsDefault;
  return conversionRules.reduce((most, { windowMs }) => Math.max(most, windowMs), 0);
}

/** What triggers sent, from the receipts of their decisions. */
class SentContacts {
  receipts = 0;
  readonly leftOut: LeftOutSent = { unknownBooks: 0, tooLarge: 0, otherwise: 0 };
  readonly #options: Pick<AttributionLogOptions, 'bookOf' | 'sha256'>;

  constructor(options: Pick<AttributionLogOptions, 'bookOf' | 'sha256'>) {
    this.#options = options;
  }

  async of(receipt: Receipt, take: (to: Presented, contacts: readonly Contact[]) => void): Promise<void> {
    this.receipts += 1;
    if (!receipt.input) {
      this.leftOut.tooLarge += 1;
      return;
    }
    if (!isSent(receipt.input.asked)) return;
    const book = await this.#options.bookOf(receipt.rulebook);
    if (!book) {
      this.leftOut.unknownBooks += 1;
      return;
    }
    const made = madeAgain(receipt, book, this.#options.sha256);
    if (!made) this.leftOut.otherwise += 1;
    else if (made.contacts.length > 0) take(made.to, made.contacts);
  }
}

/** Answers to requests stand in the log. */
function isSent(asked: Readonly<Record<string, unknown>>): boolean {
  return (asked.cause as DecideInput['cause']).kind === 'trigger';
}

function madeAgain(
  receipt: Receipt,
  book: Rulebook,
  sha256: (text: string) => string,
): { readonly to: Presented; readonly contacts: readonly Contact[] } | undefined {
  try {
    const made = reexecute(receipt, book, sha256);
    if (!made?.matches) return undefined;
    const { customer, presentedAs } = made.input;
    return { to: { key: customer, presentedAs }, contacts: made.result.contacts };
  } catch {
    // What nothing can be decided from is left out like whatever comes out otherwise.
    return undefined;
  }
}
