import { describe, expect, it } from 'vitest';
import { isDifferent } from '../../../../engine/index.ts';
import { changesBack, changesBy, type Edit, inShort } from './books.ts';

type Case = readonly [title: string, edits: readonly Edit[], expected: readonly string[]];

const complaint = '{ not: { fact: traits.complaints, operator: greaterThan, value: 0 } }';
const town = 'applicability: { fact: traits.town, operator: matches, value: "Os+lo" }\n';
const guide = `---
action: guide
group: service/advice
value: 3
applicability: { fact: opens, operator: greaterThan, value: 2 }
treatments:
  card: { channel: web, content: { title: Guide } }
`;

const conditions: readonly Case[] = [
  [
    'a condition is loosened',
    [['opens, operator: greaterThan, value: 2', 'opens, operator: greaterThan, value: 1']],
    ['contacts more: action guide applicability loosened - opens > 2 + opens > 1'],
  ],
  [
    'a condition is tightened, told from all of it and not from its comparisons',
    [['  any:\n    - { fact: revenue', '  all:\n    - { fact: revenue']],
    ['contacts fewer: action club applicability tightened'],
  ],
  [
    'some come in and others drop out',
    [['revenue, operator: greaterThan, value: 100', 'revenue, operator: lessThan, value: 100']],
    ['contacts other: action club applicability shifted - revenue > 100 + revenue < 100'],
  ],
  [
    'what cannot be told is said to be unclear',
    [['value: "Os+lo"', 'value: "Oslo+"']],
    [
      'contacts unclear: action voucher applicability unclear - traits.town matches "Os+lo" + traits.town matches "Oslo+"',
    ],
  ],
  [
    'a condition where there was none',
    [['value: 3\n', 'value: 3\neligibility: { fact: customer.known, operator: equal, value: true }\n']],
    ['contacts fewer: action guide eligibility tightened + customer.known = true'],
  ],
  [
    'no condition where there was one',
    [['applicability: { fact: opens, operator: greaterThan, value: 2 }\n', '']],
    ['contacts more: action guide applicability loosened - opens > 2'],
  ],
  [
    'a missing fact makes the difference between `not` and the opposite operator',
    [[complaint, '{ fact: traits.complaints, operator: lessThanInclusive, value: 0 }']],
    [
      'contacts fewer: action voucher suitability tightened - not traits.complaints > 0 + traits.complaints <= 0',
    ],
  ],
  [
    'conditions that changed places turn the same customers away for other reasons',
    [
      [
        `eligibility: { condition: lapsed }\n${town}suitability: ${complaint}`,
        `eligibility: ${complaint}\n${town}suitability: { condition: lapsed }`,
      ],
    ],
    [
      'learning: action voucher eligibility moved - condition lapsed + not traits.complaints > 0',
      'learning: action voucher suitability moved - not traits.complaints > 0 + condition lapsed',
    ],
  ],
];

const wording: readonly Case[] = [
  ['two equal books', [], []],
  ['a note, a test and the order of definitions', [['action: guide\n', 'action: guide\ntests: []\n']], []],
  [
    'the order of comparisons',
    [
      [
        '[ { condition: buyer }, { fact: quiet, operator: greaterThan, value: 45 } ]',
        '[ { fact: quiet, operator: greaterThan, value: 45 }, { condition: buyer } ]',
      ],
    ],
    ['wording: condition lapsed equal => action voucher eligibility equal'],
  ],
  [
    'a shared condition written out',
    [
      [
        'eligibility: { condition: lapsed }',
        'eligibility: { all: [ { condition: buyer }, { fact: quiet, operator: greaterThan, value: 45 } ] }',
      ],
    ],
    ['wording: action voucher eligibility equal - condition lapsed + condition buyer + quiet > 45'],
  ],
  [
    'a whole number of orders above none is one or more',
    [
      [
        'buyer: { fact: orders, operator: greaterThanInclusive, value: 1 }',
        'buyer: { fact: orders, operator: greaterThan, value: 0 }',
      ],
    ],
    ['wording: condition buyer equal - orders >= 1 + orders > 0 => action voucher eligibility equal'],
  ],
  ['a shared condition under a new name', [['buyer', 'patron']], ['wording: condition patron was buyer']],
];

