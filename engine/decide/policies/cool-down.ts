import type { CoolDown } from '../../model/contact-policy.ts';
import type { Contact } from '../../model/customer-state.ts';
import type { Option } from '../frame.ts';
import { countedAt, countsUntil } from './counted-at.ts';
import type { PolicyBench, PolicyJudge } from './policy-judge.ts';
import { concerns, isOfKey, isOfOffers, scopeKey } from './policy-scope.ts';

/** None of a scope for a while after one that counted. */
export function judgeCoolDown(policy: CoolDown, bench: PolicyBench): PolicyJudge {
  const { scope } = policy;
  const horizon = bench.now - policy.pauseMs;
  const isCounted = (contact: Contact): boolean => {
    const at = countedAt(policy, contact, bench.now);
    return at !== undefined && at > horizon && concerns(policy.match, contact);
  };
  const keepsAway = (option: Option) => (contact: Contact) =>
    isOfKey(scope, option, contact) && isCounted(contact);
  /** The keys of what counts; of actions and treatments it is enough to know what was shown at all. */
  const resting = new Set<string>();
  const add = (contact: Contact): boolean => {
    if (isOfOffers(scope) || !isCounted(contact)) return false;
    resting.add(scopeKey(scope, contact));
    return true;
  };
  for (const contact of bench.contacts) add(contact);
  return {
    forbids: (option) => bench.contacts.some(keepsAway(option)),
    suspects: () => (isOfOffers(scope) ? bench.shown : resting),
    sight: (option) => {
      const ends = bench.contacts
        .filter(keepsAway(option))
        .map((contact) => countsUntil(policy, contact, policy.pauseMs));
      return { count: 1, limit: 1, ...(ends.length > 0 && { until: Math.max(...ends) }) };
    },
    add,
  };
}
