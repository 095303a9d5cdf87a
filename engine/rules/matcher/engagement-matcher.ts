import type { Action, EngagementMatcher, FactValues, Placement, Tier } from '../../model/rulebook.ts';
import { setBit } from './lay-out.ts';
import { TieredIndex } from './tiered-index.ts';

const tiers: readonly Tier[] = ['eligibility', 'applicability', 'suitability'];

/** The engagement policies of all actions of a book, indexed. */
export class IndexedEngagement implements EngagementMatcher {
  private readonly index: TieredIndex;
  private readonly candidatesOf: ReadonlyMap<Placement, Int32Array>;
  private readonly asked: Int32Array;

  /** The actions in the order of their `index`. */
  constructor(actions: readonly Action[], placements: Iterable<Placement>) {
    this.index = new TieredIndex(tiers.map((tier) => actions.map((action) => action[tier]?.tree)));
    const { words } = this.index;
    this.asked = new Int32Array(words);
    this.candidatesOf = new Map(
      [...placements].map((placement) => [placement, candidateBits(placement, words)]),
    );
  }

  match(facts: FactValues, placements: readonly Placement[]): void {
    const { asked } = this;
    asked.fill(0);
    for (const placement of placements) {
      const bits = this.candidatesOf.get(placement);
      if (bits === undefined) continue;
      for (let word = 0; word < asked.length; word += 1) {
        asked[word] = (asked[word] as number) | (bits[word] as number);
      }
    }
    this.index.match(facts, asked);
  }

  failedTier({ index }: Action): Tier | undefined {
    return tiers[this.index.failedTier(index)];
  }
}

function candidateBits({ candidates }: Placement, words: number): Int32Array {
  const bits = new Int32Array(words);
  for (const { action } of candidates) setBit(bits, action.index);
  return bits;
}
