import type { Verdict } from '../../model/condition.ts';

/** What cannot be carried out cannot be turned round either. */
export function opposite(verdict: Verdict): Verdict {
  return verdict === undefined ? undefined : !verdict;
}
