import { propensity } from '../learning/propensity.ts';
import type { Placement, Treatment } from '../model/rulebook.ts';
import type { Contender } from './arbitrate.ts';
import { type CandidateColumns, columnsOf, noWeights, ratesBy } from './candidate-columns.ts';
import { consent } from './consent.ts';
import type { Frame } from './frame.ts';
import { quietChannel } from './quiet-hours.ts';
import { contextFactor, priorityAt } from './score.ts';

/** As many candidates as are looked at one by one. */
const worthColumns = 16;

/**
 * Of a thousand candidates a hundred may get as far as the ranking, and of most of those nothing is left to be asked but
 * what their priority is. They are told here from the columns. For a few the stages are asked in no time.
 *
 * CC1. A plain candidate that no stage can stop becomes the contender that the stages would have made of it. Whoever may
 *      be stopped goes through the stages.
 */
export class PlainCandidates {
  private readonly frame: Frame;
  private readonly placement: Placement;
  private readonly columns: CandidateColumns;
  /** Those of which a contact policy may forbid something. */
  private readonly suspects: ReadonlySet<number>;
  /** By purpose, once it was asked. */
  private readonly granted: (boolean | undefined)[] = [];
  private readonly rates: Float64Array;

  private constructor(frame: Frame, placement: Placement, names: ReadonlySet<string>) {
    this.frame = frame;
    this.placement = placement;
    this.columns = columnsOf(frame.input.rulebook, placement);
    this.suspects = placesOf(names, this.columns);
    this.rates = ratesBy(this.columns, frame.input.model.tallies);
  }

  /** undefined: all of them may be stopped, or there are only a few. */
  static in(frame: Frame, placement: Placement, count: number): PlainCandidates | undefined {
    if (count < worthColumns) return undefined;
    if (frame.placed.size > 0 && !placement.allowsDuplicates) return undefined;
    if (quietChannel(frame, placement.channel)) return undefined;
    const names = frame.ledger.suspectsIn(placement);
    return names && new PlainCandidates(frame, placement, names);
  }

  /** undefined: the stages have to be asked. */
  contender(position: number): Contender | undefined {
    const { isPlain, from, until, purposeOf } = this.columns;
    const { now } = this.frame.input;
    if (isPlain[position] === 0 || now < (from[position] as number) || now >= (until[position] as number))
      return undefined;
    if (this.suspects.has(position)) return undefined;
    const purpose = purposeOf[position] as number;
    if (purpose >= 0 && !this.isGranted(purpose)) return undefined;
    return this.scored(position);
  }

  private scored(position: number): Contender | undefined {
    const { frame, placement, columns } = this;
    const action = columns.actions[position] as Contender['action'];
    const treatment = columns.treatments[position] as Treatment;
    const estimate = placement.without.has('P') ? undefined : frame.models?.estimate(action, treatment);
    const P = estimate ? estimate.P : this.rate(position);
    const V = columns.V[position] as number;
    const L = columns.L[position] as number;
    const cost = columns.cost[position] as number;
    const weights = columns.weights[position] as typeof noWeights;
    const C = weights === noWeights ? 1 : contextFactor(frame, weights);
    const priority = priorityAt(frame, { placement, V, C, L, cost }, P);
    if (priority < 0) return undefined;
    const upper = estimate ? estimate.upper : P;
    return { action, options: [{ action, treatment, placement, P, V, C, L, cost, priority, upper }] };
  }

  private rate(position: number): number {
    const { placement, frame, columns, rates } = this;
    if (placement.without.has('P')) return 1;
    const known = rates[position] as number;
    // Who takes down which tallies are asked for is to be told every time.
    if (!Number.isNaN(known) && frame.input.model.asked === undefined) return known;
    const { actions, treatments } = columns;
    const P = propensity(
      frame.input.model,
      actions[position] as Contender['action'],
      treatments[position] as Treatment,
    );
    rates[position] = P;
    return P;
  }

  private isGranted(purpose: number): boolean {
    const { frame, placement, columns, granted } = this;
    const candidate = columns.purposes[purpose];
    granted[purpose] ??= candidate !== undefined && consent(frame, candidate, placement) === undefined;
    return granted[purpose] as boolean;
  }
}

function placesOf(names: ReadonlySet<string>, { places }: CandidateColumns): ReadonlySet<number> {
  const found = new Set<number>();
  for (const name of names) {
    const place = places.get(name);
    if (place !== undefined) found.add(place);
  }
  return found;
}
