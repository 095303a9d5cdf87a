import { describe, expect, it } from 'vitest';
import { day, decide } from '../../../../engine/index.ts';
import { hour, noon } from '../../support/events.ts';
import {
  bookWith,
  bookWithActions,
  contact,
  inputOf,
  placementsOf,
  reasonOf,
  refused,
  shown,
  shownBy,
  stateOf,
} from './policy-world.ts';

const side = ['side'];

describe('a frequency cap', () => {
  it('counts apart by customer, channel, placement, issue, group, action and treatment', () => {
    const contacts = [contact('a1', noon - hour)];
    const keptOut = (scope: string) => {
      const book = bookWith(`  cap: { scope: ${scope}, limit: 1, within: 1d }`);
      return {
        side: Object.keys(refused({ book, contacts, placements: side })),
        letter: Object.keys(refused({ book, contacts, placements: ['letter'] })),
      };
    };
    const all = ['a1', 'a2', 'b1', 'b2', 'c1', 'c2'];
    // In `side`, what is chosen first counts as well: the others of the same scope fall behind it.
    expect(keptOut('customer')).toEqual({ side: all, letter: all });
    expect(keptOut('channel')).toEqual({ side: all, letter: all.slice(1) });
    expect(keptOut('placement')).toEqual({ side: all.slice(1), letter: all.slice(1) });
    expect(keptOut('issue')).toEqual({
      side: ['a1', 'a2', 'b1', 'b2', 'c2'],
      letter: ['a1', 'a2', 'b1', 'b2', 'c2'],
    });
    expect(keptOut('group')).toEqual({ side: ['a1', 'a2', 'b2', 'c2'], letter: ['a1', 'a2', 'b2', 'c2'] });
    expect(keptOut('action')).toEqual({ side: ['a1'], letter: ['a1'] });
    expect(keptOut('treatment')).toEqual({ side: ['a1'], letter: [] });
  });

  it('is a cap over all channels with the scope `customer`', () => {
    const book = bookWith('  total: { scope: customer, limit: 2, within: 7d }');
    const contacts = [
      contact('a1', noon - day),
      contact('b1', noon - hour, { channel: 'email', placement: 'letter' }),
    ];
    expect(shown({ book, contacts })).toEqual([]);
    expect(shown({ book, contacts: contacts.slice(1) })).toEqual(['a1']);
  });

  it("counts by the customer's own day, week and month", () => {
    const context = { timeZone: 'Asia/Tokyo' };
    const told = (within: string, at: number) =>
      shown({
        book: bookWith(`  cap: { scope: customer, limit: 1, within: ${within} }`),
        contacts: [contact('a1', at)],
        context,
      }).length;
    // Noon UTC on Sunday, 1 March 2026 is 21:00 in Tokyo.
    expect(told('day', Date.UTC(2026, 1, 28, 15))).toBe(0);
    expect(told('day', Date.UTC(2026, 1, 28, 15) - 1)).toBe(1);
    expect(told('week', Date.UTC(2026, 1, 22, 15))).toBe(0);
    expect(told('week', Date.UTC(2026, 1, 22, 15) - 1)).toBe(1);
    expect(told('month', Date.UTC(2026, 1, 28, 15))).toBe(0);
    expect(told('month', Date.UTC(2026, 1, 28, 15) - 1)).toBe(1);
  });

  it('counts the contacts of the session that the request names', () => {
    const book = bookWith('  cap: { scope: customer, limit: 1, within: session }');
    const first = placementsOf({ book, context: { sessionId: 's1' } });
    expect(first[0]?.treatments).toHaveLength(1);
    const made = { ...contact('a1', noon - hour), ...sessionFor(book, 's1') };
    expect(shown({ book, contacts: [made], context: { sessionId: 's1' } })).toEqual([]);
    expect(shown({ book, contacts: [made], context: { sessionId: 's2' } })).toEqual(['a1']);
  });

  it('counts the contacts since the current visit began', () => {
    const book = bookWith('  cap: { scope: customer, limit: 1, within: visit, visits: visits }');
    const key = book.features.get('visits')?.key ?? '';
    const during = (start: number, end: number) => ({ features: { [key]: [[start, end, 3]] } });
    const asked = (at: number, start: number, end: number) =>
      shown({ book, state: stateOf({ ...during(start, end), contacts: [contact('a1', at)] }) });
    expect(asked(noon - hour, noon - hour, noon - 1)).toEqual([]);
    expect(asked(noon - hour - 1, noon - hour, noon - 1)).toEqual(['a1']);
    // The visit is over: it was too long ago that something happened.
    expect(asked(noon - hour, noon - hour, noon - hour)).toEqual(['a1']);
  });

  it('counts for ever what the ledger holds, and what it forgot', () => {
    const book = bookWith('  cap: { scope: action, limit: 3, within: ever, counts: click }');
    const clicked = contact('a1', noon - day, { outcomes: { click: noon - hour } });
    const forgotten = (click: number) => ({
      ...{ action: 'a1', group: 'sales/coats', treatment: 'web', channel: 'web', placement: 'hero' },
      counts: { decided: 9, click },
    });
    const state = (click: number) => stateOf({ contacts: [clicked], forgotten: [forgotten(click)] });
    expect(shown({ book, state: state(1) })).toEqual(['a1']);
    expect(refused({ book, state: state(2) })).toEqual({ a1: 'cap' });
  });
});

