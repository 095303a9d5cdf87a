import { noActionModel } from '../learning/uplift.ts';
import type { PlacementDecision } from '../model/decision.ts';
import type { Worth } from './book-worth.ts';
import { isHeldBack, type MovedMass } from './moved-mass.ts';
import type { PendingRow } from './pending-row.ts';
import { keyOf, reasonFor, type Slot, type SlotOption } from './slots.ts';

/** One rank of one placement under both books. */
export interface SlotPair {
  readonly cluster: string;
  /** Name of the placement, and the rank. */
  readonly place: string;
  readonly logged: Slot;
  readonly forecast: Slot;
  /** How the placement was decided in the log. */
  readonly placement: PlacementDecision | undefined;
  readonly worthOf: (key: string) => Worth;
  /** What the tallies say, where the placement is ranked without propensities. */
  readonly plainP?: ((key: string) => number) | undefined;
  readonly segments: readonly string[];
  /** Is told what every option was foreseen to earn there under the new book, less what it was under the logged one. */
  readonly credit: (key: string, amount: number) => void;
  /** Absent: what the log could not choose is not looked for at other moments. */
  readonly moved?: MovedMass<PendingRow> | undefined;
}

/** Most of other moments that one moment stands for, beside itself: a bound on the weight of a single row. */
const movedMax = 1;
const nothing: Worth = { value: 0, cost: 0 };

export function compareSlots(pair: SlotPair): PendingRow {
  const { cluster, logged, forecast, worthOf, segments } = pair;
  const shown = logged.chosen && keyOf(logged.chosen);
  const common = {
    cluster,
    ...(shown !== undefined && { shown }),
    worth: shown === undefined ? nothing : worthOf(shown),
    segments,
    converted: false,
  };
  if (forecast.options.length === 0 && !forecast.isPartial) {
    const isEmptied = shown !== undefined;
    const none = { propensity: 1, target: 1, predicted: 0, expected: 0, unsupported: 0, weightSquare: 1 };
    return { ...common, ...none, isEmptied };
  }
  const weighed = weigh(pair);
  const at = weighed.find(({ key }) => key === (shown ?? noActionModel));
  const row: PendingRow = {
    ...common,
    isEmptied: false,
    propensity: logged.chosen?.probability ?? at?.probability ?? 1,
    target: at?.target ?? 0,
    predicted: at ? guess(pair, at) : 0,
    expected: foreseen(pair, forecast.options, 1),
    ...(!logged.isPartial && { expectedBefore: foreseen(pair, weighed, -1) }),
    unsupported: 0,
    weightSquare: weighed.reduce((sum, { target, probability }) => sum + (target * target) / probability, 0),
  };
  row.unsupported = untried(pair, row);
  return row;
}

/** What the log could choose, with its logged probability and what the new book puts on it. */
function weigh({ logged, forecast, place, moved }: SlotPair): readonly (SlotOption & { target: number })[] {
  return logged.options.map(({ key, probability, P }) => {
    const same = forecast.options.find((option) => option.key === key);
    const here = forecast.isPartial ? 0 : (same?.probability ?? 0);
    const target = here + (moved?.take(`${place}/${key}`, movedMax) ?? 0);
    return { key, probability, P: same?.P ?? P, target };
  });
}

/** What chance was to earn there, credited to the options by a sign. */
function foreseen(pair: SlotPair, options: readonly SlotOption[], sign: 1 | -1): number {
  let sum = 0;
  for (const option of options) {
    if (option.key === noActionModel) continue;
    const amount = option.probability * guess(pair, option);
    pair.credit(option.key, sign * amount);
    sum += amount;
  }
  return sum;
}

function guess({ worthOf, plainP }: SlotPair, { key, P }: Pick<SlotOption, 'key' | 'P'>): number {
  if (key === noActionModel) return 0;
  const { value, cost } = worthOf(key);
  return (plainP?.(key) ?? P) * value - cost;
}

/** What the log never could have chosen with this customer; what it could at another moment is moved there. */
function untried({ logged, forecast, place, placement, moved }: SlotPair, row: PendingRow): number {
  if (forecast.isPartial) return 1;
  let mass = 0;
  for (const { key, probability } of forecast.options) {
    // What nothing is worth is known without trying it.
    if (key === noActionModel || logged.options.some((option) => option.key === key)) continue;
    // Of a rank of which not all is on record, what was outranked may have been an option as well: it is not moved.
    const isMoved = moved && !logged.isPartial && isHeldBack(reasonFor(placement, key)?.code);
    if (isMoved) moved.add(`${place}/${key}`, row, probability);
    else mass += probability;
  }
  return mass;
}