const shared: readonly Case[] = [
  [
    'a shared condition is told once, with all that use it, through others as well',
    [
      [
        'orders, operator: greaterThanInclusive, value: 1',
        'orders, operator: greaterThanInclusive, value: 2',
      ],
    ],
    [
      'contacts fewer: condition buyer tightened - orders >= 1 + orders >= 2 => action voucher eligibility tightened',
    ],
  ],
  [
    'an action that changed as well says so itself',
    [
      [
        'eligibility: { condition: lapsed }',
        'eligibility: { all: [ { condition: lapsed }, { fact: customer.known, operator: equal, value: true } ] }',
      ],
      ['value: 45', 'value: 30'],
    ],
    [
      'contacts other: condition lapsed loosened - quiet > 45 + quiet > 30 => action voucher eligibility shifted',
      'contacts other: action voucher eligibility shifted + customer.known = true through condition lapsed',
    ],
  ],
  [
    'a segment',
    [['orders, operator: greaterThan, value: 5', 'orders, operator: greaterThan, value: 3']],
    ['contacts more: segment loyal loosened - orders > 5 + orders > 3 => action club eligibility loosened'],
  ],
  [
    'a segment that no condition asks about',
    [['segments:\n', 'segments:\n  silent: { when: { fact: opens, operator: equal, value: 0 } }\n']],
    ['learning: segment silent added'],
  ],
  [
    'what a segment is counted as worth',
    [['value: 5 } }', 'value: 5 }, value: revenue }']],
    ['learning: segment loyal value none -> "revenue"'],
  ],
  [
    'a feature that is counted over a shorter time changes what reads it, each in its own way',
    [
      [
        'orders: { count: Order Completed, within: 365d }',
        'orders: { count: Order Completed, within: 180d }',
      ],
    ],
    [
      'contacts other: feature orders within 31536000000 -> 15552000000 => action voucher eligibility tightened, ' +
        'action club eligibility tightened, action club applicability tightened, trigger cart-left when loosened',
      'learning: feature orders counted anew',
    ],
  ],
  [
    'a feature that counts more events',
    [['operator: equal, value: news', 'operator: in, value: [news, offers]']],
    [
      'contacts more: feature opens where loosened - event.properties.kind = "news" ' +
        '+ event.properties.kind is one of ["news","offers"] => action guide applicability loosened',
      'learning: feature opens counted anew',
    ],
  ],
  [
    'a feature that adds up something else, in a direction that cannot be told',
    [['of: properties.revenue', 'of: properties.total']],
    [
      'contacts unclear: feature revenue of "properties.revenue" -> "properties.total" => action club applicability unclear',
      'learning: feature revenue counted anew',
    ],
  ],
  [
    'a feature that nothing reads',
    [['features:\n', 'features:\n  views: { count: Product Viewed }\n']],
    ['learning: feature views added'],
  ],
];

const names: readonly Case[] = [
  [
    'a feature under a new name',
    [
      ['orders: {', 'purchases: {'],
      ['fact: orders', 'fact: purchases'],
    ],
    ['learning: feature purchases was orders'],
  ],
  [
    'an action under a new name, also where it is named',
    [
      ['action: voucher', 'action: ten-off'],
      ['actions: [voucher]', 'actions: [ten-off]'],
    ],
    ['learning: action ten-off was voucher'],
  ],
  [
    'a placement under a new name',
    [
      ['  hero: {', '  top: {'],
      ['[hero]', '[top]'],
    ],
    ['learning: placement top was hero'],
  ],
  ['a policy under a new name', [['  cap: {', '  web-cap: {']], ['learning: policy web-cap was cap']],
  [
    'an action that is gone',
    [
      [guide, ''],
      ['actions: [guide]', 'groups: [sales/vouchers]'],
    ],
    [
      'contacts fewer: action guide removed in hero side',
      'ranking: arbitration arbitration contextWeights.0 none -> {"weight":30,"when":"context.weather = \\"rain\\"","for":["sales/vouchers"]}',
      'ranking: arbitration arbitration contextWeights.0 {"weight":30,"when":"context.weather = \\"rain\\"","for":["guide"]} -> none',
    ],
  ],
];

