import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BudgetView,
  type Contact,
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  newCustomerState,
  type PlacementDecision,
  type Rulebook,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour, noon } from '../support/events.ts';

const ada = userKey('ada');

function input(
  rulebook: Rulebook,
  placements: readonly string[],
  more: Partial<DecideInput> = {},
): DecideInput {
  return {
    id: 'd1' as DecisionId,
    tenant: defaultTenant,
    customer: ada,
    state: undefined,
    rulebook,
    model: emptyModel,
    cause: { kind: 'request', requestId: 'r' },
    seed: 'seed',
    now: noon,
    placements,
    context: {},
    explain: false,
    budgets: { left: () => 1_000_000 },
    ...more,
  };
}

function shown(placement: PlacementDecision | undefined): readonly string[] {
  return placement?.treatments.map(({ action }) => action) ?? [];
}

function reasonsOf(placement: PlacementDecision | undefined): Readonly<Record<string, string>> {
  const reasons = placement?.reasons ?? [];
  return Object.fromEntries(
    reasons.map(({ action, code, by }) => [action, by === undefined ? code : `${code} ${by}`]),
  );
}

const channels = 'channels: { web: { direction: pull } }';
const offer = (action: string, value: number, group = 'sales/offers', placements = '') =>
  `---\naction: ${action}\ngroup: ${group}\nvalue: ${value}\nbudgets: [all]\ntreatments: { t: { channel: web${placements}, content: { title: ${action} } } }\n`;
const budgets = 'budgets: { all: { unit: contacts, total: 1000, period: total } }';

describe('duplicates', () => {
  const book = bookOf(`
${channels}
${budgets}
placements:
  one: { channel: web, fallback: {} }
  two: { channel: web, fallback: {} }
  again: { channel: web, fallback: {}, duplicates: allow }
${offer('a', 3)}${offer('b', 2)}`);

  it('are kept out: what an earlier placement of the request shows, a later one does not', () => {
    const { decision } = decide(input(book, ['two', 'one']));
    expect(decision.placements.map(shown)).toEqual([['a'], ['b']]);
    expect(reasonsOf(decision.placements[1])).toEqual({ a: 'already-placed', b: 'chosen' });
  });

  it('are let in where a placement allows them, and count twice', () => {
    const { decision, contacts, spends } = decide(input(book, ['one', 'again']));
    expect(decision.placements.map(shown)).toEqual([['a'], ['a']]);
    expect(contacts.map(({ placement, action }) => `${placement} ${action}`)).toEqual(['one a', 'again a']);
    expect(spends).toEqual([{ budget: 'all', amount: 2 }]);
  });

  it('are kept out of a placement that comes after one that allows them', () => {
    const { decision } = decide(input(book, ['again', 'one', 'two']));
    expect(decision.placements.map(shown)).toEqual([['a'], ['b'], []]);
  });
});

describe('diversity', () => {
  const offers = [
    offer('a1', 9, 'sales/vouchers'),
    offer('a2', 8, 'sales/vouchers'),
    offer('b1', 7, 'sales/loyalty'),
    offer('c1', 6, 'service/advice'),
    offer('c2', 5, 'service/advice'),
  ].join('');
  const bookBy = (by: string, max: number, limit = 4) =>
    bookOf(`
${channels}
${budgets}
placements:
  list: { channel: web, fallback: {}, limit: ${limit}, diversity: { by: ${by}, max: ${max} } }
${offers}`);

  it('takes no more of a group than it allows', () => {
    const [list] = decide(input(bookBy('group', 1), ['list'])).decision.placements;
    expect(shown(list)).toEqual(['a1', 'b1', 'c1']);
    expect(reasonsOf(list)).toMatchObject({ a2: 'diversity sales/vouchers', c2: 'diversity service/advice' });
  });

  it('takes no more of an issue than it allows', () => {
    const [list] = decide(input(bookBy('issue', 2), ['list'])).decision.placements;
    expect(shown(list)).toEqual(['a1', 'a2', 'c1', 'c2']);
    expect(reasonsOf(list)).toMatchObject({ b1: 'diversity sales' });
  });

  it('is the reason only while there was a rank left to fill', () => {
    const [list] = decide(input(bookBy('group', 1, 1), ['list'])).decision.placements;
    expect(reasonsOf(list)).toMatchObject({ a1: 'chosen', a2: 'outranked', b1: 'outranked' });
  });

  it('keeps out nothing that is mandatory, which counts for the others', () => {
    const book = bookOf(`
${channels}
${budgets}
placements:
  list: { channel: web, fallback: {}, limit: 4, diversity: { by: group, max: 1 } }
${['a1', 'a2'].map((name) => offer(name, 9, 'sales/vouchers').replace('group:', 'mandatory: true\ngroup:')).join('')}
${offer('a3', 7, 'sales/vouchers')}${offer('b1', 6, 'sales/loyalty')}`);
    const [list] = decide(input(book, ['list'])).decision.placements;
    expect([...shown(list)].sort()).toEqual(['a1', 'a2', 'b1']);
    expect(reasonsOf(list)).toMatchObject({ a3: 'diversity sales/vouchers' });
  });
});

