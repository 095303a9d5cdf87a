import type { ExperimentFields } from './experiment-shape.ts';

/** Names of the arms of an experiment as it is written. */
export function armsOf({
  holdout,
  treatments,
  actions,
  challenger,
  modelControl,
}: ExperimentFields): readonly string[] {
  if (holdout) return ['holdout', 'treated'];
  if (modelControl) return ['control', 'treated'];
  if (challenger) return ['challenger', 'champion'];
  return Object.keys((treatments ?? actions)?.arms ?? {});
}
