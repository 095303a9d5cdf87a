import { diffRulebooks } from '../../../../engine/index.ts';
import type { Change, FieldChange } from '../../../../engine/rules/diff/change.ts';
import { bookOf } from '../../support/book.ts';

/** The old book of every case; a case says which pieces of text the new one has in their place. */
export const oldYaml = `
currency: EUR
channels:
  web: { direction: pull }
  email: { direction: push, consent: per-channel }
placements:
  hero: { channel: web, limit: 2, fallback: { title: Hello, links: [a, b] } }
  side: { channel: web, fallback: {} }
  mail: { channel: email }
features:
  orders: { count: Order Completed, within: 365d }
  revenue: { sum: Order Completed, of: properties.revenue, within: 365d }
  quiet: { recency: Order Completed }
  opens: { count: [Email Opened], within: 30d, where: { fact: event.properties.kind, operator: equal, value: news } }
conditions:
  buyer: { fact: orders, operator: greaterThanInclusive, value: 1 }
  lapsed: { all: [ { condition: buyer }, { fact: quiet, operator: greaterThan, value: 45 } ] }
segments:
  loyal: { when: { fact: orders, operator: greaterThan, value: 5 } }
policies:
  cap: { scope: action, match: { channels: [web], actions: [voucher] }, limit: 3, within: 24h }
  mails: { scope: channel, match: { channels: [email], groups: [sales] }, limit: 3, within: 7d, counts: delivered }
budgets:
  vouchers: { unit: cost, total: 100, period: day }
  spare: { unit: contacts, total: 7, period: week }
arbitration:
  exploration: 0.05
  prior: { positives: 1, negatives: 19 }
  contextWeights:
    - { when: { fact: context.weather, operator: equal, value: rain }, actions: [guide], weight: 30 }
hierarchy: { sales: { lever: 20 } }
holdout: { share: 0.05 }
triggers:
  cart-left: { on: Cart Left, when: { fact: orders, operator: equal, value: 0 }, ask: mail, wait: 2h }
outcomes:
  bought: { on: Order Completed, outcome: conversion, within: 7d }
consent:
  - { on: Newsletter Subscribed, grants: marketing, channel: email }
  - { on: Newsletter Cancelled, withdraws: marketing, channel: email }
---
action: voucher
group: sales/vouchers
purpose: marketing
value: 12.5
cost: { email: 0.04 }
valid: { from: 2026-11-01, until: 2026-12-31 }
budgets: [vouchers]
eligibility: { condition: lapsed }
applicability: { fact: traits.town, operator: matches, value: "Os+lo" }
suitability: { not: { fact: traits.complaints, operator: greaterThan, value: 0 } }
treatments:
  card: { channel: web, placements: [hero], content: { title: "Ten off", size: 3 } }
  letter: { channel: email, content: { subject: Voucher } }
---
action: guide
group: service/advice
value: 3
applicability: { fact: opens, operator: greaterThan, value: 2 }
treatments:
  card: { channel: web, content: { title: Guide } }
---
action: club
group: sales/loyalty
value: 8
eligibility: { fact: customer, operator: inSegment, value: loyal }
applicability:
  any:
    - { fact: revenue, operator: greaterThan, value: 100 }
    - { fact: orders, operator: greaterThan, value: 2 }
treatments:
  card: { channel: web, placements: [side], content: { title: Club } }
---
overlays:
  scores: { attributes: { churn: number, band: text }, expires: 30d, service: { url: "https://a.example/{{ customer.id }}" } }
  towns: { key: traits.town, attributes: { region: text } }
`;

/** A piece of the old book and what stands in its place. */
export type Edit = readonly [from: string, to: string];

export function edited(yaml: string, edits: readonly Edit[]): string {
  return edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the book holds no ${from}`);
    return text.replaceAll(from, to);
  }, yaml);
}

const oldBook = bookOf(oldYaml);

export function changesBy(edits: readonly Edit[]): readonly Change[] {
  return diffRulebooks(oldBook, bookOf(edited(oldYaml, edits)));
}

/** The other way round: what comes goes, what is loosened is tightened. */
export function changesBack(edits: readonly Edit[]): readonly Change[] {
  return diffRulebooks(bookOf(edited(oldYaml, edits)), oldBook);
}

/** A change in one line: topic, reach, what, and how. */
export function inShort(change: Change): string {
  const { topic, reach, of, name } = change;
  const effect = topic === 'contacts' ? `${topic} ${reach}` : topic;
  return `${effect}: ${of} ${name} ${details(change)}`;
}

function details(change: Change): string {
  switch (change.kind) {
    case 'added':
    case 'removed':
      return [change.kind, ...('placements' in change ? [`in ${change.placements?.join(' ')}`] : [])].join(
        ' ',
      );
    case 'restarted':
      return 'counted anew';
    case 'renamed':
      return `was ${change.from}`;
    case 'fields':
      return [change.fields.map(fieldInShort).join(', '), ...affected(change)].join(' => ');
    case 'condition': {
      const { field, verdict, dropped, gained, through } = change;
      const parts = [...dropped.map((part) => `- ${part}`), ...gained.map((part) => `+ ${part}`)];
      const also = through.length > 0 ? [`through ${through.join(' ')}`] : [];
      return [
        [field, verdict, ...parts, ...also].filter((part) => part !== '').join(' '),
        ...affected(change),
      ].join(' => ');
    }
  }
}

function fieldInShort({ field, before, after }: FieldChange): string {
  return `${field} ${JSON.stringify(before) ?? 'none'} -> ${JSON.stringify(after) ?? 'none'}`;
}

function affected({ affects }: Extract<Change, { readonly affects: unknown }>): readonly string[] {
  if (affects.length === 0) return [];
  return [affects.map(({ of, name, field, verdict }) => `${of} ${name} ${field} ${verdict}`).join(', ')];
}
