import type { Timed } from '../../measure/take-turns.ts';

/** A compiled workload. `run` evaluates the customers in turn. */
export interface Evaluator extends Timed {
  /** The actions that match a customer, in ascending order. */
  matched(customer: number): readonly number[] | Promise<readonly number[]>;
}

/** The numbers of the bits that are set. */
export function bitsOf(words: Int32Array): readonly number[] {
  const bits: number[] = [];
  for (const [index, word] of words.entries()) {
    for (let left = word; left !== 0; left &= left - 1) bits.push(index * 32 + 31 - Math.clz32(left & -left));
  }
  return bits;
}
