import { type CompiledBook, compileRulebook } from '../../../../engine/rules/compile-rulebook.ts';
import { ruleFile } from '../in-memory-document.ts';
import { libraries } from '../sample-book.ts';

/** A book in which the lint finds nothing, by file. Faults are planted beside it, or in the place of one of its files. */
export const cleanFiles: Readonly<Record<string, string>> = {
  'settings.yaml': `currency: EUR
channels:
  web: { direction: pull }
  email: { direction: push, consent: per-channel }
placements:
  home: { channel: web, limit: 2, fallback: { title: Welcome } }
  side: { channel: web, fallback: { title: Help } }
  mail: { channel: email }
`,
  'features.yaml': `features:
  orders.count: { count: Order Completed }
  orders.value: { sum: Order Completed, of: properties.revenue }
  orders.days: { recency: Order Completed }
  orders.category: { last: Order Completed, of: properties.category }
  complaints.count: { count: [Complaint Opened, Complaint Repeated], within: 30d }
`,
  'conditions.yaml': `conditions:
  has-bought: { fact: orders.count, operator: greaterThanInclusive, value: 1 }
segments:
  regulars: { when: { fact: orders.count, operator: greaterThanInclusive, value: 5 } }
`,
  'policies.yaml': `policies:
  mails-a-week: { scope: channel, match: { channels: [email] }, limit: 3, within: 7d }
  closed-means-no: { scope: action, match: { channels: [web] }, limit: 1, within: 14d, counts: dismiss }
budgets:
  vouchers: { unit: contacts, total: 1000, period: day }
`,
  'arbitration.yaml': `hierarchy: { service: { lever: 20 } }
arbitration:
  contextWeights:
    - { when: { fact: context.weather, operator: equal, value: rain }, groups: [service/guides], weight: 30 }
`,
  'events.yaml': `triggers:
  after-the-order: { on: Order Completed, ask: mail, wait: 14d }
outcomes:
  bought: { on: Order Completed, outcome: conversion, within: 7d }
  closed: { on: Card Closed, outcome: dismiss, within: 1d, channels: [web], decision: properties.decisionId }
consent:
  - { on: Newsletter Subscribed, grants: marketing }
  - { on: Unsubscribed, withdraws: marketing }
`,
  'actions/voucher.yaml': `action: voucher
group: sales/vouchers
purpose: marketing
value: 12
cost: { email: 0.05 }
budgets: [vouchers]
eligibility: { condition: has-bought }
applicability: { fact: orders.days, operator: greaterThan, value: 30 }
suitability: { not: { fact: complaints.count, operator: greaterThan, value: 0 } }
treatments:
  hero: { channel: web, placements: [home], content: { title: Ten euros for you } }
  mail: { channel: email, placements: [mail], content: { subject: Ten euros for you } }
tests:
  - name: a lapsed buyer gets it
    customer: { features: { orders.count: 2, orders.days: 40 } }
    ask: { placement: home }
    expect: { ranked: [voucher, guide] }
  - name: not while there is a complaint
    customer: { features: { orders.count: 2, orders.days: 40, complaints.count: 1 } }
    ask: { placement: home }
    expect: { first: guide, out: { voucher: suitability } }
`,
  'actions/guide.yaml': `action: guide
group: service/guides
value: 1
treatments:
  card: { channel: web, content: { title: Warm outside } }
`,
  'actions/club.yaml': `action: club
group: service/club
value: 3
eligibility: { fact: customer, operator: inSegment, value: regulars }
treatments:
  card: { channel: web, placements: [side], content: { title: Join the club } }
`,
};

/** The moment at which the book is looked at. */
export const present = Date.UTC(2026, 10, 20, 10);

/** The clean book with some files added or replaced. */
export function lintWith(files: Readonly<Record<string, string>>): CompiledBook {
  const sources = Object.entries({ ...cleanFiles, ...files });
  return compileRulebook({
    files: sources.map(([path, source]) => ruleFile(path, source)),
    version: 'v1',
    libraries,
    now: present,
  });
}

/** One more action, with these fields. */
export function action(fields: string): string {
  return `action: extra
group: sales/extra
value: 2
${fields}
treatments:
  card: { channel: web, placements: [home], content: { title: Something else } }
`;
}

/** One more action that asks for this. */
export function asking(condition: string): string {
  return action(`eligibility:\n${indented(condition)}`);
}

/** One more action that asks for all of these. */
export function askingAll(...conditions: readonly string[]): string {
  return asking(`all:\n${conditions.map((condition) => `  - ${condition}`).join('\n')}`);
}

/** One more action that asks for one of these. */
export function askingAny(...conditions: readonly string[]): string {
  return asking(`any:\n${conditions.map((condition) => `  - ${condition}`).join('\n')}`);
}

/** One more test. */
export function test(fields: string): string {
  return `tests:\n  - name: extra\n${indented(fields, 4)}\n`;
}

function indented(text: string, spaces = 2): string {
  return text
    .split('\n')
    .map((line) => `${' '.repeat(spaces)}${line}`)
    .join('\n');
}

/** `{ fact, operator, value }` in one line. The value is YAML. */
export function is(fact: string, operator: string, value: string | number): string {
  return `{ fact: ${fact}, operator: "${operator}", value: ${value} }`;
}
