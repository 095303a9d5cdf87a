import { pick, type Random } from './random.ts';
import { categories, type Shopper } from './tastes.ts';

/** What a shopper does in the shop. */
export interface ShopEvent {
  readonly type?: 'identify';
  readonly event?: string;
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  readonly traits?: object;
}

/** What a shopper does before anything is shown; the first visit tells who it is. */
export function eventsBefore(random: Random, shopper: Shopper, number: number): readonly ShopEvent[] {
  const events: ShopEvent[] = [];
  if (number === 0) {
    events.push({ type: 'identify', traits: { firstName: shopper.firstName } });
    events.push({ event: 'Consent Updated', properties: { marketing: shopper.grantsConsent } });
    if (random() < 0.3) events.push({ event: 'Newsletter Subscribed' });
  }
  const views = 1 + Math.floor(random() * 4);
  for (let view = 0; view < views; view += 1) {
    const category = random() < 0.7 ? shopper.category : pick(random, categories);
    events.push({ event: 'Product Viewed', properties: product(random, category) });
  }
  if (random() < 0.25) events.push({ event: 'Product Added', properties: product(random, shopper.category) });
  return events;
}

/** What comes of it; some buy whatever they were shown. */
export function eventsAfter(random: Random, shopper: Shopper, bought: boolean): readonly ShopEvent[] {
  const revenue = Math.round(2_000 + random() * 28_000) / 100;
  if (!bought && random() >= 0.03) return [];
  return [{ event: 'Order Completed', properties: { revenue, category: shopper.category } }];
}

export function revenueOf(events: readonly ShopEvent[]): number {
  return events.reduce((sum, { properties }) => sum + Number(properties?.revenue ?? 0), 0);
}

function product(random: Random, category: string): NonNullable<ShopEvent['properties']> {
  const number = 1 + Math.floor(random() * 40);
  return { category, name: `${category} ${number}`, price: 15 + number * 5 };
}
