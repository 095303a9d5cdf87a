import type { Rulebook } from '../../engine/index.ts';
import { bookOf } from '../engine/support/book.ts';

/** Every event of a customer has a number of its own, and a feature counts it alone: lost and twice show at once. */
export const slots = 16;
export const voucherCap = 2;
export const noteCap = 2;
export const noteWindowMs = 20_000;

const features = Array.from(
  { length: slots },
  (_, slot) =>
    `  slot.${slot}: { count: Ping, where: { fact: event.properties.slot, operator: equal, value: ${slot} } }`,
).join('\n');

/** Noon, 1 March 2026 UTC. */
export const begin = Date.UTC(2026, 2, 1, 12);
/** A guide in three seconds, spread over ten minutes. */
const dripTotal = 200;
const dripMs = 600_000;

/** Guides that may have been shown by a moment: their share of the time, and one in a hundred ahead. */
export function dripDue(at: number): number {
  return Math.floor(((at - begin) / dripMs) * dripTotal) + dripTotal / 100;
}

/** Few rules, each of which something can go wrong with: caps, a budget, a push at once and one after a wait. */
export function simulatedBook(budget: number): Rulebook {
  return bookOf(
    `
channels:
  web: { direction: pull }
  push: { direction: push }
placements:
  hero: { channel: web, limit: 1, fallback: { title: Hello } }
  note: { channel: push, limit: 1 }
features:
${features}
policies:
  voucher-cap: { scope: action, match: { actions: [voucher] }, limit: ${voucherCap}, within: 1d, counts: decided }
  note-cap: { scope: channel, match: { channels: [push] }, limit: ${noteCap}, within: ${noteWindowMs}ms, counts: decided }
budgets:
  pot: { unit: contacts, total: ${budget}, period: total }
  drip:
    unit: contacts
    total: ${dripTotal}
    campaign: { from: "${new Date(begin).toISOString()}", until: "${new Date(begin + dripMs).toISOString()}" }
    pace: even
    match: { actions: [guide] }
triggers:
  hot: { on: Ping, when: { fact: event.properties.mood, operator: equal, value: hot }, ask: note }
  later: { on: Ping, when: { fact: event.properties.mood, operator: equal, value: later }, ask: note, wait: 2s }
arbitration: { exploration: 0, prior: { positives: 1, negatives: 9 } }
learning: { predictors: [slot.0, slot.1] }
---
action: voucher
group: sales/vouchers
value: 100
budgets: [pot]
treatments:
  hero: { channel: web, content: { title: Voucher } }
  push: { channel: push, content: { text: Voucher } }
---
action: guide
group: service/advice
value: 5
treatments:
  hero: { channel: web, content: { title: Guide } }
---
action: hint
group: service/hints
value: 2
treatments:
  push: { channel: push, content: { text: Hint } }
`,
    `simulated-${budget}`,
  );
}
