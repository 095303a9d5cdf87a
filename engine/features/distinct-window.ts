import type { FeatureState } from '../model/customer-state.ts';
import { highest, registersOf } from './distinct.ts';
import { estimateDistinct, rankOf, registerCount, registerOf } from './hyper-log-log.ts';
import type { WindowSpan } from './window-span.ts';

/**
 * How many different values there were in a window: every hash with the last time it was seen, exact while there are
 * at most `entriesMax`. Beyond, a HyperLogLog whose registers remember when: a rank is kept until the same
 * register sees one that is no smaller, so the highest rank after any moment is known (with times to 1/64 of the
 * window). Exact or not, the order of arrival does not matter; at which event the one turns to the other may.
 *
 * State: `[0, t1, hash1, t2, hash2, ...]` ascending; beyond the bound `[width, code, code, ...]` ascending, a code
 * being bucket, register and rank in one number.
 */

const rankSpan = 64;
const bucketSpan = registerCount * rankSpan;
/** Codes are safe integers with buckets of this length. */
const widthMsMin = 16;

export function addDistinctInWindow(
  state: FeatureState | undefined,
  { time, hash }: { readonly time: number; readonly hash: number },
  span: WindowSpan,
): FeatureState {
  const entries = (state ?? [0]) as readonly number[];
  if (entries[0] !== 0) return addCode(entries, codeOf(entries[0] as number, time, hash), span.keepMs);
  const more = addHash(entries, time, hash);
  if (more === entries) return entries;
  const kept = forgetHashes(more, span.keepMs);
  return (kept.length - 1) / 2 > span.entriesMax ? toCodes(kept, span) : kept;
}

export function countDistinctInWindow(states: readonly FeatureState[], horizon: number): number {
  if (states.every(([width]) => width === 0)) {
    const hashes = states.map((state) => hashesAfter(state, horizon));
    return hashes.length === 1 ? (hashes[0] as number[]).length : new Set(hashes.flat()).size;
  }
  return estimateDistinct(states.map((state) => registersAfter(state, horizon)).reduce(highest));
}

/** When each of the values was seen last, in no particular order: the middle of its bucket where times are buckets. */
export function bucketTimes(state: FeatureState): readonly number[] {
  const [width = 0, ...entries] = state as readonly number[];
  if (width === 0) return entries.filter((_, index) => index % 2 === 0);
  return entries.map((code) => (bucketIndexOf(code) + 0.5) * width);
}

function addHash(entries: readonly number[], time: number, hash: number): readonly number[] {
  const pairs: number[] = [0];
  let isPlaced = false;
  for (let index = 1; index < entries.length; index += 2) {
    const [at, known] = [entries[index] as number, entries[index + 1] as number];
    if (known === hash && at >= time) return entries;
    if (!isPlaced && (at > time || (at === time && known > hash))) {
      pairs.push(time, hash);
      isPlaced = true;
    }
    if (known !== hash) pairs.push(at, known);
  }
  if (!isPlaced) pairs.push(time, hash);
  return pairs;
}

function forgetHashes(entries: readonly number[], keepMs: number): readonly number[] {
  const horizon = (entries[entries.length - 2] as number) - keepMs;
  let stale = 1;
  while ((entries[stale] as number) <= horizon) stale += 2;
  return stale === 1 ? entries : [0, ...entries.slice(stale)];
}

function hashesAfter(state: FeatureState, horizon: number): number[] {
  const hashes: number[] = [];
  for (let index = state.length - 2; index > 0 && (state[index] as number) > horizon; index -= 2) {
    hashes.push(state[index + 1] as number);
  }
  return hashes;
}

function codeOf(width: number, time: number, hash: number): number {
  return Math.floor(time / width) * bucketSpan + registerOf(hash) * rankSpan + rankOf(hash);
}

function bucketIndexOf(code: number): number {
  return Math.floor(code / bucketSpan);
}

function registerOfCode(code: number): number {
  return Math.floor(code / rankSpan) % registerCount;
}

function toCodes(entries: readonly number[], { widthMs, keepMs }: WindowSpan): FeatureState {
  const width = Math.max(widthMs, widthMsMin);
  let codes: readonly number[] = [width];
  for (let index = 1; index < entries.length; index += 2) {
    codes = addCode(codes, codeOf(width, entries[index] as number, entries[index + 1] as number), keepMs);
  }
  return codes;
}

/** A rank of an earlier bucket, or of the same, that is no larger says nothing any more. */
function addCode(codes: readonly number[], code: number, keepMs: number): readonly number[] {
  const width = codes[0] as number;
  const [bucket, register, rank] = [bucketIndexOf(code), registerOfCode(code), code % rankSpan];
  const newest = Math.max(bucket, bucketIndexOf(codes[codes.length - 1] as number));
  const oldest = (newest - Math.ceil(keepMs / width) - 1) * bucketSpan;
  const kept = [width];
  let isPlaced = false;
  for (let index = 1; index < codes.length; index += 1) {
    const other = codes[index] as number;
    if (other < oldest) continue;
    if (registerOfCode(other) === register) {
      const otherBucket = bucketIndexOf(other);
      const otherRank = other % rankSpan;
      if (otherBucket >= bucket && otherRank >= rank) return codes;
      if (otherBucket <= bucket && otherRank <= rank) continue;
    }
    if (!isPlaced && other > code) {
      kept.push(code);
      isPlaced = true;
    }
    kept.push(other);
  }
  if (!isPlaced && code >= oldest) kept.push(code);
  return kept;
}

function registersAfter(state: FeatureState, horizon: number): number[] {
  const width = state[0] as number;
  if (width === 0) return registersOf(hashesAfter(state, horizon));
  const registers = new Array<number>(registerCount).fill(0);
  for (let index = 1; index < state.length; index += 1) {
    const code = state[index] as number;
    if ((bucketIndexOf(code) + 0.5) * width <= horizon) continue;
    const register = registerOfCode(code);
    registers[register] = Math.max(registers[register] as number, code % rankSpan);
  }
  return registers;
}
