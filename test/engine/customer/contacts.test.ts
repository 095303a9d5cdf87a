import { describe, expect, it } from 'vitest';
import { addContacts } from '../../../engine/customer/contacts.ts';
import {
  type Contact,
  type CustomerState,
  type DecisionId,
  day,
  limits,
  newCustomerState,
  userKey,
} from '../../../engine/index.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { noon } from '../support/events.ts';

const book = bookOf(shopYaml);

function contact(action: string, at: number, more: Partial<Contact> = {}): Contact {
  return {
    decision: `d${at}` as DecisionId,
    at,
    action,
    group: 'sales/vouchers',
    treatment: 'hero',
    channel: 'web',
    placement: 'hero',
    ...more,
  };
}

function ledgerOf(contacts: readonly Contact[]): CustomerState {
  let state = newCustomerState(userKey('ada'));
  for (const next of contacts) state = addContacts(state, [next], { now: next.at, rulebook: book });
  return state;
}

describe('the ledger of contacts', () => {
  it('does not let uncapped contacts push out those that a cap still counts', () => {
    const vouchers = [0, 1, 2].map((index) => contact('voucher', noon + index));
    const guides = Array.from({ length: limits.contactsPerCustomerMax + 50 }, (_, index) =>
      contact('guide', noon + 1_000 + index),
    );
    const { contacts } = ledgerOf([...vouchers, ...guides]).own;
    expect(contacts).toHaveLength(limits.contactsPerCustomerMax);
    expect(contacts.slice(0, 3)).toEqual(vouchers);
    expect(contacts.at(-1)).toEqual(guides.at(-1));
  });

  it('keeps a contact as long as the outcome that a cap counts is within its window', () => {
    const bought = contact('voucher', noon, { outcomes: { conversion: noon + 6 * day } });
    const state = newCustomerState(userKey('ada'));
    const before = { ...state, own: { ...state.own, contacts: [bought] } };
    const memory = { now: noon + 8 * day, rulebook: book };
    const { contacts } = addContacts(before, [contact('guide', noon + 8 * day)], memory).own;
    expect(contacts).toContain(bought);
  });

  it('forgets what no policy and no outcome rule can ask for any more', () => {
    const state = ledgerOf([contact('voucher', noon), contact('guide', noon + 8 * day)]);
    expect(state.own.contacts).toMatchObject([{ action: 'guide' }]);
  });
});