const actions: readonly Case[] = [
  [
    'values, costs and levers',
    [
      ['value: 12.5', 'value: 14'],
      ['email: 0.04', 'email: 0.05, web: 0.01'],
      ['value: 8\n', 'value: 8\nlever: 50\n'],
    ],
    [
      'ranking: action voucher value 12.5 -> 14, cost.email 0.04 -> 0.05, cost.web 0 -> 0.01',
      'ranking: action club lever 0 -> 50',
    ],
  ],
  [
    "the book's prior is told once, not for every action that has it",
    [['prior: { positives: 1, negatives: 19 }', 'prior: { positives: 2, negatives: 18 }']],
    [
      'ranking: arbitration arbitration prior {"positives":1,"negatives":19} -> {"positives":2,"negatives":18}',
    ],
  ],
  [
    'a prior of its own',
    [['value: 8\n', 'value: 8\nprior: { positives: 5, negatives: 5 }\n']],
    ['ranking: action club prior {"positives":1,"negatives":19} -> {"positives":5,"negatives":5}'],
  ],
  [
    'a longer validity',
    [['until: 2026-12-31', 'until: 2027-01-31']],
    ['contacts more: action voucher valid.until 1798761600000 -> 1801440000000'],
  ],
  [
    'another validity',
    [['from: 2026-11-01, until: 2026-12-31', 'from: 2026-12-01, until: 2027-01-31']],
    [
      'contacts other: action voucher valid.from 1793491200000 -> 1796083200000, valid.until 1798761600000 -> 1801440000000',
    ],
  ],
  [
    'no purpose any more',
    [['purpose: marketing\n', '']],
    ['contacts more: action voucher purpose "marketing" -> none'],
  ],
  [
    'another budget that must have room',
    [['budgets: [vouchers]', 'budgets: [vouchers, spare]']],
    ['contacts fewer: action voucher budgets ["vouchers"] -> ["spare","vouchers"]'],
  ],
  [
    'another group',
    [['group: sales/loyalty', 'group: retention/loyalty']],
    ['contacts other: action club group "sales/loyalty" -> "retention/loyalty"'],
  ],
  [
    'another placement for a treatment',
    [['placements: [hero], content', 'placements: [hero, side], content']],
    ['contacts more: action voucher treatments.card.placements ["hero"] -> ["hero","side"]'],
  ],
  [
    'a treatment that is gone',
    [['  letter: { channel: email, content: { subject: Voucher } }\n', '']],
    ['contacts fewer: action voucher treatments.letter {"channel":"email","placements":["mail"]} -> none'],
  ],
  [
    'content, field by field',
    [['title: "Ten off", size: 3', 'title: "Ten euros off", color: red']],
    [
      'content: action voucher treatments.card.content.title "Ten off" -> "Ten euros off", ' +
        'treatments.card.content.size 3 -> none, treatments.card.content.color none -> "red"',
    ],
  ],
];

