import { openLibraries } from '../../../adapters/wiring/libraries.ts';
import type { Libraries } from '../../../engine/ports.ts';
import { type CompiledBook, compileRulebook } from '../../../engine/rules/compile-rulebook.ts';
import type { RuleFile } from '../../../engine/rules/rule-file.ts';
import { ruleFile } from './in-memory-document.ts';

/** Fills in `{{ name.name }}` and nothing else: enough to see what is a template and what is not. */
export const libraries: Libraries = {
  ...openLibraries(),
  compileTemplate: (source) => {
    if (/\{\{(?:(?!\}\}).)*$/.test(source)) return { error: 'a `{{` is never closed' };
    const gap = /\{\{\s*([\w.]+)\s*\}\}/g;
    const renderBut = (isLeft: (place: readonly string[]) => boolean) => (scope: object) =>
      source.replaceAll(gap, (written, path: string) => {
        const place = path.split('.');
        if (isLeft(place)) return written;
        return String(
          place.reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], scope),
        );
      });
    return {
      render: renderBut(() => false),
      reads: [...source.matchAll(gap)].map(([, path = '']) => path.split('.')),
      withGaps: renderBut,
    };
  },
};

/** A small sound book, by file. */
export const soundFiles: Readonly<Record<string, string>> = {
  'settings.yaml': `currency: EUR
channels:
  web: { direction: pull }
  email: { direction: push, consent: per-channel }
placements:
  home-hero: { channel: web, limit: 2, fallback: { title: "Hello {{ traits.firstName }}" }, without: [cost] }
  basket: { channel: web, fallback: {} }
  mail-slot: { channel: email }
`,
  'features.yaml': `features:
  orders.count_365d: { count: Order Completed, within: 365d }
  orders.value_90d:
    sum: [Order Completed, Order Paid]
    of: properties.revenue
    within: P90D
    where: { fact: event.properties.currency, operator: equal, value: EUR }
  category.last: { last: Product Viewed, of: properties.category }
  orders.hours_since_last: { recency: Order Completed, unit: hours }
`,
  'actions/win-back.yaml': `action: win-back
group: retention/vouchers
purpose: marketing
value: 12.5
cost: { email: 0.04 }
valid: { from: 2026-11-01, until: 2027-01-31 }
eligibility:
  all:
    - { fact: orders.count_365d, operator: greaterThanInclusive, value: 1 }
    - { condition: at-ease }
suitability:
  not: { fact: traits.complaints, operator: greaterThan, value: 0 }
budgets: [vouchers]
treatments:
  hero: { channel: web, placements: [home-hero], content: { title: "We miss you, {{ traits.firstName }}", size: 3 } }
  mail: { channel: email, content: [plain, "{{ traits.firstName }}"] }
tests:
  - name: a lapsed buyer sees it
    at: 2026-11-20T10:00:00Z
    customer: { features: { orders.count_365d: 3 }, contacts: [ { action: review, ago: 2h } ] }
    ask: { placement: home-hero }
    expect: { first: win-back, out: { review: contact-policy } }
---
conditions:
  at-ease: { any: [ { fact: context.weather, operator: "not:in", value: [storm] } ] }
`,
  'actions/review.yaml': `action: review
group: reviews
treatments:
  banner: { channel: web, content: { title: Review } }
`,
  'campaigns.yaml': `policies:
  web-a-day: { scope: channel, match: { channels: [web], groups: [retention, reviews] }, limit: 2, within: 24h }
budgets:
  vouchers: { unit: cost, total: 12.5, period: day }
arbitration:
  exploration: 0.05
  prior: { positives: 2, negatives: 8 }
  contextWeights: [ { when: { fact: context.weather, operator: equal, value: rain }, actions: [review], weight: 30 } ]
hierarchy:
  retention: { lever: 20 }
  reviews: { lever: -10 }
holdout: { share: 0.05 }
triggers:
  cart-left: { on: [Cart Abandoned, Cart Left], when: { fact: event.properties.total, operator: greaterThan, value: 10 }, ask: mail-slot, wait: 2h }
outcomes:
  bought: { on: Order Completed, outcome: conversion, within: 7d, decision: properties.decisionId }
consent:
  - { on: Newsletter Subscribed, grants: marketing, channel: email }
`,
};

export function compileFiles(files: Readonly<Record<string, string>>): CompiledBook {
  const parsed: RuleFile[] = Object.entries(files).map(([path, source]) => ruleFile(path, source));
  return compileRulebook({ files: parsed, version: 'v1', libraries });
}

/** The sound book with some files added or replaced. */
export function compileWith(files: Readonly<Record<string, string>>): CompiledBook {
  return compileFiles({ ...soundFiles, ...files });
}
