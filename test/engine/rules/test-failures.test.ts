import { expect, it } from 'vitest';
import { runRulebookTests } from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';

const book = `
channels: { web: { direction: pull }, push: { direction: push } }
placements:
  hero: { channel: web, fallback: {} }
  side: { channel: web }
  message: { channel: push }
policies:
  once: { scope: action, match: { actions: [best] }, limit: 1, within: 1d }
triggers:
  bought: { on: Order Completed, when: { fact: event.properties.total, operator: greaterThan, value: 10 }, ask: message }
  thanked: { on: Order Completed, ask: message, wait: 14d }
---
action: best
group: sales
value: 10
eligibility: { not: { fact: traits.banned, operator: equal, value: true } }
treatments: { card: { channel: web, placements: [hero] } }
---
action: second
group: sales
value: 5
eligibility: { not: { fact: traits.banned, operator: equal, value: true } }
treatments: { card: { channel: web, placements: [hero] } }
---
action: remote
group: sales
treatments: { note: { channel: push } }
---
tests:
`;

const needed = 'It needs traits.banned not = true, but it was true.';

it.each([
  [
    'what is met',
    'expect: { first: best, ranked: [best], in: [second], out: { second: outranked }, fallback: false }',
    [],
  ],
  [
    'another first',
    'expect: { first: second }',
    ['second first | best | second is out by outranked: Other actions ranked above it.'],
  ],
  [
    'another ranking',
    'expect: { ranked: [second, best] }',
    ['the ranking second, best | best | second is out by outranked: Other actions ranked above it.'],
  ],
  [
    'out instead of in, with the condition and the value it saw',
    'customer: { traits: { banned: true } }, expect: { in: [best] }',
    [`best in | it is out | best is out by eligibility: The customer may not have it. ${needed}`],
  ],
  [
    'another reason, with who gave it',
    'customer: { contacts: [ { action: best, ago: 1h } ] }, expect: { out: { best: consent } }',
    [
      'best out by consent | its reason is contact-policy | best is out by contact-policy (once): A contact policy is exhausted for this customer.',
    ],
  ],
  [
    'in instead of out',
    'expect: { out: { best: eligibility } }',
    ['best out by eligibility | it is shown | best has rank 1.'],
  ],
  [
    'no candidate at all',
    'expect: { out: { remote: eligibility } }',
    ['remote out by eligibility | it is no candidate | remote has no treatment in the channel of hero.'],
  ],
  [
    'a fallback',
    'customer: { traits: { banned: true } }, expect: { fallback: false }',
    ['no fallback | the fallback | '],
  ],
  ['no fallback', 'expect: { fallback: true }', ['the fallback | best | ']],
  [
    'triggers, the same in another order',
    'event: { name: Order Completed, properties: { total: 20 } }, expect: { triggers: [thanked, bought] }',
    [],
  ],
  [
    'a trigger that is not set off',
    'event: { name: Order Completed }, expect: { triggers: [bought, thanked] }',
    ['the trigger bought, thanked | the trigger thanked | '],
  ],
  [
    'no trigger',
    'event: { name: Page Left }, expect: { triggers: [bought] }',
    ['the trigger bought | no trigger | '],
  ],
])('tells what was expected, what was found and why: %s', (_title, test, expected) => {
  const [result] = runRulebookTests(bookOf(`${book}  - { name: t, ask: { placement: hero }, ${test} }`), 0);
  const told = result?.failures.map(
    ({ expected: wanted, found, why = '' }) => `${wanted} | ${found} | ${why}`,
  );
  expect(told).toEqual(expected);
});
