import { buildCode } from '../../../engine/learning/build-code.ts';
import { encode } from '../../../engine/learning/feature-code.ts';
import type { LearningOptions } from '../../../engine/learning/learning-options.ts';
import type { FeatureCode } from '../../../engine/model/propensity-model.ts';
import type { Arff } from '../data/read-arff.ts';

/** Contexts of which the code is made, from the beginning, without their classes. */
const samples = 200;

/** A classification set in the order in which it is played. */
export interface LabelledSet {
  readonly code: FeatureCode;
  readonly rows: readonly { readonly ids: Uint16Array; readonly label: number }[];
  /** How many classes there are, each of which is an action. */
  readonly actions: number;
}

/** The last column is the class, all others are predictors. */
export function labelledSet({ attributes }: Arff, rows: Arff['rows'], options: LearningOptions): LabelledSet {
  const last = attributes.length - 1;
  const names = attributes.slice(0, last).map(({ name }) => name);
  const code = buildCode(
    { names, rows: rows.slice(0, samples).map((row) => row.slice(0, last)) },
    1,
    options,
  );
  const places = code.predictors.map(({ name }) => names.indexOf(name));
  const classes = [...new Set(rows.map((row) => String(row[last])))].sort();
  const coded = rows.map((row) => {
    const ids = new Uint16Array(places.length);
    encode(
      code,
      places.map((place) => row[place]),
      ids,
    );
    return { ids, label: classes.indexOf(String(row[last])) };
  });
  return { code, rows: coded, actions: classes.length };
}
