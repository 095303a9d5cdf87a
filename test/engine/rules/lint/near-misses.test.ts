import { describe, expect, it } from 'vitest';
import { action, asking, askingAll, askingAny, cleanFiles, is, lintWith, test } from './clean-book.ts';

/** What looks like a fault and is none: a file to add, or one of the clean files that it takes the place of. */
type NearMiss = string | { readonly in: string; readonly source: string };

function changed(file: string, from: string, to: string): NearMiss {
  const source = cleanFiles[file] ?? '';
  if (!source.includes(from)) throw new Error(`${file} does not hold ${from}`);
  return { in: file, source: source.replace(from, to) };
}

const atHome = 'ask: { placement: home }';
const rain = is('context.weather', 'equal', 'rain');
const many = is('orders.count', 'greaterThan', 5);

const conditions: Readonly<Record<string, NearMiss>> = {
  'no order at all': asking(is('orders.count', 'lessThan', 1)),
  'none or one order': asking(is('orders.count', 'lessThanInclusive', 0)),
  'a sum below zero, after refunds': asking(is('orders.value', 'lessThan', 0)),
  'a trait of zero or more, which may be missing': asking(is('traits.age', 'greaterThanInclusive', 0)),
  'a time since an event of zero or more: there was one': asking(
    is('orders.days', 'greaterThanInclusive', 0),
  ),
  'no order yet, by a time that is missing': asking(
    `{ not: ${is('orders.days', 'greaterThanInclusive', 0)} }`,
  ),
  'a trait that is a number in quotes': asking(is('traits.size', 'equal', "'5'")),
  'a trait that is no text': asking(is('traits.newsletter', 'equal', 'true')),
  'a trait that is null': asking(is('traits.email', 'equal', 'null')),
  'the newest value compared with a number': asking(is('orders.category', 'greaterThan', 5)),
  'the newest value, a list': asking(is('orders.category', 'contains', 'tents')),
  'a key that begins like a known customer': asking(is('customer.key', 'startsWith', "'u:'")),
  'both ends of a range': askingAll(
    is('orders.days', 'greaterThanInclusive', 3),
    is('orders.days', 'lessThan', 45),
  ),
  'a range that is a single whole number': askingAll(
    is('orders.count', 'greaterThan', 2),
    is('orders.count', 'lessThan', 4),
  ),
  'a trait between two whole numbers': askingAll(
    is('traits.score', 'greaterThan', 2),
    is('traits.score', 'lessThan', 3),
  ),
  'alternatives that leave out what is missing': askingAny(
    is('orders.days', 'lessThanInclusive', 5),
    is('orders.days', 'greaterThan', 5),
  ),
  'alternatives that leave out a number': askingAny(
    is('orders.count', 'lessThan', 5),
    is('orders.count', 'greaterThan', 5),
  ),
  'alternatives that overlap': askingAny(
    is('orders.value', 'between', '[0, 10]'),
    is('orders.value', 'between', '[5, 20]'),
  ),
  'another text, and not missing': askingAll(
    is('traits.tier', 'notEqual', 'gold'),
    `{ not: ${is('traits.tier', 'equal', 'silver')} }`,
  ),
  'two entries of one list': askingAll(
    is('traits.interests', 'contains', 'tents'),
    is('traits.interests', 'contains', 'boots'),
  ),
  'an entry of a list, and another one not': askingAll(
    is('traits.interests', 'contains', 'tents'),
    is('traits.interests', 'doesNotContain', 'boots'),
  ),
  'two places below one trait': askingAll(
    '{ fact: traits.address, path: $.city, operator: equal, value: Oslo }',
    '{ fact: traits.address, path: $.country, operator: equal, value: Norway }',
  ),
  'the same limit for two windows': askingAll(many, is('complaints.count', 'greaterThan', 5)),
  'a fact beside another fact': askingAll(
    is('orders.days', 'lessThan', '{ fact: traits.days }'),
    is('orders.days', 'greaterThan', 3),
  ),
  'a text that begins like one and ends like another': askingAll(
    is('traits.city', 'startsWith', 'O'),
    is('traits.city', 'endsWith', 'o'),
  ),
  'what holds for one alternative only': askingAny(
    `{ all: [${rain}, ${many}] }`,
    `{ all: [${rain}, ${is('customer.known', 'equal', 'true')}] }`,
  ),
  'a stricter tier after a looser one': action(
    `eligibility: { condition: has-bought }\napplicability: ${many}`,
  ),
  'a tier about the same fact from the other side': action(
    `eligibility: ${many}\nsuitability: ${is('orders.count', 'lessThan', 50)}`,
  ),
  'an order as a number or as a text that reads like one': askingAll(
    is('traits.size', 'greaterThan', 5),
    is('traits.size', 'notEqual', 7),
  ),
  'one of the events of a feature': `features:\n  extra: { count: [page, screen], where: ${is('event.name', 'equal', 'page')} }`,
  'times of the day': askingAll(
    is('now', 'timeBetween', "['09:00', '12:00']"),
    is('now', 'weekdayIn', '[mon, tue]'),
  ),
};

