import type { Readable } from 'node:stream';
import { httpLimits } from './http-limits.ts';

/** One line of a body, without its line feed; a fault in its place where it cannot be taken in. */
export interface BodyLine {
  /** Counts from 1. */
  readonly number: number;
  readonly bytes?: Buffer;
  readonly fault?: 'line' | 'body';
}

const lineFeed = 10;

/**
 * The lines of a body as they arrive, empty ones left out. A line that is too long is passed over; a body that is too long,
 * or has too many lines, ends with a fault.
 */
export async function* bodyLines(body: AsyncIterable<Buffer> | Readable): AsyncGenerator<BodyLine> {
  const cutter = new LineCutter();
  let taken = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    taken += chunk.length;
    for (const line of cutter.take(chunk)) {
      if (line.number > httpLimits.batchLinesMax) return yield { number: line.number, fault: 'body' };
      yield line;
    }
    if (taken > httpLimits.batchBytesMax) return yield { number: cutter.number, fault: 'body' };
  }
  const last = cutter.end();
  if (last) yield last.number > httpLimits.batchLinesMax ? { number: last.number, fault: 'body' } : last;
}

class LineCutter {
  /** Of the line that is being read. */
  number = 1;
  #parts: Buffer[] = [];
  #length = 0;

  *take(chunk: Buffer): Generator<BodyLine> {
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      this.#add(chunk.subarray(from, at));
      from = at + 1;
      const line = this.end();
      this.number += 1;
      if (line) yield line;
    }
    this.#add(chunk.subarray(from));
  }

  /** What was read of the line so far; undefined where it is empty. */
  end(): BodyLine | undefined {
    const { number } = this;
    const isTooLong = this.#length > httpLimits.batchLineBytesMax;
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    if (isTooLong) return { number, fault: 'line' };
    return bytes.every((byte) => byte <= 0x20) ? undefined : { number, bytes };
  }

  #add(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > httpLimits.batchLineBytesMax) this.#parts = [];
    else this.#parts.push(part);
  }
}