const limits: readonly Case[] = [
  [
    'a looser cap',
    [['limit: 3, within: 24h', 'limit: 4, within: 12h']],
    ['contacts more: policy cap limit 3 -> 4, within 86400000 -> 43200000'],
  ],
  [
    'a cap over a longer time is tighter',
    [['limit: 3, within: 24h', 'limit: 3, within: 48h']],
    ['contacts fewer: policy cap within 86400000 -> 172800000'],
  ],
  [
    'a cap that is looser here and tighter there',
    [['limit: 3, within: 24h', 'limit: 4, within: 48h']],
    ['contacts other: policy cap limit 3 -> 4, within 86400000 -> 172800000'],
  ],
  [
    'a cap that counts all channels together',
    [['scope: channel', 'scope: customer']],
    ['contacts fewer: policy mails scope "channel" -> "customer"'],
  ],
  [
    'a cap that counts more contacts, and from earlier on',
    [['counts: delivered', 'counts: decided']],
    ['contacts other: policy mails counts "delivered" -> "decided"'],
  ],
  [
    'a cap that speaks of more contacts',
    [['channels: [web], actions: [voucher]', 'actions: [voucher, guide]']],
    [
      'contacts fewer: policy cap match.channels ["web"] -> [], match.actions ["voucher"] -> ["guide","voucher"]',
    ],
  ],
  [
    'a cap that binds fewer customers',
    [
      [
        'limit: 3, within: 24h',
        'limit: 3, within: 24h, when: { fact: orders, operator: lessThan, value: 2 }',
      ],
    ],
    ['contacts more: policy cap when tightened + orders < 2'],
  ],
  [
    'a cap that becomes a rest',
    [['limit: 3, within: 24h', 'after: { outcome: dismiss, times: 2, within: 1d }, rest: 2d']],
    [
      'contacts other: policy cap kind "cap" -> "rest", limit 3 -> none, within 86400000 -> none, counts "decided" -> none, after.outcome none -> "dismiss", after.times none -> 2, after.within none -> 86400000, rest none -> 172800000',
    ],
  ],
  [
    'a cap that counts for ever is tighter',
    [['limit: 3, within: 24h', 'limit: 3, within: ever']],
    ['contacts fewer: policy cap within 86400000 -> "ever"'],
  ],
  [
    'a reservation counts more',
    [['counts: delivered', 'counts: delivered, reserve: 10m']],
    ['contacts fewer: policy mails reserve none -> 600000'],
  ],
  [
    'a degraded mode, which shows something where nothing was shown',
    [['holdout: { share: 0.05 }', 'degraded: { after: 300ms, groups: [service] }\nholdout: { share: 0.05 }']],
    ['contacts more: setting degraded after none -> 300, groups [] -> ["service/advice"]'],
  ],
  [
    'an action that becomes mandatory',
    [['budgets: [vouchers]', 'budgets: [vouchers]\nmandatory: { overrides: [cap] }']],
    ['contacts other: action voucher mandatory none -> {"overrides":["cap"]}'],
  ],
  [
    'a new cap',
    [['policies:\n', 'policies:\n  one: { scope: customer, limit: 1, within: 1d }\n']],
    ['contacts fewer: policy one added'],
  ],
  [
    'a group that only a new action brought into an issue changes no cap',
    [
      [
        '---\naction: guide',
        '---\naction: extra\ngroup: sales/extra\ntreatments: { card: { channel: web } }\n---\naction: guide',
      ],
    ],
    ['contacts more: action extra added in hero side'],
  ],
  [
    'budgets',
    [
      ['total: 100, period: day', 'total: 150, period: week'],
      ['total: 7', 'total: 9'],
    ],
    [
      'contacts more: budget spare total 7 -> 9',
      'contacts other: budget vouchers total 100000000 -> 150000000, period "day" -> "week"',
    ],
  ],
  [
    'a budget that pays for what it matches, and one that is paced',
    [
      ['total: 100, period: day', 'total: 100, period: day, pace: even'],
      ['total: 7, period: week', 'total: 7, period: week, match: { channels: [web], actions: [guide] }'],
    ],
    [
      'contacts fewer: budget vouchers pace none -> "even"',
      'contacts other: budget spare match "named" -> "some", match.channels [] -> ["web"], match.actions [] -> ["guide"]',
    ],
  ],
  [
    'a budget for one campaign',
    [['total: 7, period: week', 'total: 7, campaign: { from: 2026-11-01, until: 2026-11-30 }']],
    [
      `contacts other: budget spare period "week" -> "campaign", campaign.from none -> ${Date.UTC(2026, 10, 1)}, campaign.until none -> ${Date.UTC(2026, 11, 1)}`,
    ],
  ],
  [
    'a budget that comes and limits what it matches',
    [['  spare: {', '  all: { unit: contacts, total: 9, period: day, match: {} }\n  spare: {']],
    ['contacts fewer: budget all added'],
  ],
  [
    'a new placement is told once, not for every treatment that fits it',
    [['  mail: { channel: email }', '  mail: { channel: email }\n  foot: { channel: web, fallback: {} }']],
    ['contacts more: placement foot added'],
  ],
  [
    'less room in a placement, and other factors',
    [['channel: web, limit: 2', 'channel: web, limit: 1, without: [P]']],
    ['contacts fewer: placement hero limit 2 -> 1', 'ranking: placement hero without [] -> ["P"]'],
  ],
  [
    'a placement that ranks by uplift',
    [['channel: web, limit: 2', 'channel: web, limit: 2, rankBy: uplift']],
    ['ranking: placement hero rankBy "response" -> "uplift"'],
  ],
  [
    'a fallback',
    [['links: [a, b]', 'links: [a, c]']],
    ['content: placement hero fallback.links.1 "b" -> "c"'],
  ],
  [
    'a channel that teaches only what was viewed',
    [['channels:\n  web: { direction: pull }', 'channels:\n  web: { direction: pull, views: required }']],
    ['learning: channel web views none -> "required"'],
  ],
  [
    'consent of a channel',
    [['direction: push, consent: per-channel', 'direction: push']],
    ['contacts other: channel email consent "per-channel" -> none'],
  ],
  [
    'a larger hold-out',
    [['share: 0.05', 'share: 0.1']],
    ['contacts fewer: holdout universal share 0.05 -> 0.1'],
  ],
  [
    'other ways to recognise a customer',
    [
      [
        'holdout: { share: 0.05 }',
        'holdout: { share: 0.05 }\nidentity: { limits: { user: 2 }, block: [desk] }',
      ],
    ],
    ['contacts other: setting identity limits.user 1 -> 2, block [] -> ["desk"]'],
  ],
  [
    'a customer recognised by a card',
    [
      [
        'holdout: { share: 0.05 }',
        'holdout: { share: 0.05 }\nidentity: { identifiers: { card: { from: properties.card } } }',
      ],
    ],
    ['contacts other: setting identity identifiers.card none -> {"from":["properties.card"],"hash":false}'],
  ],
  ['no hold-out', [['holdout: { share: 0.05 }\n', '']], ['contacts more: holdout universal removed']],
];