const rules: Readonly<Record<string, NearMiss>> = {
  'a trigger that asks again after another wait':
    'triggers:\n  extra: { on: Order Completed, ask: mail, wait: 3d }',
  'triggers on the same event of different orders': `triggers:\n  small: { on: Cart Left, ask: mail, when: ${is('event.properties.total', 'lessThan', 50)} }\n  big: { on: Cart Left, ask: mail, when: ${is('event.properties.total', 'greaterThanInclusive', 50)} }`,
  'triggers that ask for the same on different events':
    'triggers:\n  extra: { on: Cart Left, ask: mail, wait: 14d }',
  'an outcome of some actions only, by the latest contact':
    'outcomes:\n  extra: { on: Order Completed, outcome: conversion, within: 7d, actions: [voucher] }',
  'an outcome that lies within another one and says what it is worth':
    'outcomes:\n  extra: { on: Order Completed, outcome: conversion, within: 3d, value: properties.revenue }',
  'another outcome of the same event':
    'outcomes:\n  extra: { on: Order Completed, outcome: click, within: 7d }',
  'a later end of the same outcome with other contacts':
    'outcomes:\n  extra: { on: Card Closed, outcome: dismiss, within: 9d, channels: [email], decision: properties.decisionId }',
  'consent by one event, told apart by what it says': `consent:\n  - { on: Banner Closed, grants: marketing, where: ${is('event.properties.ok', 'equal', 'true')} }\n  - { on: Banner Closed, denies: marketing, where: ${is('event.properties.ok', 'equal', 'false')} }`,
  'consent for a channel beside consent as a whole':
    'consent:\n  - { on: Newsletter Subscribed, withdraws: marketing, channel: email }',
  'a weight for other actions': changed(
    'arbitration.yaml',
    'weight: 30 }\n',
    `weight: 30 }\n    - { when: ${rain}, groups: [sales/vouchers], weight: 30 }\n`,
  ),
  'an action that looks the same to other customers':
    'action: one\ngroup: sales/x\neligibility: { condition: has-bought }\ntreatments: { a: { channel: web, content: { title: Same } } }\n---\naction: two\ngroup: sales/x\neligibility: { not: { condition: has-bought } }\ntreatments: { a: { channel: web, content: { title: Same } } }',
  'actions without content':
    'action: one\ngroup: sales/x\ntreatments: { a: { channel: web } }\n---\naction: two\ngroup: sales/x\ntreatments: { a: { channel: web } }',
  'a condition that only another condition uses': `conditions:\n  inner: ${rain}\n  outer: { not: { condition: inner } }\n---\n${asking('{ condition: outer }')}`,
  'a push placement that no trigger asks for':
    'placements:\n  letter: { channel: email }\n---\naction: extra\ngroup: sales/x\ntreatments: { a: { channel: email, placements: [letter] } }',
  'a smaller cap in a shorter window':
    'policies:\n  extra: { scope: channel, match: { channels: [email] }, limit: 1, within: 1d }',
  'a larger cap in a longer window':
    'policies:\n  extra: { scope: channel, match: { channels: [email] }, limit: 6, within: 30d }',
  'a cap that a mandatory action is under, though it passes over a tighter one':
    'policies:\n  extra: { scope: channel, match: { channels: [email] }, limit: 6, within: 7d }\n---\naction: recall\ngroup: sales/x\nmandatory: { overrides: [mails-a-week] }\ntreatments: { a: { channel: email } }',
  'a cap across channels': 'policies:\n  extra: { scope: customer, limit: 9, within: 7d }',
  'a cap per action below one per channel':
    'policies:\n  extra: { scope: action, match: { channels: [web] }, limit: 2, within: 1d }',
  'the same cap on another outcome':
    'policies:\n  extra: { scope: action, match: { channels: [web] }, limit: 1, within: 14d, counts: conversion }',
  'a limit of 0 that forbids one group in one channel':
    'policies:\n  extra: { scope: group, match: { channels: [email], groups: [sales/vouchers] }, limit: 0, within: 1d }',
  'an outcome that no rule reports in a book without any': changed(
    'events.yaml',
    cleanFiles['events.yaml']?.slice(
      cleanFiles['events.yaml'].indexOf('outcomes:'),
      cleanFiles['events.yaml'].indexOf('consent:'),
    ) ?? '',
    '',
  ),
  'a cost below the value':
    'action: extra\ngroup: sales/x\nvalue: 2\ncost: { web: 1.9 }\ntreatments: { a: { channel: web } }',
  'a cost that only a weight can outweigh': changed(
    'actions/guide.yaml',
    'value: 1\n',
    'value: 1\ncost: { web: 1.5 }\n',
  ),
  'a cost that its placement leaves out':
    'placements:\n  free: { channel: web, fallback: { a: 1 }, without: [cost] }\n---\naction: extra\ngroup: sales/x\ncost: { web: 5 }\ntreatments: { a: { channel: web, placements: [free] } }',
  'a hold-out of half of the customers': 'holdout: { share: 0.5 }',
  'a model control of one customer in ten': 'experiments: { chance: { modelControl: { share: 0.1 } } }',
  'two placements that go together':
    'placements: { top: { channel: web, fallback: {}, together: pair }, low: { channel: web, fallback: {}, together: pair } }',
  'arms of which one sees nothing of its own':
    'experiments: { look: { treatments: { action: voucher, arms: { none: [], all: [hero] } } } }',
  'a hold-out of the whole issue in one channel':
    'experiments: { control: { holdout: { share: 0.5, match: { channels: [web], groups: [service] } } } }',
  'an experiment of which the last day has come':
    'experiments: { offer: { valid: { until: 2026-11-20 }, actions: { arms: { a: [guide], b: [club] } } } }',
  'a validity that ends tomorrow': action('valid: { until: 2026-11-20 }'),
  'a validity that has not begun': action('valid: { from: 2027-01-01 }'),
};

