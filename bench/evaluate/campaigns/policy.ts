/** Who chooses actions and learns of what became of the chosen ones. */
export interface Policy {
  /** Place of the action for somebody with these feature ids. */
  choose(ids: Uint16Array): number;
  /** Outcome of the action that it chose last, for the same ids. */
  learn(ids: Uint16Array, action: number, isPositive: boolean): void;
}
