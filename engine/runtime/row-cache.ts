import { assert } from '../assert.ts';
import type { ScoringRow } from '../model/propensity-model.ts';

/** A row as it is stored, and ready to score with. */
export interface KeptRow {
  /** Number of the change that brought it. */
  readonly version: number;
  readonly value: Uint8Array;
  readonly row: ScoringRow;
}

export interface RowName {
  readonly code: number;
  /** `action/treatment`. */
  readonly model: string;
  readonly version: number;
}

/**
 * The rows that this node scores with, each in memory once, however many partitions it came through. A row is known by
 * its name and taken for the same only if its bytes are.
 */
export class RowCache {
  readonly #rows = new Map<string, KeptRow>();

  /** `value` as it was stored or sent, of a code with so many ids. */
  keep({ code, model, version }: RowName, value: Uint8Array, dimension: number): KeptRow {
    const name = `${code}/${model}`;
    const known = this.#rows.get(name);
    if (known?.version === version && isSame(known.value, value)) return known;
    const row = decodeRow(value);
    assert(row.weights.length === dimension, `the row of ${model} is not of code ${code}`);
    const kept = { version, value, row };
    // Partitions are at most a change apart from each other for long, so the newest is the one that is shared.
    if (known === undefined || version >= known.version) this.#rows.set(name, kept);
    return kept;
  }

  /** Rows of other codes are not asked for any more. */
  forgetAllBut(codes: ReadonlySet<number>): void {
    for (const name of this.#rows.keys()) {
      if (!codes.has(Number(name.slice(0, name.indexOf('/'))))) this.#rows.delete(name);
    }
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

// ---------------------------------------------------------------------------------------------------- the stored form

/** The form, the link, the bins of the calibration, trials, positives, the number of ids; then the numbers, in four bytes each. */
const headBytes = 23;
const form = 1;

export function encodeRow(row: ScoringRow): Uint8Array {
  const { weights, variances, calibration, link, trials, positives } = row;
  const bins = calibration?.length ?? 0;
  const numbers = [weights, variances, ...(calibration ? [calibration] : [])];
  const value = new Uint8Array(headBytes + 4 * (2 * weights.length + bins));
  const view = new DataView(value.buffer);
  view.setUint8(0, form);
  view.setUint8(1, link === 'identity' ? 1 : 0);
  view.setUint8(2, bins);
  view.setFloat64(3, trials, true);
  view.setFloat64(11, positives, true);
  view.setUint32(19, weights.length, true);
  let at = headBytes;
  for (const list of numbers) {
    for (const number of list) {
      view.setFloat32(at, number, true);
      at += 4;
    }
  }
  return value;
}

export function decodeRow(value: Uint8Array): ScoringRow {
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  assert(value.length >= headBytes && view.getUint8(0) === form, 'a scoring row of an unknown form');
  const bins = view.getUint8(2);
  const dimension = view.getUint32(19, true);
  assert(value.length === headBytes + 4 * (2 * dimension + bins), 'a scoring row is cut off');
  const numbers = (from: number, count: number) =>
    Float32Array.from({ length: count }, (_, index) => view.getFloat32(from + 4 * index, true));
  return {
    weights: numbers(headBytes, dimension),
    variances: numbers(headBytes + 4 * dimension, dimension),
    ...(bins > 0 && { calibration: numbers(headBytes + 8 * dimension, bins) }),
    link: view.getUint8(1) === 1 ? 'identity' : 'logit',
    trials: view.getFloat64(3, true),
    positives: view.getFloat64(11, true),
  };
}