const tests: Readonly<Record<string, NearMiss>> = {
  'an action that is in, and out because others are better': changed(
    'actions/club.yaml',
    'group: service/club\n',
    `group: service/club\ntests:\n  - name: extra\n    ask: { placement: side }\n    expect: { in: [guide], out: { guide: outranked } }\n`,
  ),
  'a missing time': test(
    `customer: { features: { orders.days: null } }\n${atHome}\nexpect: { first: guide }`,
  ),
  'a sum below zero': test(
    `customer: { features: { orders.value: -3 } }\n${atHome}\nexpect: { first: guide }`,
  ),
  'the same customer in another placement': `tests:\n  - { name: one, ${atHome}, expect: { first: guide } }\n  - { name: two, ask: { placement: side }, expect: { first: guide } }`,
  'the same customer, two sides of one answer': `tests:\n  - { name: one, ${atHome}, expect: { first: guide } }\n  - { name: two, ${atHome}, expect: { out: { voucher: eligibility } } }`,
  'an action with an end, at a moment before it': `${action('valid: { until: 2027-01-31 }')}---\n${test(`at: 2027-01-31\n${atHome}\nexpect: { first: extra }`)}`,
  'an action without an end': `${action('valid: { from: 2020-01-01 }')}---\n${test(`${atHome}\nexpect: { first: extra }`)}`,
  'no treatment for a placement of its channel': test(
    'ask: { placement: side }\nexpect: { out: { voucher: no-treatment } }',
  ),
  'a policy that forbids it': test('ask: { placement: mail }\nexpect: { out: { voucher: contact-policy } }'),
};

for (const [title, cases] of Object.entries({
  'in conditions:': conditions,
  'in rules:': rules,
  'in tests:': tests,
})) {
  describe(`silence about what is meant ${title}`, () => {
    for (const [name, source] of Object.entries(cases)) {
      it(name, () => {
        const files =
          typeof source === 'string' ? { 'z/extra.yaml': source } : { [source.in]: source.source };
        expect(lintWith(files).diagnostics).toEqual([]);
      });
    }
  });
}
