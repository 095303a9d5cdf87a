import { assert } from '../../assert.ts';
import { isotonicMeans } from '../../statistics/isotonic.ts';

/**
 * From a score to a propensity: counts by fine bins of fixed width, put together to a few of like weight, and those pooled
 * until the rates ascend (Ayer et al. 1955, "pool adjacent violators"). A pool says `(0.5 + positives) / (1 + outcomes)`.
 */
export class ScoreTable {
  readonly positives = new Float64Array(fineBins);
  readonly negatives = new Float64Array(fineBins);
  /** By fine bin, under the counts of the last refresh. */
  private readonly propensities = new Float64Array(fineBins);
  private isStale = true;

  /** One more outcome at this score, or with `times: -1` one that is taken back. */
  add(score: number, isPositive: boolean, times: number): void {
    const bin = binOf(score);
    const counts = isPositive ? this.positives : this.negatives;
    counts[bin] = (counts[bin] as number) + times;
    this.isStale = true;
  }

  merge(other: ScoreTable): void {
    for (let bin = 0; bin < fineBins; bin += 1) {
      this.positives[bin] = (this.positives[bin] as number) + (other.positives[bin] as number);
      this.negatives[bin] = (this.negatives[bin] as number) + (other.negatives[bin] as number);
    }
    this.isStale = true;
  }

  /** Takes over the positives and then the negatives of all bins. */
  restore(counts: readonly number[]): void {
    assert(counts.length === 2 * fineBins, 'a score table of another size');
    this.positives.set(counts.slice(0, fineBins));
    this.negatives.set(counts.slice(fineBins));
    this.isStale = true;
  }

  propensityOf(score: number): number {
    if (this.isStale) this.refresh();
    return this.propensities[binOf(score)] as number;
  }

  private refresh(): void {
    const bins = this.coarseBins();
    const means = isotonicMeans(
      bins.map(({ positives, outcomes }) => ({ weight: outcomes, sum: positives })),
    );
    let start = 0;
    let pool: CoarseBin = { end: 0, positives: 0, outcomes: 0 };
    bins.forEach(({ end, positives, outcomes }, index) => {
      pool = { end, positives: pool.positives + positives, outcomes: pool.outcomes + outcomes };
      // Bins of one pool have one mean.
      if (means[index + 1] === means[index]) return;
      // Where the score of a contact moved before it converted, its bin may hold more conversions than contacts.
      const { positives: converted, outcomes: contacts } = pool;
      this.propensities.fill((0.5 + converted) / (1 + Math.max(contacts, converted)), start, end);
      start = end;
      pool = { end, positives: 0, outcomes: 0 };
    });
    this.isStale = false;
  }

  /** Neighbouring fine bins together until each has its share; what is left at the end goes to the last. */
  private coarseBins(): readonly CoarseBin[] {
    const share = this.outcomes() * leastShare;
    const bins: CoarseBin[] = [];
    let positives = 0;
    let outcomes = 0;
    for (let bin = 0; bin < fineBins; bin += 1) {
      positives += this.positives[bin] as number;
      outcomes += (this.positives[bin] as number) + (this.negatives[bin] as number);
      if (outcomes === 0 || outcomes < share) continue;
      bins.push({ end: bin + 1, positives, outcomes });
      positives = 0;
      outcomes = 0;
    }
    const last = bins.pop() ?? { positives: 0, outcomes: 0 };
    bins.push({
      end: fineBins,
      positives: last.positives + positives,
      outcomes: last.outcomes + outcomes,
    });
    return bins;
  }

  private outcomes(): number {
    let sum = 0;
    for (let bin = 0; bin < fineBins; bin += 1) {
      sum += (this.positives[bin] as number) + (this.negatives[bin] as number);
    }
    return sum;
  }
}

interface CoarseBin {
  /** The first fine bin behind it. */
  readonly end: number;
  readonly positives: number;
  readonly outcomes: number;
}

const width = 1 / 32;
const lowest = -8;
const fineBins = 512;
/** A bin of the table holds at least this share of all outcomes. */
const leastShare = 1 / 40;

function binOf(score: number): number {
  return Math.max(0, Math.min(fineBins - 1, Math.floor((score - lowest) / width)));
}
