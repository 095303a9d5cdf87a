import type { Reason } from '../model/decision.ts';
import type { Action, Diversity } from '../model/rulebook.ts';
import type { Contender } from './arbitrate.ts';

/**
 * The contenders of which the placement may take one more, now that `chosen` has a rank. Only where there is a rank left
 * to fill: what is kept out of no rank was outranked. What is mandatory is not kept out, and counts for the others.
 */
export function stillDiverse(
  { by, max }: Diversity,
  contenders: readonly Contender[],
  chosen: readonly Action[],
  reasons: Reason[],
): readonly Contender[] {
  const last = chosen[chosen.length - 1];
  if (!last) return contenders;
  const kind = last[by];
  if (chosen.filter((action) => action[by] === kind).length < max) return contenders;
  return contenders.filter(({ action }) => {
    if (action[by] !== kind || action.mandatory !== undefined) return true;
    reasons.push({ action: action.name, code: 'diversity', by: kind });
    return false;
  });
}
