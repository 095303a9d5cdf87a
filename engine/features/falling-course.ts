import type { FeatureState } from '../model/customer-state.ts';
import type { Feature } from '../model/feature.ts';
import type { FactCourse } from './feature-course.ts';
import { millionths } from './totals.ts';

/**
 * A count in a rolling window, or a sum of which no part has another sign than the rest, only falls (or only rises) until
 * something happens. Undefined for a sum of mixed parts.
 */
export function fallingCourse(
  { kind, windowMs = 0 }: Pick<Feature, 'kind' | 'windowMs'>,
  states: readonly FeatureState[],
  at: number,
): FactCourse | undefined {
  const entries = entriesLeft(states, windowMs, at);
  if (entries.length === 0) return { kind: 'steady' };
  if (entries.some(({ amount }) => amount > 0) && entries.some(({ amount }) => amount < 0)) return undefined;
  const unit = kind === 'sum' ? millionths : 1;
  const total = entries.reduce((sum, { amount }) => sum + amount, 0);
  return {
    kind: 'moves',
    passes: (value) => {
      const before = Math.sign(total / unit - value);
      let left = total;
      for (const [index, { leaves, amount }] of entries.entries()) {
        left -= amount;
        // Those that leave together are taken together: in between there is no moment.
        if (entries[index + 1]?.leaves !== leaves && Math.sign(left / unit - value) !== before) return leaves;
      }
      return undefined;
    },
  };
}

interface Entry {
  readonly leaves: number;
  readonly amount: number;
}

/** What still counts, in the order in which it leaves the window. */
function entriesLeft(states: readonly FeatureState[], windowMs: number, at: number): readonly Entry[] {
  const entries: Entry[] = [];
  for (const state of states as readonly (readonly number[])[]) {
    const reach = windowMs + (state[0] as number) / 2;
    for (let index = 1; index < state.length; index += 2) {
      const leaves = Math.ceil((state[index] as number) + reach);
      if (leaves > at) entries.push({ leaves, amount: state[index + 1] as number });
    }
  }
  return states.length > 1 ? entries.sort((one, other) => one.leaves - other.leaves) : entries;
}
