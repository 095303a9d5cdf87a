import { bookOf } from '../../../engine/support/book.ts';

/** A small book with one placement that has actions and one that has only its fallback. */
export const sampleRulebook = bookOf(
  `
currency: EUR
channels:
  web: { direction: pull }
placements:
  home-hero: { channel: web, limit: 3, fallback: { title: Welcome } }
  footer: { channel: web, limit: 3, fallback: { title: Welcome } }
---
action: win-back
group: growth/offers
value: 12.5
treatments:
  win-back-hero: { channel: web, placements: [home-hero], content: { title: win-back } }
---
action: premium
group: growth/offers
value: 80
eligibility: { fact: traits.spent, operator: greaterThan, value: 1000 }
treatments:
  premium-hero: { channel: web, placements: [home-hero], content: { title: premium } }
`,
  'book-1',
);