describe('a cool-down', () => {
  it('pauses a scope after a counted contact', () => {
    const book = bookWith('  rest: { scope: group, pause: 48h }');
    const soon = [contact('a2', noon - 48 * hour + 1)];
    expect(refused({ book, contacts: soon })).toMatchObject({ a1: 'rest', a2: 'rest' });
    expect(shown({ book, contacts: soon })).toEqual(['b1']);
    expect(reasonOf({ book, contacts: soon }, 'a1')?.seen).toEqual({ count: 1, limit: 1, until: noon + 1 });
    expect(shown({ book, contacts: [contact('a2', noon - 48 * hour)] })).toEqual(['a1']);
  });
});

describe('a rest after outcomes', () => {
  const rest = (scope: string) =>
    bookWith(`  rest: { scope: ${scope}, after: { outcome: dismiss, times: 2, within: 30d }, rest: 90d }`);
  const dismissed = (action: string, ago: number) =>
    contact(action, noon - ago - hour, { outcomes: { dismiss: noon - ago } });

  it('rests the action, its group, its issue, the channel or the customer', () => {
    const contacts = [dismissed('a1', 20 * day), dismissed('a1', 10 * day)];
    const out = (scope: string) => Object.keys(refused({ book: rest(scope), contacts, placements: side }));
    expect(out('action')).toEqual(['a1']);
    expect(out('group')).toEqual(['a1', 'a2']);
    expect(out('issue')).toEqual(['a1', 'a2', 'b1', 'b2']);
    expect(out('channel')).toHaveLength(6);
    expect(out('customer')).toHaveLength(6);
  });

  it('needs as many outcomes within the time, and lasts from the last of them', () => {
    const book = rest('group');
    expect(refused({ book, contacts: [dismissed('a1', 10 * day)] })).toEqual({});
    const apart = [dismissed('a1', 40 * day), dismissed('a2', 10 * day)];
    expect(refused({ book, contacts: apart })).toEqual({});
    const long = [dismissed('a1', 91 * day), dismissed('a2', 90 * day)];
    expect(refused({ book, contacts: long })).toEqual({});
    const still = [dismissed('a1', 91 * day), dismissed('a2', 90 * day - 1)];
    expect(refused({ book, contacts: still })).toEqual({ a1: 'rest', a2: 'rest' });
  });

  it('stands although a later outcome came alone', () => {
    const contacts = [dismissed('a1', 80 * day), dismissed('a1', 79 * day), dismissed('a1', day)];
    expect(reasonOf({ book: rest('action'), contacts }, 'a1')?.seen).toEqual({
      count: 3,
      limit: 2,
      until: noon + 11 * day,
    });
  });
});

describe('a prohibition', () => {
  const open = { fact: 'complaints', operator: 'greaterThan', value: 0 };

  it('keeps actions from the customers for whom its condition holds', () => {
    const book = bookWith(
      `  no-sales: { forbid: true, when: ${JSON.stringify(open)}, match: { groups: [sales] } }`,
    );
    const complaints = (count: number) => new Map([['complaints', count]]);
    expect(shown({ book, overrides: complaints(0) })).toEqual(['a1']);
    expect(shown({ book, overrides: complaints(1) })).toEqual(['c1']);
    expect(reasonOf({ book, overrides: complaints(1) }, 'a1')).toMatchObject({
      code: 'contact-policy',
      by: 'no-sales',
      seen: {},
    });
  });

  it('excludes a segment', () => {
    const book = bookWith(
      '  not-the-press: { forbid: true, when: { fact: customer, operator: inSegment, value: press } }',
      'segments: { press: { when: { fact: traits.press, operator: equal, value: true } } }\n',
    );
    const state = stateOf({ traits: { press: [true, 0] } });
    expect(shown({ book, state })).toEqual([]);
    expect(shown({ book })).toEqual(['a1']);
  });
});

