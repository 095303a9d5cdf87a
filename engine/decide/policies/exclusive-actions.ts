import type { ExclusiveActions } from '../../model/contact-policy.ts';
import type { Contact } from '../../model/customer-state.ts';
import { countedAt, countsUntil } from './counted-at.ts';
import type { PolicyBench, PolicyJudge } from './policy-judge.ts';
import { concerns, optionKey, scopeKey } from './policy-scope.ts';

/** The action that has the place, and since when. */
interface Holder {
  readonly action: string;
  readonly at: number;
}

/**
 * Of the actions it speaks of only one at a time. The one that was counted first in the window goes on, the others wait
 * until its contacts have left it. What this decision chooses takes the place at once, whatever is counted.
 */
export function judgeExclusive(policy: ExclusiveActions, bench: PolicyBench): PolicyJudge {
  const horizon = bench.now - policy.withinMs;
  const holders = new Map<string, Holder>();
  const timeOf = (contact: Contact): number | undefined => {
    const at = countedAt(policy, contact, bench.now) ?? (bench.isOwn(contact) ? bench.now : undefined);
    return at !== undefined && at > horizon && concerns(policy.match, contact) ? at : undefined;
  };
  const add = (contact: Contact): boolean => {
    const at = timeOf(contact);
    if (at === undefined) return false;
    const key = scopeKey(policy.scope, contact);
    const before = holders.get(key);
    if (!before || at < before.at) holders.set(key, { action: contact.action, at });
    return true;
  };
  for (const contact of bench.contacts) add(contact);
  return {
    forbids: (option) => {
      const holder = holders.get(optionKey(policy.scope, option));
      return holder !== undefined && holder.action !== option.action.name;
    },
    suspects: () => holders,
    sight: (option) => {
      const key = optionKey(policy.scope, option);
      const others = bench.contacts.filter(
        (contact) =>
          contact.action !== option.action.name &&
          timeOf(contact) !== undefined &&
          scopeKey(policy.scope, contact) === key,
      );
      const ends = others.map((contact) =>
        bench.isOwn(contact) ? bench.now + policy.withinMs : countsUntil(policy, contact, policy.withinMs),
      );
      return { count: others.length, limit: 1, ...(ends.length > 0 && { until: Math.max(...ends) }) };
    },
    add,
  };
}
