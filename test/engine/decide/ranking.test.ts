import { describe, expect, it } from 'vitest';
import {
  type DecidedTreatment,
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  type PlacementDecision,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { noon } from '../support/events.ts';

/** What a book of one placement answers. P is 0.1 wherever nothing was learned. */
const setup = `
channels: { web: { direction: pull } }
placements: { hero: { channel: web, limit: 9, fallback: {} } }
`;
const prior = 'prior: { positives: 1, negatives: 9 }';

function answer(yaml: string, given: Partial<DecideInput> = {}): PlacementDecision {
  const { decision } = decide({
    id: 'd1' as DecisionId,
    tenant: defaultTenant,
    customer: userKey('ada'),
    state: undefined,
    rulebook: bookOf(yaml),
    model: emptyModel,
    cause: { kind: 'request', requestId: 'r' },
    seed: 'seed',
    now: noon,
    placements: ['hero'],
    context: {},
    explain: true,
    budgets: { left: () => 1_000_000 },
    ...given,
  });
  return decision.placements[0] as PlacementDecision;
}

function first(yaml: string, given: Partial<DecideInput> = {}): DecidedTreatment {
  const [treatment] = answer(yaml, given).treatments;
  if (!treatment) throw new Error('nothing was chosen');
  return treatment;
}

function book(action: string, more = '', placement = ''): string {
  const placements = setup.replace('fallback: {}', `fallback: {}${placement}`);
  return `${placements}${more.includes('arbitration:') ? more : `arbitration: { ${prior} }\n${more}`}
---
action: voucher
group: retention/vouchers
value: 30
${action}
`;
}

const card = 'treatments: { card: { channel: web } }';
const hierarchy = (issue: number, group: number) =>
  `hierarchy: { retention: { lever: ${issue} }, retention/vouchers: { lever: ${group} } }\n`;

describe('levers', () => {
  it('make a factor of 1.55 of 55 percentage points', () => {
    expect(first(book(`lever: 55\n${card}`))).toMatchObject({ P: 0.1, V: 30, C: 1, L: 1.55, cost: 0 });
    expect(first(book(`lever: 55\n${card}`)).priority).toBeCloseTo(4.65, 12);
  });

  it('are neutral at 0 and where none is written', () => {
    expect(first(book(`lever: 0\n${card}`)).L).toBe(1);
    expect(first(book(card)).L).toBe(1);
  });

  it('add up over the levels before they multiply: 20 + 20 + 15 make 1.55', () => {
    expect(first(book(`lever: 15\n${card}`, hierarchy(20, 20))).L).toBe(1.55);
  });

  it('add up with that of the treatment: 10 + 20 + 30 + 40 make 2', () => {
    const treatment = 'treatments: { card: { channel: web, lever: 40 } }';
    expect(first(book(`lever: 30\n${treatment}`, hierarchy(10, 20))).L).toBe(2);
  });

  it('take away below 0: -50 halves', () => {
    expect(first(book(`lever: -50\n${card}`))).toMatchObject({ L: 0.5, priority: 1.5 });
  });

  it('cancel each other out: 40 of the issue and -40 of the action are neutral', () => {
    expect(first(book(`lever: -40\n${card}`, hierarchy(40, 0))).L).toBe(1);
  });

  it.each([-100, -60])('switch off at -100 and below, and never turn the sign: %s', (lever) => {
    expect(first(book(`lever: ${lever}\n${card}`, hierarchy(-60, -20)))).toMatchObject({ L: 0, priority: 0 });
  });

  it('of a level hold for its own actions only', () => {
    const guide = `---\naction: guide\ngroup: service/advice\nvalue: 30\n${card}`;
    const { treatments } = answer(`${book(card, hierarchy(20, 20))}${guide}`);
    expect(treatments.map(({ action, L }) => [action, L])).toEqual([
      ['voucher', 1.4],
      ['guide', 1],
    ]);
  });

  it('switched off by `without` count as 1', () => {
    expect(first(book(`lever: 55\n${card}`, '', ', without: [L]'))).toMatchObject({ L: 1, priority: 3 });
  });
});

describe('context weights', () => {
  const weights = (...entries: readonly string[]) =>
    `arbitration: { ${prior}, contextWeights: [${entries.join(', ')}] }\n`;
  const rain = '{ context: { key: weather, value: rain }, weight: 30 }';
  const phone = '{ context: { key: device, value: phone }, weight: 20 }';

  it('make a factor of 1.3 of 30 percentage points where key and value match', () => {
    expect(first(book(card, weights(rain)), { context: { weather: 'rain' } }).C).toBe(1.3);
    expect(first(book(card, weights(rain)), { context: { weather: 'sun' } }).C).toBe(1);
    expect(first(book(card, weights(rain))).C).toBe(1);
  });

  it('add up where several match: 30 + 20 make 1.5', () => {
    const context = { weather: 'rain', device: 'phone' };
    expect(first(book(card, weights(rain, phone)), { context }).C).toBe(1.5);
  });

  it('never fall below 0', () => {
    const none = '{ context: { key: device, value: phone }, weight: -100 }';
    const context = { weather: 'rain', device: 'phone' };
    expect(first(book(card, weights(none, none, rain)), { context })).toMatchObject({ C: 0, priority: 0 });
  });

  it('may be conditions of any kind', () => {
    const weight = '{ when: { fact: context.cart, operator: greaterThan, value: 50 }, weight: 10 }';
    expect(first(book(card, weights(weight)), { context: { cart: 60 } }).C).toBe(1.1);
  });

  it.each([
    ['an issue', 'groups: [retention]', 'groups: [service]'],
    ['a group', 'groups: [retention/vouchers]', 'groups: [service/advice]'],
    ['an action', 'actions: [voucher]', 'actions: [guide]'],
    ['a treatment', 'treatments: [voucher/card]', 'treatments: [guide/card]'],
  ])('speak of %s', (_, own, other) => {
    const guide = `---\naction: guide\ngroup: service/advice\nvalue: 1\n${card}`;
    const weigh = (of: string) => weights(`{ context: { key: weather, value: rain }, ${of}, weight: 40 }`);
    const context = { weather: 'rain' };
    expect(first(`${book(card, weigh(own))}${guide}`, { context }).C).toBe(1.4);
    expect(first(`${book(card, weigh(other))}${guide}`, { context })).toMatchObject({
      action: 'voucher',
      C: 1,
    });
  });

  it('and levers are factors of their own: 1.3 x 1.55', () => {
    const { C, L, priority } = first(book(`lever: 55\n${card}`, weights(rain)), {
      context: { weather: 'rain' },
    });
    expect([C, L]).toEqual([1.3, 1.55]);
    expect(priority).toBe(0.1 * 30 * 1.3 * 1.55);
  });

  it('switched off by `without` count as 1', () => {
    const yaml = book(card, weights(rain), ', without: [C]');
    expect(first(yaml, { context: { weather: 'rain' } })).toMatchObject({ C: 1, priority: 3 });
  });
});

describe('value and cost', () => {
  const valued = (value: string, more = card) => book(more).replace('value: 30', `value: ${value}`);

  it('of 0 leave a priority of 0, which may still be shown', () => {
    expect(first(valued('0'))).toMatchObject({ V: 0, priority: 0 });
  });

  it('are read from a fact, and by default where there is none', () => {
    const yaml = valued('{ fact: context.margin, default: 7 }');
    expect(first(yaml, { context: { margin: 12.5 } })).toMatchObject({ V: 12.5, priority: 1.25 });
    expect(first(yaml).V).toBe(7);
    expect(first(yaml, { context: { margin: 'much' } }).V).toBe(7);
    expect(first(valued('{ fact: context.margin }')).V).toBe(0);
  });

  it('are read from inside a fact', () => {
    const yaml = valued("{ fact: context.product, path: '$.prices[1]' }");
    expect(first(yaml, { context: { product: { prices: [1, 9] } } }).V).toBe(9);
  });

  it('come of an expression over facts', () => {
    const yaml = valued(
      `{ expression: "0.3 * context.spent + if(traits.tier = 'gold', 5, 0)", default: 10 }`,
    );
    expect(first(yaml, { context: { spent: 40 } }).V).toBe(12);
    expect(first(yaml).V).toBe(10);
  });

  it('below 0 count as 0', () => {
    expect(first(valued('{ expression: "context.a - 5" }'), { context: { a: 1 } }).V).toBe(0);
    const cost = valued('30', `cost: { web: { expression: "context.a - 5" } }\n${card}`);
    expect(first(cost, { context: { a: 1 } })).toMatchObject({ cost: 0, priority: 3 });
  });

  it('of a treatment go before those of its action', () => {
    const treatments = 'treatments: { a: { channel: web, value: 50, cost: 1 }, b: { channel: web } }';
    const yaml = valued('30', `cost: { web: 2 }\n${treatments}`);
    expect(first(yaml)).toMatchObject({ treatment: 'a', V: 50, cost: 1, priority: 4 });
  });

  it('leave an option out whose cost is above what it is worth', () => {
    expect(answer(valued('30', `cost: { web: 3.1 }\n${card}`)).reasons).toEqual([
      { action: 'voucher', treatment: 'card', code: 'not-worth-its-cost' },
    ]);
    expect(first(valued('30', `cost: { web: 3 }\n${card}`)).priority).toBe(0);
  });
});

describe('a factor switched off', () => {
  it.each([
    ['P', { P: 1, V: 30, C: 1, L: 1.5, cost: 1, priority: 44 }],
    ['V', { P: 0.1, V: 1, C: 1, L: 1.5, cost: 1 }],
    ['cost', { P: 0.1, V: 30, C: 1, L: 1.5, cost: 0, priority: 4.5 }],
    ['P, V, C, L, cost', { P: 1, V: 1, C: 1, L: 1, cost: 0, priority: 1 }],
  ])('is 1, and a cost 0: %s', (factors, expected) => {
    const yaml = book(`lever: 50\ncost: { web: 1 }\n${card}`, '', `, without: [${factors}]`);
    const { treatments, reasons } = answer(yaml);
    if (factors === 'V') expect(reasons[0]?.code).toBe('not-worth-its-cost');
    else expect(treatments[0]).toMatchObject(expected);
  });
});

describe('a formula', () => {
  const ranked = (formula: string, more = '', action = `lever: 50\ncost: { web: 1 }\n${card}`) =>
    book(action, '', `, formula: "${formula}"${more}`);

  it.each([
    ['P * V * C * L - cost', 0.1 * 30 * 1.5 - 1],
    ['P * V', 3],
    ['V', 30],
    ['P * V * L + 2 * cost', 6.5],
    ['sqrt(P * V * L * 8) - cost', 5],
    ['P * max(V, context.floor)', 10],
    ["if(context.device = 'phone', P * V, 0)", 3],
  ])('takes the place of the product: %s', (formula, expected) => {
    const context = { floor: 100, device: 'phone' };
    expect(first(ranked(formula), { context }).priority).toBeCloseTo(expected, 12);
  });

  it('leaves the factors in the answer as they are', () => {
    expect(first(ranked('P * V'))).toMatchObject({ P: 0.1, V: 30, C: 1, L: 1.5, cost: 1 });
  });

  it('sees what is left out as 1, and a cost as 0', () => {
    const yaml = ranked('P * V * L + 100 * cost', ', without: [P, L, cost]');
    expect(first(yaml)).toMatchObject({ P: 1, L: 1, cost: 0, priority: 30 });
  });

  it.each(['P / (V - 30)', 'P * context.missing', 'sqrt(0 - V)', 'V * 1e308'])(
    'comes to 0 where there is no number: %s',
    (formula) => {
      expect(first(ranked(formula)).priority).toBe(0);
    },
  );

  it('below 0 leaves an option out', () => {
    expect(answer(ranked('P * V - 4')).reasons[0]?.code).toBe('not-worth-its-cost');
  });

  it('holds for its placement alone', () => {
    const yaml = ranked('V').replace('placements: {', 'placements: { side: { channel: web, fallback: {} },');
    expect(first(yaml, { placements: ['side'] }).priority).toBe(3.5);
  });
});

describe('what is equal', () => {
  const names = ['ada', 'bob', 'cleo', 'dan', 'eve'];
  const action = (name: string) => `action: ${name}\ngroup: sales\nvalue: 10\n${card}`;
  const ordered = (order: readonly string[]) =>
    [`${setup.replace('limit: 9', 'limit: 2')}arbitration: { ${prior} }`, ...order.map(action)].join(
      '\n---\n',
    );
  const chosen = (order: readonly string[], seed: string) =>
    answer(ordered(order), { seed }).treatments.map((treatment) => [treatment.action, treatment.probability]);

  it('is told apart by the seed alone, the same under any order of the files', () => {
    const winners = new Set<unknown>();
    for (let turn = 0; turn < 40; turn += 1) {
      const seed = `seed-${turn}`;
      const order = [...names.slice(turn % 5), ...names.slice(0, turn % 5)];
      const found = chosen(order, seed);
      expect(found).toEqual(chosen(names, seed));
      expect(found).toEqual(chosen([...names].reverse(), seed));
      expect(found.map(([, probability]) => probability)).toEqual([1 / 5, 1 / 4]);
      winners.add(found[0]?.[0]);
    }
    expect([...winners].sort()).toEqual(names);
  });

  it('among the treatments of one action goes by the name', () => {
    const treatments = (one: string, other: string) =>
      `treatments: { ${one}: { channel: web }, ${other}: { channel: web } }`;
    expect(first(book(treatments('b', 'a'))).treatment).toBe('a');
    expect(first(book(treatments('a', 'b'))).treatment).toBe('a');
  });
});
