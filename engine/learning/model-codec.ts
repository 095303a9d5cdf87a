import { assert } from '../assert.ts';
import { type AdditiveSums, pairsOf } from './additive-sums.ts';
import type { LearningOptions } from './learning-options.ts';
import type { Posterior } from './posterior.ts';
import { TreatmentModel } from './treatment-model.ts';

/**
 * A model as it is stored: all of it, so that one that was read again goes on as it would have. Equal models give equal
 * bytes. Sums are whole numbers, mostly none, and take a byte for every seven bits.
 */
const form = 1;

export function encodeModel({ sums, fast, mixture, slow, prior, pending }: TreatmentModel): Uint8Array {
  const writer = new Writer(1_024 + 8 * sums.dimension * (fast.length + slow.length));
  writer.whole(form);
  writeSums(writer, sums);
  for (const { gradients, squares } of fast) {
    writer.singles(gradients);
    writer.singles(squares);
  }
  writer.whole(mixture.shares.length);
  for (const share of mixture.shares) writer.double(share);
  writer.double(prior);
  writer.whole(pending);
  writer.whole(slow.length);
  for (const { weights, variances } of slow) {
    writer.singles(weights);
    writer.singles(variances);
  }
  return writer.written();
}

/** The additive part alone: equal bytes for equal outcomes, in whatever order and by however many workers they were learned. */
export function encodeSums(sums: AdditiveSums): Uint8Array {
  const writer = new Writer(1_024);
  writeSums(writer, sums);
  return writer.written();
}

function writeSums(writer: Writer, sums: AdditiveSums): void {
  writer.whole(sums.dimension);
  for (const sum of [sums.trials, sums.positives, sums.weight, sums.pull]) writer.whole(sum);
  for (const list of [sums.pulls, sums.trialsByBin, sums.positivesByBin]) writer.wholes(list);
  // What was taken back to nothing is as if it had never been.
  const pairs = sums.trials > 0 ? sums.pairs : undefined;
  writer.whole(pairs ? 1 : 0);
  if (pairs) writer.wholes(pairs);
}

/** The model of a code with so many ids. Damage is an assertion. */
export function decodeModel(value: Uint8Array, dimension: number, options: LearningOptions): TreatmentModel {
  const reader = new Reader(value);
  const model = new TreatmentModel(dimension, options);
  const { sums, fast, mixture } = model;
  assert(
    reader.whole() === form && reader.whole() === dimension,
    'a stored model is of another form or code',
  );
  sums.trials = reader.whole();
  sums.positives = reader.whole();
  sums.weight = reader.whole();
  sums.pull = reader.whole();
  for (const list of [sums.pulls, sums.trialsByBin, sums.positivesByBin]) reader.wholes(list);
  if (reader.whole() === 1) {
    sums.pairs = new Float64Array(pairsOf(dimension));
    reader.wholes(sums.pairs);
  }
  for (const { gradients, squares } of fast) {
    reader.singles(gradients);
    reader.singles(squares);
  }
  assert(reader.whole() === mixture.shares.length, 'a stored model has other experts');
  for (let expert = 0; expert < mixture.shares.length; expert += 1) mixture.shares[expert] = reader.double();
  model.prior = reader.double();
  model.pending = reader.whole();
  model.slow = Array.from({ length: reader.whole() }, (): Posterior => {
    const posterior = { weights: new Float32Array(dimension), variances: new Float32Array(dimension) };
    reader.singles(posterior.weights);
    reader.singles(posterior.variances);
    return posterior;
  });
  reader.end();
  return model;
}

class Writer {
  #view: DataView;
  #at = 0;

  constructor(room: number) {
    this.#view = new DataView(new ArrayBuffer(room));
  }

  /** A whole number of either sign: the sign in the lowest bit, seven bits a byte. */
  whole(value: number): void {
    this.#room(8);
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    while (rest >= 128) {
      this.#view.setUint8(this.#at, 128 + (rest % 128));
      rest = Math.floor(rest / 128);
      this.#at += 1;
    }
    this.#view.setUint8(this.#at, rest);
    this.#at += 1;
  }

  /** Behind a zero stands how many more of them follow: most pairs of ids never occur together. */
  wholes(values: Float64Array): void {
    for (let at = 0; at < values.length; at += 1) {
      const value = values[at] as number;
      this.whole(value);
      if (value !== 0) continue;
      const from = at;
      while (values[at + 1] === 0) at += 1;
      this.whole(at - from);
    }
  }

  singles(values: Float32Array): void {
    this.#room(4 * values.length);
    for (const value of values) {
      this.#view.setFloat32(this.#at, value, true);
      this.#at += 4;
    }
  }

  double(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  written(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, this.#at);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#view.byteLength) return;
    const grown = new Uint8Array(2 * this.#view.byteLength + bytes);
    grown.set(new Uint8Array(this.#view.buffer));
    this.#view = new DataView(grown.buffer);
  }
}

class Reader {
  readonly #view: DataView;
  #at = 0;

  constructor(value: Uint8Array) {
    this.#view = new DataView(value.buffer, value.byteOffset, value.length);
  }

  whole(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      this.#fits(1);
      const byte = this.#view.getUint8(this.#at);
      this.#at += 1;
      value += (byte % 128) * factor;
      if (byte < 128) break;
      factor *= 128;
    }
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  wholes(into: Float64Array): void {
    for (let at = 0; at < into.length; at += 1) {
      const value = this.whole();
      into[at] = value;
      if (value === 0) at += this.whole();
    }
  }

  singles(into: Float32Array): void {
    this.#fits(4 * into.length);
    for (let index = 0; index < into.length; index += 1) {
      into[index] = this.#view.getFloat32(this.#at, true);
      this.#at += 4;
    }
  }

  double(): number {
    this.#fits(8);
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  end(): void {
    assert(this.#at === this.#view.byteLength, 'a stored model goes on');
  }

  #fits(bytes: number): void {
    assert(this.#at + bytes <= this.#view.byteLength, 'a stored model ends too early');
  }
}