const events: readonly Case[] = [
  [
    'a trigger on more events that waits less',
    [
      ['on: Cart Left', 'on: [Cart Left, Cart Lost]'],
      ['wait: 2h', 'wait: 1h'],
    ],
    [
      'contacts other: trigger cart-left on ["Cart Left"] -> ["Cart Left","Cart Lost"], wait 7200000 -> 3600000',
    ],
  ],
  [
    "a trigger's condition",
    [['orders, operator: equal, value: 0', 'orders, operator: lessThan, value: 2']],
    ['contacts more: trigger cart-left when loosened - orders = 0 + orders < 2'],
  ],
  [
    'an outcome',
    [
      [
        'conversion, within: 7d',
        'conversion, within: 14d, where: { fact: event.properties.revenue, operator: greaterThan, value: 0 }',
      ],
    ],
    [
      'learning: outcome bought within 604800000 -> 1209600000',
      'learning: outcome bought where tightened + event.properties.revenue > 0',
    ],
  ],
  [
    'what a conversion is worth in reports',
    [['conversion, within: 7d', 'conversion, within: 7d, value: properties.revenue']],
    ['learning: outcome bought value none -> "properties.revenue"'],
  ],
  [
    'events that give permission, and that take it',
    [
      ['on: Newsletter Subscribed', 'on: [Newsletter Subscribed, Account Created]'],
      [
        'withdraws: marketing, channel: email }\n',
        'withdraws: marketing, channel: email, where: { fact: event.properties.sure, operator: equal, value: true } }\n  - { on: Complaint, denies: marketing }\n',
      ],
    ],
    [
      'contacts fewer: consent denies marketing added',
      'contacts more: consent grants marketing/email on ["Newsletter Subscribed"] -> ["Account Created","Newsletter Subscribed"]',
      'contacts more: consent withdraws marketing/email where tightened + event.properties.sure = true',
    ],
  ],
  [
    'exploration, levers and a context weight',
    [
      ['exploration: 0.05', 'exploration: 0.1'],
      ['sales: { lever: 20 }', 'service: { lever: 10 }'],
      ['weight: 30', 'weight: 50'],
    ],
    [
      'ranking: hierarchy sales lever 20 -> 0',
      'ranking: arbitration arbitration exploration 0.05 -> 0.1',
      'ranking: arbitration arbitration contextWeights.0.weight 30 -> 50',
      'ranking: hierarchy service lever 0 -> 10',
    ],
  ],
  [
    'exploration that weighs, and what is learned from',
    [
      ['exploration: 0.05', 'exploration: { gamma: 100 }'],
      [
        'holdout: { share: 0.05 }',
        'holdout: { share: 0.05 }\nlearning: { predictors: [orders, traits.town], shareCap: 0.3, signals: strong }',
      ],
    ],
    [
      'ranking: arbitration arbitration exploration 0.05 -> {"floor":0.01,"uniform":0.01,"gamma":100}',
      'ranking: setting learning matureAt 0 -> 200, shareCap 1 -> 0.3',
      'learning: setting learning predictors [] -> ["orders","traits.town"], signals "weak" -> "strong"',
    ],
  ],
  [
    'the condition of a context weight',
    [['operator: equal, value: rain', 'operator: in, value: [rain, snow]']],
    [
      'ranking: arbitration contextWeights.0 when loosened - context.weather = "rain" + context.weather is one of ["rain","snow"]',
    ],
  ],
  [
    'settings of the whole book',
    [['currency: EUR', 'currency: USD\ntimeZone: Europe/Oslo']],
    ['contacts other: setting timeZone  "UTC" -> "Europe/Oslo"', 'ranking: setting currency  "EUR" -> "USD"'],
  ],
];

