import type { Tallies } from '../model/model-snapshot.ts';
import type { Action, Candidate, ContextWeight, Placement, Rulebook, Treatment } from '../model/rulebook.ts';

/**
 * The candidates of a placement side by side in columns, by their position, as far as they are the same for every customer.
 * To read a column is much cheaper than to follow a candidate to all that belongs to it.
 */
export interface CandidateColumns {
  /** 1: the action has one treatment here, and nothing but what is in these columns has a say in it. */
  readonly isPlain: Uint8Array;
  readonly actions: readonly Action[];
  /** The first one, where there are several; of plain candidates the only one. */
  readonly treatments: readonly (Treatment | undefined)[];
  readonly from: Float64Array;
  readonly until: Float64Array;
  /** Which of the purposes an action has; -1: none. */
  readonly purposeOf: Int32Array;
  /** Of each purpose a candidate that has it. */
  readonly purposes: readonly Candidate[];
  /** Factors of plain candidates, as the placement counts them. */
  readonly V: Float64Array;
  readonly L: Float64Array;
  readonly cost: Float64Array;
  readonly weights: readonly (readonly ContextWeight[])[];
  /** Positions by the name of the action, and by `action/treatment`. */
  readonly places: ReadonlyMap<string, number>;
  /** Propensities by some tallies; NaN: not asked for yet. */
  rates: { readonly tallies: Tallies; readonly P: Float64Array } | undefined;
}

/** Made once for a placement of a book. */
const known = new WeakMap<Rulebook, Map<Placement, CandidateColumns>>();

export function columnsOf(rulebook: Rulebook, placement: Placement): CandidateColumns {
  const columns = known.get(rulebook)?.get(placement);
  if (columns) return columns;
  const made = layOut(rulebook, placement);
  known.set(rulebook, new Map([...(known.get(rulebook) ?? []), [placement, made]]));
  return made;
}

/** The column of propensities that goes with these tallies. */
export function ratesBy(columns: CandidateColumns, tallies: Tallies): Float64Array {
  if (columns.rates?.tallies !== tallies) {
    columns.rates = { tallies, P: new Float64Array(columns.actions.length).fill(Number.NaN) };
  }
  return columns.rates.P;
}

/** What most treatments have, so that it is told from others without a look at them. */
export const noWeights: readonly ContextWeight[] = [];

function layOut(rulebook: Rulebook, placement: Placement): CandidateColumns {
  const { candidates, without } = placement;
  const actions = candidates.map(({ action }) => action);
  const treatments = candidates.map((candidate) => candidate.treatments[0]);
  const factor = (of: 'value' | 'leverFactor' | 'cost', leftOut: number | undefined) =>
    Float64Array.from(treatments, (treatment) => leftOut ?? Number(treatment?.[of]));
  return {
    isPlain: Uint8Array.from(candidates, (one) => Number(isPlain(rulebook, placement, one))),
    actions,
    treatments,
    from: Float64Array.from(actions, ({ valid }) => valid.from),
    until: Float64Array.from(actions, ({ valid }) => valid.until),
    ...purposesOf(candidates),
    V: factor('value', without.has('V') ? 1 : undefined),
    L: factor('leverFactor', without.has('L') ? 1 : undefined),
    cost: factor('cost', without.has('cost') ? 0 : undefined),
    weights: treatments.map((treatment) => weightsOf(placement, treatment)),
    places: placesOf(candidates),
    rates: undefined,
  };
}

function isPlain(
  { charges }: Rulebook,
  { formula, ranksByUplift }: Placement,
  { action, treatments }: Candidate,
): boolean {
  const [treatment, ...others] = treatments;
  if (!treatment || others.length > 0 || formula || ranksByUplift || action.mandatory) return false;
  const { policy, value, cost } = treatment;
  const isCharged = (charges[treatment.index]?.length ?? 0) > 0;
  return policy === undefined && typeof value === 'number' && typeof cost === 'number' && !isCharged;
}

function purposesOf(candidates: readonly Candidate[]): Pick<CandidateColumns, 'purposeOf' | 'purposes'> {
  const numbers = new Map<string, number>();
  const purposes: Candidate[] = [];
  const purposeOf = Int32Array.from(candidates, (candidate) => {
    const { purpose } = candidate.action;
    if (purpose === undefined) return -1;
    const number = numbers.get(purpose) ?? purposes.push(candidate) - 1;
    numbers.set(purpose, number);
    return number;
  });
  return { purposeOf, purposes };
}

function weightsOf({ without }: Placement, treatment: Treatment | undefined): readonly ContextWeight[] {
  const isWeighed = treatment && treatment.weights.length > 0 && !without.has('C');
  return isWeighed ? treatment.weights : noWeights;
}

function placesOf(candidates: readonly Candidate[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [position, { action, treatments }] of candidates.entries()) {
    places.set(action.name, position);
    for (const { key } of treatments) places.set(key, position);
  }
  return places;
}
