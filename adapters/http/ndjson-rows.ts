import type { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { isJsonObject } from '../../engine/index.ts';
import { httpLimits } from './http-limits.ts';
import { inputError } from './problem.ts';

export type WireRow = Readonly<Record<string, unknown>>;

/**
 * The rows of a body of newline-delimited JSON, in groups as they arrive. A body that breaks off, is too long, or has a
 * line that is no row rejects: then nothing of a table is taken in.
 */
export async function* readRows(body: Readable): AsyncGenerator<readonly WireRow[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let bytes = 0;
  let line = 0;
  const take = (lines: readonly string[]): readonly WireRow[] =>
    lines.flatMap((text) => {
      line += 1;
      return text.trim() === '' ? [] : [readRow(text, line)];
    });
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > httpLimits.overlayBytesMax) throw tooLarge();
    const lines = (rest + decode(decoder, chunk, line + 1)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > httpLimits.overlayLineLengthMax) throw longLine(line + 1);
    yield take(lines);
  }
  rest += decode(decoder, undefined, line + 1);
  if (rest !== '') yield take([rest]);
}

function decode(decoder: TextDecoder, chunk: Buffer | undefined, line: number): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    // The decoder says no more than that it failed.
    throw inputError([
      { pointer: '', detail: `expected UTF-8, found bytes that are no UTF-8 near line ${line}` },
    ]);
  }
}

function readRow(text: string, line: number): WireRow {
  if (text.length > httpLimits.overlayLineLengthMax) throw longLine(line);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const found = error instanceof SyntaxError ? error.message : String(error);
    throw inputError([
      { pointer: '', detail: `line ${line}: expected JSON, found text that is not: ${found}` },
    ]);
  }
  if (isJsonObject(value)) return value;
  throw inputError([{ pointer: '', detail: `line ${line}: expected a JSON object` }]);
}

function longLine(line: number): Error {
  const max = httpLimits.overlayLineLengthMax;
  return inputError([{ pointer: '', detail: `line ${line}: expected at most ${max} characters` }]);
}

function tooLarge(): Error {
  return Object.assign(new Error('the body is too large'), { statusCode: 413 });
}
