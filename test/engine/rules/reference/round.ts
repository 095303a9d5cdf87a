import fc from 'fast-check';
import { condition, type Written } from './random-conditions.ts';
import { type Facts, facts } from './random-facts.ts';

/** Conditions and fact sets; every condition is asked about every fact set. */
export interface Round {
  readonly conditions: readonly Written[];
  /** Conditions that the others refer to. */
  readonly named: Readonly<Record<string, Written>>;
  readonly facts: readonly Facts[];
}

export interface RoundSize {
  readonly conditions: number;
  readonly facts: number;
}

const usualSize: RoundSize = { conditions: 50, facts: 20 };
export const pairsOfRound = usualSize.conditions * usualSize.facts;

function random(size: RoundSize): fc.Arbitrary<Round> {
  return fc.record({
    // Each may build on those before it.
    named: fc.record({
      first: condition([]),
      second: condition(['first']),
      third: condition(['first', 'second']),
    }),
    conditions: exactly(size.conditions, condition(['first', 'second', 'third'])),
    facts: exactly(size.facts, facts),
  });
}

function exactly<T>(length: number, entry: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(entry, { minLength: length, maxLength: length });
}

/** The same seed and number give the same round. */
export function randomRound(seed: number, number: number, size: RoundSize = usualSize): Round {
  const [round] = fc.sample(random(size), { seed: (seed + number * 7919) | 0, numRuns: 1 });
  if (!round) throw new Error('nothing was generated');
  return round;
}
