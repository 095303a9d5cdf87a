import { compareText } from '../../compare-text.ts';
import type { Action, EngagementMatcher, FactValues, Placement, Tier } from '../../model/rulebook.ts';
import { setBit } from './lay-out.ts';
import { TieredIndex } from './tiered-index.ts';

const tiers: readonly Tier[] = ['eligibility', 'applicability', 'suitability'];

/** The candidates of one placement: as bits, and where the action of each bit stands among them. */
interface CandidateBits {
  readonly bits: Int32Array;
  readonly positions: Int32Array;
}

/**
 * The engagement policies of all actions of a book, indexed. Actions have their bits by name, as placements have their
 * candidates, so that those who pass are read off in the candidates' order.
 */
export class IndexedEngagement implements EngagementMatcher {
  private readonly index: TieredIndex;
  /** By the `index` of an action. */
  private readonly bitOf: readonly number[];
  private readonly candidatesOf: ReadonlyMap<Placement, CandidateBits>;
  private readonly asked: Int32Array;

  constructor(actions: readonly Action[], placements: Iterable<Placement>) {
    const ordered = [...actions].sort((one, other) => compareText(one.name, other.name));
    this.index = new TieredIndex(tiers.map((tier) => ordered.map((action) => action[tier]?.tree)));
    const bitOf: number[] = new Array<number>(ordered.length).fill(0);
    for (const [bit, action] of ordered.entries()) bitOf[action.index] = bit;
    this.bitOf = bitOf;
    const { words } = this.index;
    this.asked = new Int32Array(words);
    this.candidatesOf = new Map(
      [...placements].map((placement) => [placement, candidateBits(placement, bitOf, words)]),
    );
  }

  match(facts: FactValues, placements: readonly Placement[]): void {
    const { asked } = this;
    asked.fill(0);
    for (const placement of placements) {
      const candidates = this.candidatesOf.get(placement);
      if (candidates === undefined) continue;
      const { bits } = candidates;
      for (let word = 0; word < asked.length; word += 1) {
        asked[word] = (asked[word] as number) | (bits[word] as number);
      }
    }
    this.index.match(facts, asked);
  }

  failedTier({ index }: Action): Tier | undefined {
    return tiers[this.index.failedTier(this.bitOf[index] as number)];
  }

  passing(placement: Placement): readonly number[] {
    const candidates = this.candidatesOf.get(placement);
    const found: number[] = [];
    if (candidates === undefined) return found;
    const { bits, positions } = candidates;
    for (let word = 0; word < bits.length; word += 1) {
      let left = this.index.passed(word) & (bits[word] as number);
      while (left !== 0) {
        found.push(positions[(word << 5) + 31 - Math.clz32(left & -left)] as number);
        left &= left - 1;
      }
    }
    return found;
  }

  found(): (action: Action) => Tier | undefined {
    const { bitOf } = this;
    const kept = this.index.found();
    return ({ index }) => tiers[kept(bitOf[index] as number)];
  }
}

function candidateBits({ candidates }: Placement, bitOf: readonly number[], words: number): CandidateBits {
  const bits = new Int32Array(words);
  const positions = new Int32Array(words * 32);
  for (const [position, { action }] of candidates.entries()) {
    const bit = bitOf[action.index] as number;
    setBit(bits, bit);
    positions[bit] = position;
  }
  return { bits, positions };
}