describe('a time window', () => {
  const at = (hours: string, moment: number, timeZone = 'UTC') => {
    const book = bookWith(`  daytime: { hours: ${hours}, match: { channels: [web] } }`);
    return {
      ask: { book, now: moment, context: { timeZone } },
      open: shown({ book, now: moment, context: { timeZone } }).length > 0,
    };
  };

  it('opens and closes by the clock of the customer', () => {
    const hours = '{ from: "09:00", until: "20:00" }';
    expect(at(hours, noon - 3 * hour - 1).open).toBe(false);
    expect(at(hours, noon - 3 * hour).open).toBe(true);
    expect(at(hours, noon + 8 * hour - 1).open).toBe(true);
    expect(at(hours, noon + 8 * hour).open).toBe(false);
    expect(at(hours, noon, 'Asia/Tokyo').open).toBe(false);
  });

  it('counts the night to the day on which it began', () => {
    const hours = '{ from: "22:00", until: "02:00", days: [sat] }';
    const saturday = Date.UTC(2026, 1, 28);
    expect(at(hours, saturday + 22 * hour).open).toBe(true);
    expect(at(hours, saturday + 25 * hour).open).toBe(true);
    expect(at(hours, saturday + 26 * hour).open).toBe(false);
    expect(at(hours, saturday + hour).open).toBe(false);
  });

  it('says when it opens again, over a change of the clock', () => {
    // In Berlin the clock is put forward in the night to Sunday, 29 March 2026.
    const { ask } = at(
      '{ from: "09:00", until: "20:00", days: [mon] }',
      Date.UTC(2026, 2, 28, 12),
      'Europe/Berlin',
    );
    expect(reasonOf(ask, 'a1')?.seen).toEqual({ until: Date.UTC(2026, 2, 30, 7) });
  });
});

describe('an exclusive choice', () => {
  const book = bookWith('  one-coat: { exclusive: { within: 30d }, match: { groups: [sales/coats] } }');

  it('lets the first action go on and keeps the others out', () => {
    const contacts = [contact('a2', noon - 29 * day), contact('a2', noon - day)];
    expect(refused({ book, contacts, placements: side })).toEqual({ a1: 'one-coat' });
    expect(reasonOf({ book, contacts }, 'a1')?.seen).toEqual({ count: 2, limit: 1, until: noon + 29 * day });
  });

  it('gives the place free when the last contact has left the window', () => {
    expect(shown({ book, contacts: [contact('a2', noon - 30 * day)] })).toEqual(['a1']);
  });

  it('shows one of them in a request, whatever is counted', () => {
    const seen = bookWith(
      '  one: { exclusive: { within: 30d }, counts: click, match: { groups: [sales/coats] } }',
    );
    const placements = ['hero', 'side', 'letter'];
    expect(shownBy({ book: seen, placements })).toEqual([['a1'], ['b1', 'b2', 'c1', 'c2'], []]);
  });

  it('gives the place to the first where the history holds several', () => {
    const contacts = [contact('a2', noon - 3 * day), contact('a1', noon - 2 * day)];
    expect(refused({ book, contacts, placements: side })).toEqual({ a1: 'one-coat' });
  });
});

describe('a related action', () => {
  const book = bookWith(
    '  no-boots-after-coats: { match: { groups: [sales/boots] }, notAfter: { groups: [sales/coats], within: 7d } }',
  );

  it('is not shown after the one it is related to', () => {
    expect(refused({ book, contacts: [contact('a1', noon - 7 * day + 1)], placements: side })).toEqual({
      b1: 'no-boots-after-coats',
      b2: 'no-boots-after-coats',
    });
    const later = { book, contacts: [contact('a1', noon - 7 * day)], placements: ['letter'] };
    expect(shown({ ...later, limit: 1 })).toEqual(['a1']);
    expect(refused({ ...later, contacts: [] })).toEqual(refused(later));
  });

  it('is not shown in the same request after it', () => {
    expect(shown({ book, placements: side })).toEqual(['a1', 'a2', 'c1', 'c2']);
  });

  it('does not mind its own contacts', () => {
    const own = bookWith(
      '  coats: { match: { groups: [sales/coats] }, notAfter: { groups: [sales/coats], within: 7d } }',
    );
    expect(refused({ book: own, contacts: [contact('a2', noon - day)] })).toEqual({ a1: 'coats' });
  });
});

