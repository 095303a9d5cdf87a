import { parseRuleFile } from '../../adapters/rule-files/parse-rule-file.ts';
import { openLibraries } from '../../adapters/wiring/libraries.ts';
import { compileRulebook, type Rulebook } from '../../engine/index.ts';

/** A shop with 40 features of every kind, as a marketer would come to have them. */
const yaml = `
channels:
  web: { direction: pull }
  email: { direction: push }
placements:
  home-hero: { channel: web, limit: 1, fallback: { title: Hello } }
  basket-side: { channel: web, limit: 2, fallback: { title: Look } }
  newsletter: { channel: email, limit: 1 }
policies:
  weekly: { scope: customer, limit: 100, within: 180d, counts: decided }
consent:
  - { on: Newsletter Subscribed, grants: marketing }
features:
  pages.count: { count: page }
  pages.count_7d: { count: page, within: 7d }
  pages.by_section_30d: { count: page, by: properties.section, within: 30d }
  pages.dwell_30d: { sum: page, of: properties.dwell, within: 30d }
  pages.dwell_avg: { avg: page, of: properties.dwell }
  pages.days_since: { recency: page }
  pages.section_last: { last: page, of: properties.section }
  visits.count: { sessions: page, gap: 30m }
  visits.count_30d: { sessions: page, gap: 30m, within: 30d }
  views.count_1d: { count: Product Viewed, within: 1d }
  views.count_7d: { count: Product Viewed, within: 7d }
  views.count_30d: { count: Product Viewed, within: 30d }
  views.by_category: { count: Product Viewed, by: properties.category }
  views.categories_30d: { distinct: Product Viewed, of: properties.category, within: 30d }
  views.products: { distinct: Product Viewed, of: properties.sku }
  views.category_last: { last: Product Viewed, of: properties.category }
  views.price_max_30d: { max: Product Viewed, of: properties.price, within: 30d }
  views.price_avg_30d: { avg: Product Viewed, of: properties.price, within: 30d }
  views.boots_7d: { count: Product Viewed, within: 7d, where: { fact: event.properties.category, operator: equal, value: boots } }
  cart.adds_7d: { count: Product Added, within: 7d }
  cart.value_7d: { sum: Product Added, of: properties.price, within: 7d }
  cart.sku_last: { last: Product Added, of: properties.sku }
  cart.days_since: { recency: Product Added }
  orders.count: { count: Order Completed }
  orders.count_90d: { count: Order Completed, within: 90d }
  orders.value: { sum: Order Completed, of: properties.revenue }
  orders.value_90d: { sum: Order Completed, of: properties.revenue, within: 90d }
  orders.value_avg: { avg: Order Completed, of: properties.revenue }
  orders.value_max: { max: Order Completed, of: properties.revenue }
  orders.first_category: { first: Order Completed, of: properties.category }
  orders.days_since: { recency: Order Completed }
  orders.this_year: { count: Order Completed, within: this year }
  orders.rfm:
    rfm: Order Completed
    of: properties.revenue
    edges: { recency: [14, 30, 60, 120], frequency: [1, 2, 4, 8], monetary: [50, 120, 300, 800] }
  email.sent_30d: { count: Email Delivered, within: 30d }
  email.opened_30d: { count: Email Opened, within: 30d }
  email.clicked: { count: Email Link Clicked }
  email.open_rate_30d: { ratio: email.opened_30d, over: email.sent_30d }
  email.days_since_open: { recency: Email Opened }
  interest: { decayed: Product Viewed, halfLife: 7d }
  engagement: { score: { page: 1, Email Opened: 2, Product Added: 5, Order Completed: 10 }, halfLife: 14d }
segments:
  active: { when: { fact: pages.days_since, operator: lessThan, value: 30 } }
  buyers: { when: { fact: orders.count, operator: greaterThan, value: 0 } }
---
action: welcome
group: service/advice
value: 10
treatments:
  hero: { channel: web, content: { title: Welcome } }
`;

export function sampleBook(): Rulebook {
  const parsed = parseRuleFile('sample.yaml', yaml);
  const { rulebook, diagnostics } = compileRulebook({
    files: [parsed.file],
    version: 'sample',
    libraries: openLibraries(),
  });
  if (rulebook) return rulebook;
  throw new Error(JSON.stringify([...parsed.diagnostics, ...diagnostics], undefined, 2));
}
