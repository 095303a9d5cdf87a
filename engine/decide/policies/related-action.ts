import type { RelatedAction } from '../../model/contact-policy.ts';
import type { Contact } from '../../model/customer-state.ts';
import { countedAt, countsUntil } from './counted-at.ts';
import type { PolicyBench, PolicyJudge } from './policy-judge.ts';
import { optionKey, scopeKey } from './policy-scope.ts';

/** Not for a while after another action that is related to it. Its own contacts are a matter for a cap. */
export function judgeRelated(policy: RelatedAction, bench: PolicyBench): PolicyJudge {
  const horizon = bench.now - policy.withinMs;
  /** By scope, the related actions that were counted, with the moment from which they count no more. */
  const shown = new Map<string, Map<string, number>>();
  const add = (contact: Contact): boolean => {
    const at = countedAt(policy, contact, bench.now);
    if (at === undefined || at <= horizon || !isRelated(policy, contact)) return false;
    const key = scopeKey(policy.scope, contact);
    const ends = shown.get(key) ?? new Map<string, number>();
    const end = countsUntil(policy, contact, policy.withinMs);
    ends.set(contact.action, Math.max(end, ends.get(contact.action) ?? end));
    shown.set(key, ends);
    return true;
  };
  for (const contact of bench.contacts) add(contact);
  return {
    forbids: (option) => {
      const ends = shown.get(optionKey(policy.scope, option));
      return ends !== undefined && (ends.size > 1 || !ends.has(option.action.name));
    },
    suspects: () => shown,
    sight: (option) => {
      const ends = [...(shown.get(optionKey(policy.scope, option)) ?? [])].flatMap(([action, end]) =>
        action === option.action.name ? [] : [end],
      );
      return { count: ends.length, limit: 1, ...(ends.length > 0 && { until: Math.max(...ends) }) };
    },
    add,
  };
}

/** Whether the contact is one after which the policy's own actions must not come. */
export function isRelated(
  { after }: Pick<RelatedAction, 'after'>,
  contact: Pick<Contact, 'action' | 'group'>,
): boolean {
  return after.actions.includes(contact.action) || after.groups.includes(contact.group);
}