describe('a reservation', () => {
  const book = bookWith(
    '  seen-once: { scope: action, limit: 1, within: 7d, counts: impression, reserve: 10m }',
  );
  const minute = 60_000;

  it('takes the place of an outcome that may still come', () => {
    expect(refused({ book, contacts: [contact('a1', noon - 10 * minute + 1)] })).toEqual({ a1: 'seen-once' });
    expect(refused({ book, contacts: [contact('a1', noon - 10 * minute)] })).toEqual({});
  });

  it('is confirmed by the outcome', () => {
    const contacts = [contact('a1', noon - hour, { outcomes: { impression: noon - hour + minute } })];
    expect(refused({ book, contacts })).toEqual({ a1: 'seen-once' });
  });
});

describe('a mandatory action', () => {
  const fields = { c2: 'mandatory: true' };

  it('goes before all others, whatever they are worth, and nothing is tried out in its place', () => {
    const book = bookWithActions(
      '  cap: { scope: action, limit: 9, within: 1d }',
      fields,
      'arbitration: { exploration: 1 }\n',
    );
    for (let seed = 0; seed < 20; seed += 1) {
      const [hero] = placementsOf({ book, seed: `${seed}`, placements: ['side'] });
      expect(hero?.treatments[0]).toMatchObject({ action: 'c2', rank: 1, probability: 1 });
    }
  });

  it('is ranked among mandatory actions by priority', () => {
    const book = bookWithActions('  cap: { scope: action, limit: 9, within: 1d }', {
      c1: 'mandatory: true',
      c2: 'mandatory: true',
    });
    expect(shown({ book, placements: side })).toEqual(['c1', 'c2', 'a1', 'a2', 'b1', 'b2']);
  });

  it('passes over the policies that it names and no others', () => {
    const policies =
      '  total: { scope: customer, limit: 1, within: 1d }\n  help: { scope: group, limit: 1, within: 1d }';
    const contacts = [contact('a1', noon - hour)];
    const asked = (written: string, more: readonly ReturnType<typeof contact>[] = []) =>
      shown({ book: bookWithActions(policies, { c2: written }), contacts: [...contacts, ...more] });
    expect(asked('mandatory: true')).toEqual([]);
    expect(asked('mandatory: { overrides: [total] }')).toEqual(['c2']);
    expect(asked('mandatory: { overrides: [total] }', [contact('c1', noon)])).toEqual([]);
    expect(asked('mandatory: { overrides: all }', [contact('c1', noon)])).toEqual(['c2']);
  });

  it('counts against the others although it passes over their policy', () => {
    const book = bookWithActions('  total: { scope: customer, limit: 1, within: 1d }', {
      c2: 'mandatory: { overrides: all }',
    });
    expect(shown({ book, placements: side })).toEqual(['c2']);
  });

  it('is shown although it costs more than it is worth', () => {
    const book = bookWithActions('  cap: { scope: action, limit: 9, within: 1d }', {
      c2: 'mandatory: true\ncost: { web: 1000 }',
    });
    expect(shown({ book })).toEqual(['c2']);
  });

  it('never passes over consent, eligibility, validity and budgets', () => {
    const shownWith = (line: string, more = '') =>
      shown({
        book: bookWithActions(
          '  cap: { scope: action, limit: 9, within: 1d }',
          { c2: `mandatory: { overrides: all }\n${line}` },
          more,
        ),
        budgets: { left: () => 0 },
      });
    expect(shownWith('lever: 0')).toEqual(['c2']);
    expect(shownWith('purpose: marketing')).toEqual(['a1']);
    expect(shownWith('eligibility: { fact: complaints, operator: greaterThan, value: 0 }')).toEqual(['a1']);
    expect(shownWith('valid: { until: 2020-01-01 }')).toEqual(['a1']);
    expect(
      shownWith('budgets: [few]', 'budgets: { few: { unit: contacts, total: 1, period: day } }\n'),
    ).toEqual(['a1']);
  });
});

/** How a contact tells the session of its request. */
function sessionFor(book: ReturnType<typeof bookWith>, sessionId: string) {
  const { contacts } = decide(inputOf({ book, context: { sessionId } }));
  return { session: contacts[0]?.session ?? 0 };
}
