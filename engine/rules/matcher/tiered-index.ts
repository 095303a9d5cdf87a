import type { ConditionTree } from '../../model/condition.ts';
import type { FactValues } from '../../model/rulebook.ts';
import { ConditionIndex } from './condition-index.ts';
import { hasBit } from './lay-out.ts';

/**
 * Conditions in tiers, of which something has to pass one after the other. All tiers are one index, so that every fact is
 * looked up once. Each tier that has conditions begins at a word of its own: bit `tier * 32 * words + member`.
 */
export class TieredIndex {
  readonly bytes: number;
  /** 32-bit words of one tier. */
  readonly words: number;
  /** Numbers of the tiers that have conditions; everything passes the others. */
  readonly tiers: readonly number[];
  private readonly index: ConditionIndex;
  /** The candidates of a match, once for each tier. */
  private readonly asked: Int32Array;
  private answer: Int32Array;

  /** By tier, then by member; a missing tree always holds. */
  constructor(trees: readonly (readonly (ConditionTree | undefined)[])[]) {
    const size = trees.reduce((most, { length }) => Math.max(most, length), 0);
    this.words = Math.ceil(size / 32);
    this.tiers = [...trees.keys()].filter((tier) => trees[tier]?.some((tree) => tree !== undefined));
    const laidOut = this.tiers.flatMap((tier) =>
      Array.from({ length: this.words * 32 }, (_, member) => trees[tier]?.[member]),
    );
    this.index = new ConditionIndex(laidOut);
    this.bytes = this.index.bytes;
    this.asked = new Int32Array(this.words * this.tiers.length);
    this.answer = this.asked;
  }

  /** Judges the candidates, a bitset of members; what it finds stands until the next match. */
  match(facts: FactValues, candidates: Int32Array): void {
    for (let at = 0; at < this.tiers.length; at += 1) this.asked.set(candidates, at * this.words);
    this.answer = this.index.match(facts, this.asked);
  }

  /** The first tier that a candidate fails; -1 when it passes all. */
  failedTier(member: number): number {
    return firstFailed(this.answer, member, this);
  }

  /** What the last match found, to be asked when there was another since. */
  found(): (member: number) => number {
    const { tiers, words } = this;
    const answer = this.answer.slice();
    return (member) => firstFailed(answer, member, { tiers, words });
  }

  /** 32 members that pass all tiers, as the bits of one word. */
  passed(word: number): number {
    let bits = -1;
    for (let at = 0; at < this.tiers.length; at += 1) bits &= this.answer[at * this.words + word] as number;
    return bits;
  }
}

function firstFailed(
  answer: Int32Array,
  member: number,
  { tiers, words }: { readonly tiers: readonly number[]; readonly words: number },
): number {
  for (let at = 0; at < tiers.length; at += 1) {
    if (!hasBit(answer, at * words * 32 + member)) return tiers[at] as number;
  }
  return -1;
}
