import { hash32 } from '../chance/hash.ts';
import { limits } from '../limits.ts';

/** What is summed of the rows of one group. */
export const column = {
  count: 0,
  /** Weights, and weights times rewards. */
  weight: 1,
  weighted: 2,
  /** Rewards foreseen under the new rules, and weights times what the model was wrong by. */
  expected: 3,
  correction: 4,
  /** Value of the rules in force. */
  old: 5,
  /** Rewards foreseen under those. */
  oldExpected: 6,
} as const;

const width = Object.keys(column).length;

/**
 * Sums by group of dependent rows: the rows of one customer, or a row without one. Bounded: beyond the limit further ones
 * share groups, which never parts a customer, so the spread that is told from the groups stays right; there are only fewer.
 */
export class GroupSums {
  private readonly positions = new Map<string, number>();
  private readonly groupsMax: number;
  private sums = new Float64Array(64 * width);
  private groups = 0;
  private shared = 0;

  constructor(groupsMax: number = limits.offPolicyGroupsMax) {
    this.groupsMax = groupsMax;
  }

  get count(): number {
    return this.groups;
  }

  /** Where the sums of the row's group begin. */
  place(cluster: string | undefined): number {
    return this.groupOf(cluster) * width;
  }

  add(place: number, sum: number, amount: number): void {
    this.sums[place + sum] = (this.sums[place + sum] as number) + amount;
  }

  /** The sum of one column over one group. */
  read(group: number, sum: number): number {
    return this.sums[group * width + sum] as number;
  }

  total(sum: number): number {
    let total = 0;
    for (let group = 0; group < this.groups; group += 1) total += this.read(group, sum);
    return total;
  }

  private groupOf(cluster: string | undefined): number {
    if (cluster === undefined) return this.nextGroup() ?? this.sharedGroup();
    const known = this.positions.get(cluster);
    if (known !== undefined) return known;
    const group = this.nextGroup();
    if (group === undefined) return hash32(cluster, 0x0ff) % this.groupsMax;
    this.positions.set(cluster, group);
    return group;
  }

  private nextGroup(): number | undefined {
    if (this.groups === this.groupsMax) return undefined;
    if ((this.groups + 1) * width > this.sums.length) {
      const wider = new Float64Array(this.sums.length * 2);
      wider.set(this.sums);
      this.sums = wider;
    }
    this.groups += 1;
    return this.groups - 1;
  }

  /** Rows without a customer are dealt out in turn. */
  private sharedGroup(): number {
    this.shared += 1;
    return this.shared % this.groupsMax;
  }
}
