/** A small shop: a capped voucher with a guide behind it, a side column without caps, and a message sent by a trigger. */
export const shopBook = `currency: EUR
channels:
  web: { direction: pull }
  push: { direction: push }
placements:
  hero: { channel: web, limit: 1, fallback: { title: Hello } }
  side: { channel: web, limit: 1, fallback: { title: Look around } }
  push-message: { channel: push, limit: 1 }
features:
  views.count: { count: Product Viewed }
  orders.count: { count: Order Completed }
  orders.value: { sum: Order Completed, of: properties.revenue }
policies:
  voucher-cap: { scope: action, match: { actions: [voucher] }, limit: 7, within: 1d, counts: decided }
triggers:
  boots-seen:
    on: Product Viewed
    when: { fact: event.properties.category, operator: equal, value: boots }
    ask: push-message
---
action: voucher
group: sales/vouchers
value: 100
treatments:
  card: { channel: web, placements: [hero], content: { title: Ten off } }
---
action: size-guide
group: service/advice
value: 10
treatments:
  column: { channel: web, placements: [side], content: { title: Find your size } }
---
action: boots-care
group: service/care
value: 5
treatments:
  message: { channel: push, content: { title: Care for your boots } }
`;

export const voucherCap = 7;