describe('what is left when all ranks are filled', () => {
  const asked = (limit: number) => {
    const book = bookOf(`
${channels}
${budgets}
policies: { once: { scope: customer, limit: 1, within: 1d } }
placements:
  list: { channel: web, fallback: {}, limit: ${limit} }
${offer('a', 3)}${offer('b', 2)}`);
    return reasonsOf(decide(input(book, ['list'])).decision.placements[0]);
  };

  it('was outranked: no policy had to say anything against it', () => {
    expect(asked(1)).toEqual({ a: 'chosen', b: 'outranked' });
  });

  it('was kept out by a policy where there was a rank for it', () => {
    expect(asked(2)).toEqual({ a: 'chosen', b: 'contact-policy once' });
  });
});

describe('coupled placements', () => {
  const book = bookOf(`
${channels}
${budgets}
placements:
  left: { channel: web, fallback: { title: L }, together: pair }
  right: { channel: web, fallback: { title: R }, together: pair }
  free: { channel: web, fallback: { title: F } }
policies:
  a-once: { scope: action, match: { actions: [a] }, limit: 1, within: 1d }
${offer('a', 9, 'sales/offers', ', placements: [left, free]')}${offer('b', 5, 'sales/offers', ', placements: [right]')}`);

  it('stand when each of them gets something', () => {
    const { decision, contacts } = decide(input(book, ['left', 'right']));
    expect(decision.placements.map(shown)).toEqual([['a'], ['b']]);
    expect(contacts).toHaveLength(2);
  });

  it('fall when one of them gets nothing: all show their fallback, and nothing of it counts', () => {
    const budgetOfOne: BudgetView = { left: () => 1 };
    const { decision, contacts, spends } = decide(
      input(book, ['left', 'right', 'free'], { budgets: budgetOfOne }),
    );
    const [left, right, free] = decision.placements;
    expect([left, right].map(shown)).toEqual([[], []]);
    expect(left?.fallback).toEqual({ fallback: true, content: { title: 'L' } });
    expect(right?.fallback).toEqual({ fallback: true, content: { title: 'R' } });
    expect(reasonsOf(left)).toMatchObject({ a: 'coupled pair' });
    expect(reasonsOf(right)).toMatchObject({ b: 'budget all' });
    // Neither the cap of one a day, nor the budget, nor the rule against duplicates stands in the way.
    expect(shown(free)).toEqual(['a']);
    expect(contacts.map(({ placement }) => placement)).toEqual(['free']);
    expect(spends).toEqual([{ budget: 'all', amount: 1 }]);
  });

  it('are filled one after another where the first of them was asked for, and answered as asked', () => {
    const { decision } = decide(input(book, ['left', 'free', 'right']));
    expect(decision.placements.map(({ placement }) => placement)).toEqual(['left', 'free', 'right']);
    expect(decision.placements.map(shown)).toEqual([['a'], [], ['b']]);
    expect(reasonsOf(decision.placements[1])).toMatchObject({ a: 'already-placed' });
  });

  it('stand alone when a request asks for one of them only', () => {
    expect(decide(input(book, ['left'])).decision.placements.map(shown)).toEqual([['a']]);
  });
});

const actionNames = ['a', 'b', 'c', 'd'] as const;
const randomBook = fc
  .record({
    fits: fc.array(fc.subarray([...actionNames]), { minLength: 4, maxLength: 4 }),
    couples: fc.array(fc.constantFrom('x', 'y', undefined), { minLength: 4, maxLength: 4 }),
    duplicates: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    cap: fc.integer({ min: 1, max: 4 }),
    exploration: fc.constantFrom(0, 0.5),
    limit: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ fits, couples, duplicates, cap, exploration, limit }) => {
    const placements = fits.map((_, index) => {
      const together = couples[index] === undefined ? '' : `, together: ${couples[index]}`;
      return `  p${index}: { channel: web, fallback: {}, limit: ${limit}, duplicates: ${duplicates[index] ? 'allow' : 'never'}${together} }`;
    });
    const actions = actionNames.map((action, index) => {
      const places = fits.flatMap((fitting, place) => (fitting.includes(action) ? [`p${place}`] : []));
      return offer(
        action,
        index + 1,
        'sales/offers',
        `, placements: [${places.length === 0 ? 'nowhere' : places.join(', ')}]`,
      );
    });
    return {
      couples,
      duplicates,
      book: bookOf(`
${channels}
${budgets}
arbitration: { exploration: ${exploration} }
placements:
${placements.join('\n')}
  nowhere: { channel: web, fallback: {} }
policies:
  few: { scope: customer, limit: ${cap}, within: 1d }
${actions.join('')}`),
    };
  });

