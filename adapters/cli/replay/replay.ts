import { readFile } from 'node:fs/promises';
import { CodedError } from '../../../engine/index.ts';
import type { StateStore } from '../../../engine/ports.ts';
import type { ReplaySink } from './batch-sender.ts';
import { digestFile } from './file-digest.ts';
import { readMap } from './read-map.ts';
import { openRecords } from './read-records.ts';
import type { ReplayCounts } from './replay-position.ts';
import { noteName, readPosition } from './replay-position.ts';
import { ReplayRun } from './replay-run.ts';
import { compileMap } from './to-touchpoint.ts';

export interface ReplayOptions {
  readonly file: string;
  /** Path of the mapping file. */
  readonly map: string;
  readonly sink: ReplaySink;
  /** Where the position is kept between runs. */
  readonly notes: Pick<StateStore, 'readNote' | 'writeNote'>;
  /** Events per append, 500 when absent. */
  readonly batchSize?: number;
  /** Stops, resumably, after so many rows of the file. */
  readonly limit?: number;
  /** Stops, resumably, after the row in hand. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ReplayProgress) => void;
}

export interface ReplayProgress extends Readonly<ReplayCounts> {
  /** Of the file on disk, so that they also hold for compressed ones. */
  readonly bytesRead: number;
  readonly bytesTotal: number;
}

export interface ReplayReport extends Readonly<ReplayCounts> {
  readonly file: string;
  readonly map: string;
  /** SHA-256 of the file. */
  readonly fileDigest: string;
  /** False after a stop by limit or signal: the same call goes on from there. */
  readonly complete: boolean;
  /** True when an earlier run had finished and this one did nothing. */
  readonly alreadyComplete: boolean;
  /** The line after which this run began, 0 for a first run. */
  readonly resumedAfterLine: number;
  /** Events of this run alone. */
  readonly eventsSent: number;
  readonly elapsedMs: number;
}

/**
 * Reads a file into touchpoint events and hands them to the sink in the order of the file, a batch at a time. After
 * each durable batch the position goes into a note that is named after the content of file and map. A run that was
 * killed is resumed by the same call: it sends again at most what was in flight, which is dropped by message id.
 *
 * NB_CONFIG: the map is wrong. NB_INVALID_INPUT: the file cannot be read. Rows at fault are counted and stop nothing.
 */
export async function replayFile(options: ReplayOptions): Promise<ReplayReport> {
  const startedAt = performance.now();
  const mapText = await readMapText(options.map);
  const map = readMap(options.map, mapText);
  const { sha256, bytes } = await digestFile(options.file);
  const note = noteName(sha256, mapText);
  const position = readPosition(await options.notes.readNote(note));
  const before = { line: position.line, events: position.events, complete: position.complete };
  if (!position.complete) {
    let bytesRead = 0;
    const onBytes = (count: number) => {
      bytesRead = count;
    };
    const records = await openRecords({ file: options.file, map, after: position.line, onBytes });
    const toTouchpoint = compileMap(map, records.header, sha256.slice(0, 24));
    const run = new ReplayRun(options, note, position, toTouchpoint);
    await run.all(records, () => options.onProgress?.({ ...position, bytesRead, bytesTotal: bytes }));
  }
  const { version: _, line: __, ...counts } = position;
  return {
    ...counts,
    file: options.file,
    map: options.map,
    fileDigest: sha256,
    alreadyComplete: before.complete,
    resumedAfterLine: before.line,
    eventsSent: position.events - before.events,
    elapsedMs: performance.now() - startedAt,
  };
}

async function readMapText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('NB_CONFIG', `The mapping file ${file} cannot be read: ${reason}`, { cause });
  }
}
