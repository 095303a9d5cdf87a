/** What was counted about shown actions in one half of the run. */
export interface ActionCounts {
  impressions: number;
  clicks: number;
  conversions: number;
}

/** Expected value of what was shown, beside that of the best choice among what was permitted. */
export interface HalfCounts extends ActionCounts {
  decisions: number;
  shownValue: number;
  bestValue: number;
  /** First places of placements: how many, what stood there, and what each action would have been worth there. */
  places: number;
  firstValue: number;
  firstBest: number;
  readonly fixedValues: Map<string, number>;
}

/** A run is cut into this many slices at most, by doubling the visits of a slice when it is full. */
export const slicesMax = 512;

export function newCounts(): ActionCounts {
  return { impressions: 0, clicks: 0, conversions: 0 };
}

export function newHalf(): HalfCounts {
  const first = { places: 0, firstValue: 0, firstBest: 0, fixedValues: new Map<string, number>() };
  return { ...newCounts(), decisions: 0, shownValue: 0, bestValue: 0, ...first };
}

export function addHalf(total: HalfCounts, part: HalfCounts): void {
  total.impressions += part.impressions;
  total.clicks += part.clicks;
  total.conversions += part.conversions;
  total.decisions += part.decisions;
  total.shownValue += part.shownValue;
  total.bestValue += part.bestValue;
  total.places += part.places;
  total.firstValue += part.firstValue;
  total.firstBest += part.firstBest;
  for (const [action, value] of part.fixedValues) addFixed(total, action, value);
}

export function addFixed({ fixedValues }: HalfCounts, action: string, value: number): void {
  fixedValues.set(action, (fixedValues.get(action) ?? 0) + value);
}

/** Counts by visits in the order in which they ended; halves are read off when the run is over. */
export class RunTally {
  readonly byAction = new Map<string, ActionCounts>();
  #slices: HalfCounts[] = [newHalf()];
  #visitsPerSlice = 1;
  #visitsInLast = 0;

  add(visit: HalfCounts): void {
    if (this.#visitsInLast === this.#visitsPerSlice) this.#nextSlice();
    addHalf(this.#slices[this.#slices.length - 1] ?? newHalf(), visit);
    this.#visitsInLast += 1;
  }

  countsOf(action: string): ActionCounts {
    const counts = this.byAction.get(action) ?? newCounts();
    this.byAction.set(action, counts);
    return counts;
  }

  /** In the order in which the visits ended. */
  slices(): readonly Readonly<HalfCounts>[] {
    return this.#slices;
  }

  halves(): readonly [HalfCounts, HalfCounts] {
    const halves: [HalfCounts, HalfCounts] = [newHalf(), newHalf()];
    const middle = Math.ceil(this.#slices.length / 2);
    this.#slices.forEach((slice, index) => {
      addHalf(halves[index < middle ? 0 : 1], slice);
    });
    return halves;
  }

  #nextSlice(): void {
    if (this.#slices.length === slicesMax) {
      this.#slices = pairs(this.#slices);
      this.#visitsPerSlice *= 2;
    }
    this.#slices.push(newHalf());
    this.#visitsInLast = 0;
  }
}

function pairs(slices: readonly HalfCounts[]): HalfCounts[] {
  const merged: HalfCounts[] = [];
  slices.forEach((slice, index) => {
    if (index % 2 === 0) merged.push(newHalf());
    addHalf(merged[merged.length - 1] ?? newHalf(), slice);
  });
  return merged;
}
