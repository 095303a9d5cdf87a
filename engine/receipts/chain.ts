import type { Partition } from '../model/ids.ts';
import type { ChainEntry, ReceiptMark } from '../model/receipt.ts';

/** Which chain an entry belongs to, and how it is hashed. */
export interface Chain {
  readonly partition: Partition;
  /** SHA-256 of the text in UTF-8, in lower-case hex. */
  readonly sha256: (text: string) => string;
}

/** Where a chain ends: the newest entry, or what is remembered of it. */
export interface ChainEnd {
  /** 0 before the first entry. */
  readonly number: number;
  readonly hash: string;
}

export const emptyChain: ChainEnd = { number: 0, hash: '' };

/** The entry that follows `end`. */
export function nextEntry(
  chain: Chain,
  end: ChainEnd,
  { kind, receipts }: Pick<ChainEntry, 'kind' | 'receipts'>,
): ChainEntry {
  const entry = { number: end.number + 1, previous: end.hash, kind, receipts };
  return { ...entry, hash: hashOfEntry(chain, entry) };
}

/** Every member stands on a line of its own, so no two entries are hashed over one text. */
export function hashOfEntry(
  { partition, sha256 }: Chain,
  { number, previous, kind, receipts }: Omit<ChainEntry, 'hash'>,
): string {
  const marks = receipts.map(({ at, digest }: ReceiptMark) => `${at} ${digest}`);
  return sha256([partition, number, previous, kind, ...marks].join('\n'));
}

/**
 * Where the chain goes on: behind the newest entry that the stream holds, or, if the stream lost its end, behind the one
 * that is remembered of it. What was lost so stays a gap that everybody sees.
 */
export function endToFollow(inStream: ChainEnd, remembered: ChainEnd): ChainEnd {
  return inStream.number > remembered.number ? inStream : remembered;
}

/** A chain's end as it is noted beside the stream. */
export interface NotedEnd extends ChainEnd {
  /** Epoch ms; when it was noted. */
  readonly at: number;
}

export function writeEnd({ number, hash, at }: NotedEnd): string {
  return `${number} ${hash} ${at}`;
}

export function readEnd(note: string | undefined): NotedEnd {
  const [number, hash = '', at] = (note ?? '').split(' ');
  return Number(number) > 0 ? { number: Number(number), hash, at: Number(at) } : { ...emptyChain, at: 0 };
}
