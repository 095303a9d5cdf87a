import { sequenceFactor } from '../../../engine/index.ts';
import type { HalfCounts } from './tally.ts';

/** What stood first in placements, beside the single action that would have done best there, by tastes. */
export interface AgainstFixed {
  /** Absent while nothing could be chosen. */
  readonly action?: string;
  /** Value of a first place, in the order of time. */
  readonly parts: readonly FixedPart[];
  /** Chosen less fixed, in the second half; the interval holds however often one looks. */
  readonly difference?: { readonly value: number; readonly low: number; readonly high: number };
}

export interface FixedPart {
  readonly places: number;
  readonly chosen: number;
  /** Always that action, where it is permitted; nothing elsewhere. */
  readonly fixed: number;
  readonly best: number;
}

const partsMax = 8;
const sequence = { alpha: 0.05, narrowestAt: 5_000 };

type Slices = readonly Readonly<HalfCounts>[];

export function againstBestFixed(slices: Slices): AgainstFixed {
  const action = bestFixed(slices);
  if (action === undefined) return { parts: [] };
  const count = Math.min(partsMax, slices.length);
  const parts = Array.from({ length: count }, (_, part) => {
    const [from, until] = [part, part + 1].map((edge) => Math.floor((edge * slices.length) / count));
    return partOf(slices.slice(from, until), action);
  });
  const difference = differenceIn(slices.slice(Math.ceil(slices.length / 2)), action);
  return { action, parts, ...(difference && { difference }) };
}

function bestFixed(slices: Slices): string | undefined {
  const totals = new Map<string, number>();
  for (const { fixedValues } of slices) {
    for (const [action, value] of fixedValues) totals.set(action, (totals.get(action) ?? 0) + value);
  }
  const [best] = [...totals].sort(([name, one], [other, two]) => two - one || (name < other ? -1 : 1));
  return best?.[0];
}

function partOf(slices: Slices, action: string): FixedPart {
  const sum = (of: (slice: Readonly<HalfCounts>) => number) =>
    slices.reduce((total, slice) => total + of(slice), 0);
  const places = sum((slice) => slice.places);
  const each = (total: number) => (places === 0 ? 0 : total / places);
  return {
    places,
    chosen: each(sum(({ firstValue }) => firstValue)),
    fixed: each(sum(({ fixedValues }) => fixedValues.get(action) ?? 0)),
    best: each(sum(({ firstBest }) => firstBest)),
  };
}

/** The spread is told from the slices, each of which holds as many visits as the others. */
function differenceIn(slices: Slices, action: string): AgainstFixed['difference'] {
  const { places, chosen, fixed } = partOf(slices, action);
  if (places === 0 || slices.length < 2) return undefined;
  const value = chosen - fixed;
  const squares = slices.reduce((sum, slice) => {
    const own = slice.firstValue - (slice.fixedValues.get(action) ?? 0);
    return sum + (own - value * slice.places) ** 2;
  }, 0);
  const reach = (Math.sqrt(squares) / places) * sequenceFactor(places, sequence);
  return { value, low: value - reach, high: value + reach };
}
