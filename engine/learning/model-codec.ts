import { assert } from '../assert.ts';
import { type AdditiveSums, pairsOf } from './additive-sums.ts';
import type { LearningOptions } from './learning-options.ts';
import { ModelReader, ModelWriter } from './model-bytes.ts';
import type { Posterior } from './posterior.ts';
import { TreatmentModel } from './treatment-model.ts';

/**
 * A model as it is stored: all of it, so that one that was read again goes on as it would have. Equal models give equal
 * bytes. Sums are whole numbers, mostly none, and take a byte for every seven bits. A sum of all bytes stands behind them: a
 * model that was damaged would go on learning, and nobody would see it.
 */
const form = 2;

export function encodeModel({ sums, fast, mixture, slow, prior, pending }: TreatmentModel): Uint8Array {
  const writer = new ModelWriter(1_024 + 8 * sums.dimension * (fast.length + slow.length));
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
  return writer.summed();
}

/** The additive part alone: equal bytes for equal outcomes, in whatever order and by however many workers they were learned. */
export function encodeSums(sums: AdditiveSums): Uint8Array {
  const writer = new ModelWriter(1_024);
  writeSums(writer, sums);
  return writer.written();
}

function writeSums(writer: ModelWriter, sums: AdditiveSums): void {
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
  const reader = new ModelReader(value);
  reader.check();
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
  const solved = reader.whole();
  assert(solved === 0 || solved === options.precisions.length, 'a stored model has other experts');
  model.slow = Array.from({ length: solved }, (): Posterior => {
    const posterior = { weights: new Float32Array(dimension), variances: new Float32Array(dimension) };
    reader.singles(posterior.weights);
    reader.singles(posterior.variances);
    return posterior;
  });
  reader.end();
  return model;
}
