import { compareText } from '../compare-text.ts';
import { concerns, scopeKey } from '../decide/policies/policy-scope.ts';
import type { ContactPolicy, Counted } from '../model/contact-policy.ts';
import type { Contact, ForgottenContacts } from '../model/customer-state.ts';
import { outcomeKinds } from '../model/outcome.ts';

type Offer = Omit<ForgottenContacts, 'counts'>;

const counted: readonly Counted[] = ['decided', ...outcomeKinds];

/**
 * What is left of contacts that leave the ledger, where a policy counts for ever (C10). The sums of an id stay with what
 * else it contributed, so a merge adds them up and an un-merge gives them back.
 */
export function addForgotten(
  before: readonly ForgottenContacts[] | undefined,
  gone: readonly Contact[],
  policies: readonly ContactPolicy[],
): readonly ForgottenContacts[] | undefined {
  const lasting = policies.filter((policy) => policy.kind === 'cap' && policy.window.kind === 'ever');
  const counting = gone.filter((contact) => lasting.some(({ match }) => concerns(match, contact)));
  if (counting.length === 0) return before;
  const sums = new Map((before ?? []).map((sum) => [offerKey(sum), sum]));
  for (const contact of counting) {
    const key = offerKey(contact);
    sums.set(key, withContact(sums.get(key), contact));
  }
  return [...sums].sort(([one], [other]) => compareText(one, other)).map(([, sum]) => sum);
}

function offerKey(offer: Offer): string {
  const { group, channel, placement } = offer;
  return `${scopeKey('treatment', offer)} ${placement} ${channel} ${group}`;
}

function withContact(sum: ForgottenContacts | undefined, contact: Contact): ForgottenContacts {
  const { action, group, treatment, channel, placement, outcomes } = contact;
  const counts: Partial<Record<Counted, number>> = {};
  for (const kind of counted) {
    const one = kind === 'decided' || outcomes?.[kind] !== undefined ? 1 : 0;
    const count = (sum?.counts[kind] ?? 0) + one;
    if (count > 0) counts[kind] = count;
  }
  return { action, group, treatment, channel, placement, counts };
}
