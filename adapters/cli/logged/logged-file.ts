import { readLines } from '../replay/read-lines.ts';
import { dsjsonReader } from './dsjson.ts';
import type { LoggedRecord, LogReader, ReaderOptions } from './logged-record.ts';
import { openBanditReader } from './open-bandit.ts';
import { vwTextReader } from './vw-text.ts';

export const logFormats = {
  vw: (_: ReaderOptions): LogReader => vwTextReader(),
  dsjson: dsjsonReader,
  obd: openBanditReader,
} as const;

export type LogFormat = keyof typeof logFormats;

/** The records of a log of decisions, in the order of the file, which may be gzip. */
export async function* loggedRecords(given: {
  readonly file: string;
  readonly format: LogFormat;
  readonly options: ReaderOptions;
}): AsyncGenerator<LoggedRecord> {
  const reader = logFormats[given.format](given.options);
  let line = 0;
  for await (const lines of readLines(given.file)) {
    for (const text of lines) {
      line += 1;
      const record = reader.take(text.endsWith('\r') ? text.slice(0, -1) : text, line);
      if (record) yield record;
    }
  }
  const last = reader.end();
  if (last) yield last;
}
