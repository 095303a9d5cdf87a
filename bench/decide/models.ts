import { type ModelSnapshot, type Rulebook, snapshotOf, type Tallies } from '../../engine/index.ts';
import type { FeatureCode, ScoringRow } from '../../engine/model/propensity-model.ts';
import { Random } from '../measure/random.ts';
import { featureNames } from './large-book.ts';

/** Every treatment was tried a few hundred times. */
export function evidenceFor(rulebook: Rulebook): ModelSnapshot {
  const random = new Random(rulebook.actions.size);
  const tallies: Record<string, Tallies[string]> = {};
  for (const name of rulebook.actions.keys()) {
    const trials = random.between(50, 500);
    tallies[`${name}/card`] = [trials, random.between(0, Math.ceil(trials / 4))];
  }
  return snapshotOf(tallies);
}

const predictors = 32;
const edges = [1, 4, 20];
const idsEach = edges.length + 2;

/** The same evidence, and for every treatment a model of 32 predictors, 160 ids. */
export function modelsFor(rulebook: Rulebook, features: number): ModelSnapshot {
  const random = new Random(0x3ca1e);
  const rows = new Map<string, ScoringRow>();
  for (const name of rulebook.actions.keys()) rows.set(`${name}/card`, rowOf(random));
  return { ...evidenceFor(rulebook), scoring: { sets: [{ code: codeOf(features), rows }] } };
}

function codeOf(features: number): FeatureCode {
  const names = featureNames(features)
    .filter((_, index) => index % 10 < 3)
    .slice(0, predictors);
  return {
    number: 1,
    predictors: names.map((name, index) => ({ kind: 'number', name, first: 1 + index * idsEach, edges })),
    dimension: 1 + names.length * idsEach,
  };
}

function rowOf(random: Random): ScoringRow {
  const dimension = 1 + predictors * idsEach;
  const weights = Float32Array.from({ length: dimension }, () => (random.next() - 0.5) / 2);
  weights[0] = -2;
  return {
    weights,
    variances: Float32Array.from({ length: dimension }, () => random.next() / 100),
    calibration: Float32Array.from({ length: 40 }, (_, bin) => (bin + 1) / 50),
    link: 'logit',
    trials: 10_000,
    positives: 1_000,
  };
}