describe('any placements of a request', () => {
  it('stand or fall with their couple, count exactly what is shown, and come out as if fallen couples had not been asked', () => {
    const asked = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1 });
    fc.assert(
      fc.property(randomBook, asked, fc.nat(), fc.integer({ min: 0, max: 4 }), (made, asked, seed, left) => {
        const { book, couples, duplicates } = made;
        const placements = asked.map((index) => `p${index}`);
        const request = { seed: `s${seed}`, budgets: { left: () => left } };
        const { decision, contacts, spends } = decide(input(book, placements, request));
        const fallen = new Set<string>();
        for (const name of new Set(asked.flatMap((index) => couples[index] ?? []))) {
          const members = decision.placements.filter((_, place) => couples[asked[place] as number] === name);
          const filled = members.filter(({ treatments }) => treatments.length > 0);
          if (members.length > 1) expect([0, members.length]).toContain(filled.length);
          if (filled.length === 0) for (const { placement } of members) fallen.add(placement);
        }
        const all = decision.placements.flatMap((one) =>
          one.treatments.map(({ action }) => `${one.placement} ${action}`),
        );
        expect(contacts.map(({ placement, action }) => `${placement} ${action}`).sort()).toEqual(all.sort());
        expect(spends).toEqual(all.length === 0 ? [] : [{ budget: 'all', amount: all.length }]);
        expect(all.length).toBeLessThanOrEqual(left);
        for (const { reasons, treatments, placement } of decision.placements) {
          expect(new Set(reasons.map(({ action }) => action)).size).toBe(reasons.length);
          expect(reasons.filter(({ code }) => code === 'chosen')).toHaveLength(treatments.length);
          if (reasons.some(({ code }) => code === 'coupled')) expect(fallen.has(placement)).toBe(true);
        }
        const strict = decision.placements.filter((_, place) => !duplicates[asked[place] as number]);
        const placed = strict.flatMap(shown);
        expect(new Set(placed).size).toBe(placed.length);
        const rest = placements.filter((name) => !fallen.has(name));
        if (rest.length === placements.length || rest.length === 0) return;
        const without = decide(input(book, rest, request)).decision.placements;
        expect(without.map(shown)).toEqual(
          decision.placements.filter(({ placement }) => !fallen.has(placement)).map(shown),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('of a couple come with probabilities that multiply to how often the couple shows just that', () => {
    const book = bookOf(`
${channels}
${budgets}
arbitration: { exploration: 0.5 }
placements:
  left: { channel: web, fallback: {}, together: pair }
  right: { channel: web, fallback: {}, together: pair }
policies:
  b-not-again: { scope: action, match: { actions: [b] }, limit: 1, within: 1d }
${offer('a', 9)}${offer('b', 5)}${offer('c', 1, 'sales/offers', ', placements: [left]')}`);
    const earlier: Contact = {
      decision: 'before' as DecisionId,
      at: noon - hour,
      ...{ action: 'b', group: 'sales/offers', treatment: 't', channel: 'web', placement: 'left' },
    };
    const state = newCustomerState(ada);
    const known = { ...state, own: { ...state.own, contacts: [earlier] } };
    // `b` is used up, so that the couple stands only if `left` takes `c` and leaves `a` to `right`.
    const rounds = 20_000;
    let stood = 0;
    for (let round = 0; round < rounds; round += 1) {
      const { placements } = decide(
        input(book, ['left', 'right'], { seed: `s${round}`, state: known }),
      ).decision;
      const [left, right] = placements.map(({ treatments }) => treatments[0]);
      if (!left || !right) continue;
      stood += 1;
      expect([left.action, right.action]).toEqual(['c', 'a']);
      expect(left.probability * right.probability).toBeCloseTo(0.25, 12);
    }
    expect(Math.abs(stood / rounds - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / rounds));
  });
});