const overlays: readonly Case[] = [
  [
    'attributes, and where they come from',
    [
      ['churn: number, band: text }, expires: 30d', 'churn: text, size: number }, expires: 10d'],
      ['a.example/{{ customer.id }}" }', 'b.example/{{ customer.id }}", timeout: 300ms }'],
    ],
    [
      'contacts unclear: overlay scores attributes.churn "number" -> "text", attributes.band "text" -> none, attributes.size none -> "number", expires 2592000000 -> 864000000, service.url "https://a.example/{{ customer.id }}" -> "https://b.example/{{ customer.id }}", service.timeout 150 -> 300',
    ],
  ],
  [
    'another key',
    [['key: traits.town', 'key: traits.city']],
    ['contacts unclear: overlay towns column "town" -> "city", key "traits.town" -> "traits.city"'],
  ],
  [
    'an overlay under another name is another one',
    [['  towns: { key', '  places: { key']],
    ['content: overlay towns removed', 'content: overlay places added'],
  ],
];

const all = { overlays, conditions, wording, shared, names, actions, limits, events };

describe.each(Object.entries(all))('what changed between two rulebooks: %s', (_kind, cases) => {
  it.each(cases)('%s', (_title, edits, expected) => {
    expect(changesBy(edits).map(inShort)).toEqual(expected);
  });
});

const swapped: Readonly<Record<string, string>> = { more: 'fewer', fewer: 'more' };

it.each(Object.values(all).flat())('told backwards, more becomes fewer: %s', (_title, edits) => {
  const there = changesBy(edits).map(({ topic, reach }) => `${topic} ${swapped[reach] ?? reach}`);
  const back = changesBack(edits).map(({ topic, reach }) => `${topic} ${reach}`);
  expect(back.sort()).toEqual(there.sort());
});

it.each([
  ['wording alone is no difference', wording, false],
  ['everything else is one', [...conditions, ...names, ...actions, ...limits, ...events], true],
] as const)('%s', (_title, cases, expected) => {
  for (const [title, edits] of cases)
    expect([title, isDifferent(changesBy(edits))]).toEqual([title, expected]);
});

it('points at the new comparison, at the field, and at what is gone in the old book', () => {
  const places = (edits: readonly Edit[]) =>
    changesBy(edits).map(({ at: { side, file, line, column } }) => `${side} ${file}:${line}:${column}`);
  expect(places([['value: 45', 'value: 60']])).toEqual(['after book.yaml:17:42']);
  expect(places([['limit: 3, within: 24h', 'limit: 4, within: 24h']])).toEqual(['after book.yaml:21:80']);
  expect(
    places([
      [guide, ''],
      ['actions: [guide]', 'actions: []'],
    ])[0],
  ).toBe('before book.yaml:55:1');
});
