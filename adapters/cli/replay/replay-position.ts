import { createHash } from 'node:crypto';
import { isJsonObject } from '../../../engine/index.ts';

/** Rejected rows beyond these are counted, but not told one by one. */
export const rejectionsToldMax = 20;

export interface RejectedRow {
  readonly line: number;
  /** Place in the array of `each`, from 0. */
  readonly element?: number;
  readonly reason: string;
}

/** What became of the rows of a file so far, over all runs. */
export interface ReplayCounts {
  /** Records read; blank lines and the header are none. */
  rows: number;
  events: number;
  /** Rows, or elements of a row, that the map passes over. */
  skipped: number;
  rejected: number;
  /** The first of them. */
  rejections: readonly RejectedRow[];
}

/** How far a file is in the log for good. */
export interface ReplayPosition extends ReplayCounts {
  readonly version: 1;
  /** The last line that was dealt with. */
  line: number;
  complete: boolean;
}

export function startPosition(): ReplayPosition {
  return {
    version: 1,
    line: 0,
    complete: false,
    rows: 0,
    events: 0,
    skipped: 0,
    rejected: 0,
    rejections: [],
  };
}

/** The note's name: another file or another map is another replay. */
export function noteName(fileSha256: string, mapText: string): string {
  const digest = createHash('sha256').update(`${fileSha256}\n${mapText}`).digest('hex');
  return `replay-${digest.slice(0, 32)}`;
}

export function writePosition(position: ReplayPosition): string {
  return JSON.stringify(position);
}

/** The start where there is no note, or one of another version: doing a file again is safe, skipping some is not. */
export function readPosition(note: string | undefined): ReplayPosition {
  const value: unknown = note === undefined ? undefined : JSON.parse(note);
  const isKnown = isJsonObject(value) && value.version === 1;
  return isKnown ? { ...startPosition(), ...(value as unknown as ReplayPosition) } : startPosition();
}

export function countRejection(counts: ReplayCounts, row: RejectedRow): void {
  counts.rejected += 1;
  if (counts.rejections.length < rejectionsToldMax) counts.rejections = [...counts.rejections, row];
}
