import { describe, expect, it } from 'vitest';
import { addContacts } from '../../../engine/customer/contacts.ts';
import { markOutcome } from '../../../engine/customer/outcomes.ts';
import {
  type Contact,
  type CustomerState,
  day,
  decide,
  limits,
  newCustomerState,
  type Rulebook,
  userKey,
} from '../../../engine/index.ts';
import { hour, noon } from '../support/events.ts';
import {
  bookWith,
  contact,
  inputOf,
  profileOf,
  reasonOf,
  refused,
  shown,
  shownBy,
  stateOf,
} from './policies/policy-world.ts';

/** One named test for each rule of the counting contract, which stands in `engine/decide/contact-policy.ts`. */

const capOf = (limit: number, more = '') =>
  bookWith(`  cap: { scope: action, limit: ${limit}, within: 1d${more} }`);
const minute = 60_000;

describe('the counting contract', () => {
  it('C1: allows as many as the limit, the contact in question included', () => {
    const contacts = [contact('a1', noon - hour)];
    expect(shown({ book: capOf(2), contacts })).toEqual(['a1']);
    expect(shown({ book: capOf(1), contacts })).toEqual(['a2']);
  });

  it('C1: allows none with a limit of 0', () => {
    expect(shown({ book: capOf(0) })).toEqual([]);
  });

  it('C2: counts what the other placements of the request were given', () => {
    const book = bookWith('  cap: { scope: customer, limit: 2, within: 1d }');
    expect(shownBy({ book, placements: ['hero', 'side', 'letter'] })).toEqual([['a1'], ['a2'], []]);
  });

  it('C2: counts them as an outcome only with `reserve`', () => {
    const seen = (more: string) =>
      shown({
        book: bookWith(`  cap: { scope: customer, limit: 1, within: 1d, counts: click${more} }`),
        placements: ['side'],
      }).length;
    expect(seen('')).toBe(6);
    expect(seen(', reserve: 1h')).toBe(1);
  });

  it('C3: does not count a contact that is exactly one window old', () => {
    expect(shown({ book: capOf(1), contacts: [contact('a1', noon - day)] })).toEqual(['a1']);
    expect(shown({ book: capOf(1), contacts: [contact('a1', noon - day + 1)] })).toEqual(['a2']);
  });

  it('C4: counts contacts through every id and channel, and one that two ids hold once', () => {
    const book = bookWith('  cap: { scope: customer, limit: 2, within: 1d }');
    const mail = contact('b1', noon - 2 * hour, { channel: 'email', placement: 'letter', treatment: 'mail' });
    const both = contact('a1', noon - hour);
    const state = (own: readonly Contact[], other: readonly Contact[]) =>
      stateOf({ contacts: own }, { 'a:visitor': profileOf({ contacts: other }) });
    expect(shown({ book, state: state([both], [mail]) })).toEqual([]);
    expect(shown({ book, state: state([both], [both]) })).toEqual(['a1']);
  });

  it('C4: takes what either id was told of a contact that both hold', () => {
    const book = bookWith('  cap: { scope: customer, limit: 1, within: 1d, counts: click }');
    const made = contact('a1', noon - hour);
    const clicked = { ...made, outcomes: { click: noon - minute } };
    for (const [own, other] of [
      [made, clicked],
      [clicked, made],
    ] as const) {
      const state = stateOf({ contacts: [own] }, { 'a:visitor': profileOf({ contacts: [other] }) });
      expect(shown({ book, state })).toEqual([]);
    }
  });

  it('C4: gives contacts back with the id that they went to', () => {
    const book = bookWith('  cap: { scope: customer, limit: 1, within: 1d }');
    const visitor = profileOf({ contacts: [contact('a1', noon - hour)] });
    expect(shown({ book, state: stateOf({}, { 'a:visitor': visitor }) })).toEqual([]);
    expect(shown({ book, state: stateOf({}) })).toEqual(['a1']);
    expect(shown({ book, state: stateOf(visitor) })).toEqual([]);
  });

  it('C5: counts contacts from before the policy existed', () => {
    const before = bookWith('  other: { scope: customer, limit: 99, within: 30d }');
    const made = decide(inputOf({ book: before, now: noon - hour }));
    const state = addContacts(newCustomerState(userKey('ada')), made.contacts, {
      now: noon - hour,
      rulebook: before,
    });
    expect(refused({ book: capOf(1), state })).toEqual({ a1: 'cap' });
  });

  it('C6: counts an outcome from when it happened, whenever and in whatever order it is told', () => {
    const book = capOf(1, ', counts: dismiss');
    const made = contact('a1', noon - 3 * day);
    const told = (times: readonly number[]) =>
      times.reduce(
        (state, at) => {
          const [current] = state.own.contacts;
          return current ? markOutcome(state, { contact: current, outcome: 'dismiss', at }).state : state;
        },
        stateOf({ contacts: [made] }),
      );
    const early = noon - 2 * day;
    expect(shown({ book, state: told([noon - hour]) })).toEqual(['a2']);
    expect(shown({ book, state: told([early]) })).toEqual(['a1']);
    // Two tellings of the same outcome: the earliest one counts, whichever came first.
    expect(told([noon - hour, early])).toEqual(told([early, noon - hour]));
    expect(shown({ book, state: told([noon - hour, early]) })).toEqual(['a1']);
  });

  it('C6: counts the same outcome of one contact once', () => {
    const book = bookWith(
      '  rest: { scope: action, after: { outcome: dismiss, times: 2, within: 30d }, rest: 90d }',
    );
    const [made, state] = [contact('a1', noon - 3 * hour), contact('a1', noon - 2 * hour)];
    const twice = [hour, minute].reduce(
      (known, ago) => {
        const [first] = known.own.contacts;
        return first
          ? markOutcome(known, { contact: first, outcome: 'dismiss', at: noon - ago }).state
          : known;
      },
      stateOf({ contacts: [made, state] }),
    );
    expect(shown({ book, state: twice })).toEqual(['a1']);
  });

  it('C7: takes a day of 23 and of 25 hours as the clock on the wall shows it', () => {
    const book = bookWith('  cap: { scope: customer, limit: 1, within: day }');
    const context = { timeZone: 'Europe/Berlin' };
    const count = (now: number, at: number) =>
      shown({ book, now, context, contacts: [contact('a1', at)] }).length;
    // 29 March 2026 has 23 hours there, 25 October has 25.
    const spring = { from: Date.UTC(2026, 2, 28, 23), until: Date.UTC(2026, 2, 29, 22) };
    const autumn = { from: Date.UTC(2026, 9, 24, 22), until: Date.UTC(2026, 9, 25, 23) };
    for (const { from, until } of [spring, autumn]) {
      expect(count(until - 1, from)).toBe(0);
      expect(count(until - 1, from - 1)).toBe(1);
      expect(count(until, until - 1)).toBe(1);
    }
  });

  it('C7: judges who moves by the new wall', () => {
    const book = bookWith('  cap: { scope: customer, limit: 1, within: day }');
    const contacts = [contact('a1', noon - 10 * hour)];
    // At noon UTC it is one day in London since midnight, and another one in Kiritimati since ten in the morning.
    expect(shown({ book, contacts, context: { timeZone: 'Europe/London' } })).toEqual([]);
    expect(shown({ book, contacts, context: { timeZone: 'Pacific/Kiritimati' } })).toEqual(['a1']);
  });

  it('C8: takes a request without a session for one of its own', () => {
    const book = bookWith('  cap: { scope: customer, limit: 1, within: session }');
    expect(shown({ book, contacts: [contact('a1', noon - minute)] })).toEqual(['a1']);
    expect(shown({ book, placements: ['side'] })).toEqual(['a1']);
    expect(decide(inputOf({ book })).contacts[0]).not.toHaveProperty('session');
  });

  it('C8: lets contacts tell their session only where a policy counts by it', () => {
    const context = { sessionId: 's1' };
    const told = (book: Rulebook) => decide(inputOf({ book, context })).contacts[0]?.session;
    expect(told(capOf(9))).toBeUndefined();
    expect(told(bookWith('  cap: { scope: customer, limit: 1, within: session }'))).toEqual(
      expect.any(Number),
    );
  });

  it('C9: takes a request outside a visit for a visit of its own', () => {
    const book = bookWith('  cap: { scope: customer, limit: 1, within: visit, visits: visits }');
    expect(shown({ book, contacts: [contact('a1', noon - minute)] })).toEqual(['a1']);
    expect(shown({ book, placements: ['side'] })).toEqual(['a1']);
  });

  it('C10: counts for ever, although the ledger forgets', () => {
    const book = bookWith('  ever: { scope: action, limit: 3, within: ever, match: { actions: [a1] } }');
    const times = [0, 100, 200, 300].map((days) => noon + days * day);
    let state: CustomerState = stateOf({});
    const answers = times.map((now) => {
      const { decision, contacts } = decide(
        inputOf({ book, state, now, id: `d${now}` as Contact['decision'] }),
      );
      state = addContacts(state, contacts, { now, rulebook: book });
      return decision.placements[0]?.treatments[0]?.action;
    });
    expect(answers).toEqual(['a1', 'a1', 'a1', 'a2']);
    expect(state.own.contacts).toHaveLength(1);
  });

  it('C10: keeps what is forgotten with the id it belongs to', () => {
    const book = bookWith('  ever: { scope: action, limit: 2, within: ever }');
    const gone = { action: 'a1', group: 'sales/coats', treatment: 'web', channel: 'web', placement: 'hero' };
    const visitor = profileOf({ forgotten: [{ ...gone, counts: { decided: 1 } }] });
    const own = { forgotten: [{ ...gone, counts: { decided: 1 } }] };
    expect(refused({ book, state: stateOf(own, { 'a:visitor': visitor }) })).toEqual({ a1: 'ever' });
    expect(shown({ book, state: stateOf(own) })).toEqual(['a1']);
    expect(shown({ book, state: stateOf(visitor) })).toEqual(['a1']);
  });

  it('C11: counts a reservation until its outcome comes or its time is over', () => {
    const book = capOf(1, ', counts: impression, reserve: 10m');
    const reserved = (ago: number, impression?: number) =>
      shown({
        book,
        contacts: [contact('a1', noon - ago, impression === undefined ? {} : { outcomes: { impression } })],
      });
    expect(reserved(10 * minute - 1)).toEqual(['a2']);
    expect(reserved(10 * minute)).toEqual(['a1']);
    expect(reserved(2 * hour, noon - 2 * hour + minute)).toEqual(['a2']);
    // Confirmed after its time: it counts all the same, from when it happened.
    expect(reserved(2 * hour, noon - minute)).toEqual(['a2']);
  });

  it('C11: counts a reservation in the window of now, also over a midnight', () => {
    const book = bookWith(
      '  cap: { scope: customer, limit: 1, within: day, counts: impression, reserve: 10m }',
    );
    const midnight = Date.UTC(2026, 2, 2);
    const contacts = [contact('a1', midnight - minute)];
    expect(shown({ book, now: midnight + minute, contacts })).toEqual([]);
    expect(shown({ book, now: midnight + 9 * minute, contacts })).toEqual(['a1']);
  });

  it('C12: binds by the moment of the decision, and counts contacts from before', () => {
    const when = '{ fact: complaints, operator: greaterThan, value: 0 }';
    const book = bookWith(`  cap: { scope: customer, limit: 1, within: 1d, when: ${when} }`);
    const contacts = [contact('a1', noon - hour)];
    expect(shown({ book, contacts, overrides: new Map([['complaints', 0]]) })).toEqual(['a1']);
    expect(shown({ book, contacts, overrides: new Map([['complaints', 1]]) })).toEqual([]);
  });

  it('C13: names the first of several policies', () => {
    const book = bookWith(
      '  wide: { scope: customer, limit: 2, within: 1d }\n  narrow: { scope: action, limit: 1, within: 1d }',
    );
    const one = [contact('a1', noon - hour)];
    expect(reasonOf({ book, contacts: one }, 'a1')?.by).toBe('narrow');
    expect(reasonOf({ book, contacts: [...one, contact('a1', noon - 1)] }, 'a1')?.by).toBe('wide');
  });

  it('C14: counts a contact from the future', () => {
    expect(shown({ book: capOf(1), contacts: [contact('a1', noon + hour)] })).toEqual(['a2']);
  });

  it('C15: does not count what was erased', () => {
    expect(shown({ book: capOf(1), state: newCustomerState(userKey('ada'), noon - minute) })).toEqual(['a1']);
  });

  it('C15: counts a contact that comes through the log again once', () => {
    const book = capOf(2);
    const { contacts } = decide(inputOf({ book }));
    const memory = { now: noon, rulebook: book };
    const once = addContacts(newCustomerState(userKey('ada')), contacts, memory);
    expect(addContacts(once, contacts, memory)).toBe(once);
    expect(shown({ book, state: once })).toEqual(['a1']);
  });

  it('C16: keeps what a policy needs, however much else was shown', () => {
    const book = bookWith(
      '  rare: { scope: action, limit: 1, within: 30d, match: { actions: [a1] } }\n  often: { scope: action, limit: 1000, within: 30d }',
    );
    const needed = contact('a1', noon - 29 * day);
    let state = stateOf({ contacts: [needed] });
    const others = Array.from({ length: 2 * limits.contactsPerCustomerMax }, (_, index) =>
      contact('a2', noon - 28 * day + index),
    );
    for (let from = 0; from < others.length; from += 100) {
      const now = noon - 28 * day + from + 100;
      state = addContacts(state, others.slice(from, from + 100), { now, rulebook: book });
    }
    expect(state.own.contacts.length).toBeLessThanOrEqual(limits.contactsPerCustomerMax);
    expect(refused({ book, state, placements: ['side'] })).toMatchObject({ a1: 'rare', a2: 'often' });
  });

  it('C16: keeps what counts once the reservations beside it are over', () => {
    const book = bookWith(
      '  rare: { scope: action, limit: 1, within: 30d, counts: click, reserve: 10m, match: { actions: [a1] } }\n  often: { scope: action, limit: 1000, within: 30d, match: { actions: [b1] } }',
    );
    const clicked = contact('a1', noon - 20 * day, { outcomes: { click: noon - 20 * day } });
    const reserved = contact('a1', noon - minute);
    const fill = Array.from({ length: limits.contactsPerCustomerMax }, (_, index) =>
      contact('a2', noon - day + index),
    );
    const state = addContacts(stateOf({ contacts: [clicked] }), [...fill, reserved], {
      now: noon,
      rulebook: book,
    });
    const asked = { book, state, placements: ['side'] };
    expect(refused(asked)).toMatchObject({ a1: 'rare' });
    expect(refused({ ...asked, now: noon + hour })).toMatchObject({ a1: 'rare' });
  });

  it('C16: keeps the reservation that ends last', () => {
    const book = bookWith(
      '  rare: { scope: action, pause: 1d, counts: click, reserve: 2h, match: { actions: [a1] } }\n  often: { scope: action, limit: 999, within: 30d, match: { actions: [a2] } }',
    );
    const reserved = [90, 30].map((minutes) => contact('a1', noon - minutes * minute));
    const fill = Array.from({ length: limits.contactsPerCustomerMax - 1 }, (_, index) =>
      contact('a2', noon - index),
    );
    const state = addContacts(stateOf({ contacts: reserved }), fill, { now: noon, rulebook: book });
    expect(state.own.contacts).toContain(reserved[1]);
    expect(refused({ book, state, now: noon + hour, placements: ['side'] })).toMatchObject({ a1: 'rare' });
  });

  it('C16: lets nothing more through when everything in a full ledger is needed', () => {
    const book = bookWith(
      '  often: { scope: action, limit: 1000, within: 30d, match: { actions: [a1] } }\n  help: { scope: group, limit: 9, within: 1d, match: { groups: [service] } }',
    );
    const contacts = Array.from({ length: limits.contactsPerCustomerMax }, (_, index) =>
      contact('a1', noon - index),
    );
    expect(refused({ book, contacts, placements: ['side'] })).toEqual({
      a1: 'often',
      c1: 'help',
      c2: 'help',
    });
    expect(refused({ book, contacts: contacts.slice(1), placements: ['side'], limit: 2 })).toEqual({
      c1: 'help',
      c2: 'help',
    });
  });
});
