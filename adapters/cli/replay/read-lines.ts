import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CodedError } from '../../../engine/index.ts';

/** A line beyond this is no line of a log; it bounds what is held in memory. */
export const lineLengthMax = 16 * 1024 * 1024;

/**
 * The lines of a text file, plain or gzip (told by its first bytes), in groups as they are read; without their line
 * feeds, with any carriage return. Only one piece of the file is in memory at a time.
 *
 * `onBytes` hears how many bytes of the file on disk were taken in so far. NB_INVALID_INPUT when the file cannot be
 * read, is cut short inside gzip, or has a line longer than `lineLengthMax`.
 */
export async function* readLines(
  file: string,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  try {
    for await (const chunk of await openFile(file, onBytes)) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > lineLengthMax) throw new Error(`a line is longer than ${lineLengthMax} characters`);
      yield lines;
    }
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('NB_INVALID_INPUT', `${file} cannot be read: ${reason}`, { cause });
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest];
}

async function openFile(file: string, onBytes: (bytes: number) => void): Promise<Readable> {
  const isGzip = await startsAsGzip(file);
  const source = createReadStream(file, { highWaterMark: 1 << 18 });
  let bytes = 0;
  source.on('data', (chunk) => {
    bytes += chunk.length;
    onBytes(bytes);
  });
  if (!isGzip) return source;
  // The error, if any, reaches the reader of the last stream, so the callback has nothing left to do.
  return pipeline(source, createGunzip({ chunkSize: 1 << 18 }), () => {});
}

async function startsAsGzip(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
