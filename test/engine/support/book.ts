import { parseRuleFile } from '../../../adapters/rule-files/parse-rule-file.ts';
import { openLibraries } from '../../../adapters/wiring/libraries.ts';
import { compileRulebook, type Rulebook } from '../../../engine/index.ts';

/** A rulebook from YAML text; fails the test with the diagnostics when it is not valid. */
export function bookOf(yaml: string, version = 'test-book'): Rulebook {
  const parsed = parseRuleFile('book.yaml', yaml);
  const { rulebook, diagnostics } = compileRulebook({
    files: [parsed.file],
    version,
    libraries: openLibraries(),
  });
  const errors = [...parsed.diagnostics, ...diagnostics].filter(({ severity }) => severity === 'error');
  if (!rulebook || errors.length > 0) throw new Error(JSON.stringify(errors, undefined, 2));
  return rulebook;
}

/** A small shop: two pull placements, a push channel, caps, a budget, triggers, outcomes. */
export const shopYaml = `
channels:
  web: { direction: pull }
  push: { direction: push, consent: per-channel }
placements:
  hero: { channel: web, limit: 1, fallback: { title: Hello } }
  side: { channel: web, limit: 2, fallback: { title: Look } }
  push-message: { channel: push, limit: 1 }
features:
  orders.count: { count: Order Completed }
  orders.count_7d: { count: Order Completed, within: 7d }
  orders.value: { sum: Order Completed, of: properties.revenue }
  category.last: { last: Product Viewed, of: properties.category }
  orders.days_since: { recency: Order Completed }
  views.boots: { count: Product Viewed, where: { fact: event.properties.category, operator: equal, value: boots } }
policies:
  voucher-cap: { scope: action, match: { actions: [voucher] }, limit: 3, within: 1d, counts: decided }
  push-cap: { scope: channel, match: { channels: [push] }, limit: 2, within: 1d, counts: decided }
budgets:
  vouchers: { unit: contacts, total: 10, period: day }
outcomes:
  bought: { on: Order Completed, outcome: conversion, within: 7d }
consent:
  - { on: Newsletter Subscribed, grants: marketing }
  - { on: Newsletter Unsubscribed, withdraws: marketing }
  - { on: Push Disabled, denies: marketing, channel: push }
triggers:
  boots-seen: { on: Product Viewed, when: { fact: event.properties.category, operator: equal, value: boots }, ask: push-message }
  cart-left: { on: Cart Updated, when: { fact: orders.count_7d, operator: equal, value: 0 }, ask: push-message, wait: 2h }
arbitration: { exploration: 0, prior: { positives: 1, negatives: 9 } }
---
action: voucher
group: sales/vouchers
value: 100
treatments:
  hero: { channel: web, placements: [hero], content: { title: "10 off, {{ traits.firstName }}" } }
---
action: guide
group: service/advice
value: 50
treatments:
  hero: { channel: web, content: { title: Guide } }
---
action: club
group: sales/loyalty
value: 30
purpose: marketing
eligibility: { fact: orders.count, operator: greaterThanInclusive, value: 2 }
applicability: { fact: orders.days_since, operator: lessThan, value: 30 }
treatments:
  side: { channel: web, placements: [side], content: { title: Club } }
---
action: boots-push
group: sales/push
value: 20
purpose: marketing
treatments:
  push: { channel: push, content: { text: Boots! } }
---
action: cart-push
group: retention/push
value: 40
applicability: { fact: orders.count_7d, operator: equal, value: 0 }
treatments:
  push: { channel: push, content: { text: Your cart } }
`;
