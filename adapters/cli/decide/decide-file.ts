import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { CodedError } from '../../../engine/index.ts';
import { systemTiming } from '../../system/timing.ts';
import { openOverlayFile } from '../overlay/overlay-file.ts';
import { untilAnswered } from '../replay/until-answered.ts';
import { exchangeLines } from '../support/ask-server.ts';
import { startProgress } from '../support/progress.ts';
import { grouped } from '../support/table.ts';
import { type AnswerLine, type DecideSummary, DecideTally } from './decide-summary.ts';
import { type RequestDefaults, type RequestRow, requestOf } from './request-rows.ts';

export interface DecideFileOptions {
  readonly file: string;
  readonly url: string;
  /** Where the answers go, a line each; absent: nowhere. */
  readonly out?: string;
  readonly defaults: RequestDefaults;
}

/** Rows of one call: their answers are held in memory until all of them are there. */
const rowsPerCall = 500;

/**
 * Asks for every row of a file, in its order. Answers come out in that order too, each with the place of its row. A call
 * that fails is made again, and so is a row that could not be answered at the moment: the same request id gets the same
 * answer, so nothing counts twice.
 */
export async function decideFile({ file, url, out, defaults }: DecideFileOptions): Promise<DecideSummary> {
  const progress = startProgress(process.stderr, 'decide');
  const tally = new DecideTally();
  const sink = out === undefined ? undefined : await openSink(out);
  const { groups } = await openOverlayFile(file);
  try {
    let rows: RequestRow[] = [];
    const answerThese = async () => {
      for (const line of await answersOf(url, rows)) {
        tally.add(line);
        if (sink) await write(sink, `${JSON.stringify(line)}\n`);
      }
      rows = [];
    };
    for await (const group of groups) {
      for (const row of group.rows) {
        rows.push(requestOf(row, defaults));
        if (rows.length >= rowsPerCall) await answerThese();
      }
      progress.update(group.fraction, `${grouped(tally.rows)} rows`);
    }
    await answerThese();
  } finally {
    if (sink) {
      sink.end();
      await finished(sink);
    }
  }
  progress.finish(`${grouped(tally.rows)} rows`);
  return tally.summary();
}

async function openSink(out: string): Promise<Writable> {
  try {
    return (await open(out, 'w')).createWriteStream();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('NB_CONFIG', `--out: ${out} cannot be written: ${reason}`, { cause });
  }
}

async function write(sink: Writable, text: string): Promise<void> {
  if (!sink.write(text)) await once(sink, 'drain');
}

/** In the order of the rows. */
async function answersOf(url: string, rows: readonly RequestRow[]): Promise<readonly AnswerLine[]> {
  const answers: (AnswerLine | undefined)[] = rows.map((row) =>
    'reason' in row ? { line: row.place, problem: noRow(row.reason) } : undefined,
  );
  await untilAnswered(systemTiming, async () => {
    const open = rows.flatMap((row, index) =>
      'body' in row && isOpen(answers[index]) ? [{ row, index }] : [],
    );
    if (open.length === 0) return;
    const replies = await call(
      url,
      open.map(({ row }) => row.body),
    );
    for (const [at, { row, index }] of open.entries()) {
      const reply = replies[at];
      if (reply) answers[index] = { ...reply, line: row.place };
    }
    const waiting = answers.find(isOpen);
    if (waiting?.problem?.status === 503)
      throw new CodedError('NB_STORE_UNAVAILABLE', waiting.problem.detail);
  });
  return answers.flatMap((answer) => answer ?? []);
}

/** Not answered yet, or told to come back. */
function isOpen(answer: AnswerLine | undefined): boolean {
  return answer === undefined || answer.problem?.status === 503;
}

function noRow(reason: string): NonNullable<AnswerLine['problem']> {
  return { code: 'NB_INVALID_INPUT', status: 400, detail: reason };
}

async function call(url: string, bodies: readonly object[]): Promise<readonly AnswerLine[]> {
  const lines = (await exchangeLines(url, '/v1/decide/batch', bodies)) as readonly AnswerLine[];
  const byLine = new Map(lines.map((line) => [line.line, line]));
  return bodies.map((_, index) => {
    const line = byLine.get(index + 1);
    // The stream of answers broke off: what is missing is asked for again.
    if (!line) throw new CodedError('NB_STORE_UNAVAILABLE', `${url} broke off in the middle of its answers`);
    return line;
  });
}
