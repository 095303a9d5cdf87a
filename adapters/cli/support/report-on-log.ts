import { CodedError, parseDuration } from '../../../engine/index.ts';
import { type Config, readConfig } from '../../system/config.ts';
import { openStorage, type Storage } from '../../wiring/open-storage.ts';
import { startProgress } from './progress.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** The period that a report is about, and what it is read from. Times in epoch ms. */
export interface LogPeriod {
  readonly storage: Storage;
  readonly config: Config;
  readonly receipts: NonNullable<Storage['receipts']>;
  readonly since: number;
  readonly until: number;
  readonly signal: AbortSignal;
  /** How far the reading has come, by the time of what was read. */
  readonly onProgress: (at: number, detail: string) => void;
  /** Ends the progress line. */
  readonly finish: (detail: string) => void;
}

export interface LogReport<Found, Document> {
  /** As the progress line calls it. */
  readonly name: string;
  readonly sinceMs: number;
  /** The error of a storage without receipts; what it says is continued by what the report needs them for. */
  readonly noReceipts: (why: string) => CodedError;
  readonly read: (period: LogPeriod) => Promise<Found>;
  readonly tell: (found: Found, period: LogPeriod) => Document;
}

/**
 * A report over the log of the deployment, from `sinceMs` ago to now: opens the storage, shows how far it is, ends when it is
 * told to, and closes everything again. What was interrupted is not told.
 */
export async function reportOnLog<Found, Document>(report: LogReport<Found, Document>): Promise<Document> {
  const config = readConfig(process.env);
  const storage = await openStorage(config, (note) => process.stderr.write(`${note}\n`));
  const stopping = stopOnSignal();
  try {
    const period = periodOf({ storage, config, signal: stopping.signal }, report);
    const found = await report.read(period);
    if (stopping.signal.aborted)
      throw new CodedError('NB_STORE_UNAVAILABLE', `the ${report.name} was interrupted`);
    return report.tell(found, period);
  } finally {
    stopping.forget();
    await storage.close();
  }
}

function periodOf(
  { storage, config, signal }: Pick<LogPeriod, 'storage' | 'config' | 'signal'>,
  { name, sinceMs, noReceipts }: Pick<LogReport<unknown, unknown>, 'name' | 'sinceMs' | 'noReceipts'>,
): LogPeriod {
  const { receipts } = storage;
  if (!receipts) throw noReceipts(`${storage.name} keeps no receipts`);
  const until = storage.clock.now();
  const since = until - sinceMs;
  const progress = startProgress(process.stderr, name);
  return {
    ...{ storage, config, receipts, since, until, signal },
    onProgress: (at, detail) => progress.update(Math.max(0, (at - since) / (until - since)), detail),
    finish: (detail) => progress.finish(detail),
  };
}

/** A duration as `--since` has it; `example` is what would have been right. */
export function sinceOf(text: string, example: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new CodedError('NB_CONFIG', `--since: expected a duration such as ${example}, found "${text}"`);
}
