import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CodedError } from '../../../engine/index.ts';

/** A file's content by name: its SHA-256 in hexadecimal, and its size on disk. */
export interface FileDigest {
  readonly sha256: string;
  readonly bytes: number;
}

/** NB_INVALID_INPUT when the file cannot be read. */
export async function digestFile(file: string): Promise<FileDigest> {
  try {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
    return { sha256: hash.digest('hex'), bytes: (await stat(file)).size };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('NB_INVALID_INPUT', `${file} cannot be read: ${reason}`, { cause });
  }
}
