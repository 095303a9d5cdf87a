import type { CoolDown } from '../../model/contact-policy.ts';
import type { Contact } from '../../model/customer-state.ts';
import { countedAt, countsUntil } from './counted-at.ts';
import type { PolicyBench, PolicyJudge } from './policy-judge.ts';
import { concerns, scopeKey } from './policy-scope.ts';

/** None of a scope for a while after one that counted. */
export function judgeCoolDown(policy: CoolDown, bench: PolicyBench): PolicyJudge {
  const horizon = bench.now - policy.pauseMs;
  /** By scope, until when the newest contact keeps others away. */
  const ends = new Map<string, number>();
  const add = (contact: Contact) => {
    const at = countedAt(policy, contact, bench.now);
    if (at === undefined || at <= horizon || !concerns(policy.match, contact)) return false;
    const key = scopeKey(policy.scope, contact);
    const end = countsUntil(policy, contact, policy.pauseMs);
    const before = ends.get(key);
    ends.set(key, Math.max(end, before ?? end));
    return before === undefined;
  };
  for (const contact of bench.contacts) add(contact);
  return {
    forbids: (option) => ends.has(bench.keyOf(policy.scope, option)),
    sight: (option) => {
      const until = ends.get(bench.keyOf(policy.scope, option));
      return { count: 1, limit: 1, ...(until !== undefined && { until }) };
    },
    add,
  };
}
