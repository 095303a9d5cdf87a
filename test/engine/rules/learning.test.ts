import { describe, expect, it } from 'vitest';
import { limits } from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';

const settings = `channels: { web: { direction: pull } }
placements: { hero: { channel: web, fallback: {} } }
features:
  orders: { count: Order Completed }
  visits: { count: Page Viewed }
  mail.last: { last: Signed Up, of: traits.email }
privacy: { personal: [traits.email, context.ip] }
identity: { identifiers: { card: { from: [traits.card], hash: true } } }
conditions:
  home: { fact: context.page, operator: equal, value: home }
segments:
  regular: { when: { fact: visits, operator: greaterThan, value: 3 } }
`;

const offer = `---
action: a
group: sales/offers
eligibility:
  all:
    - { fact: traits.plan, operator: equal, value: free }
    - { fact: traits.card, operator: notEqual, value: none }
    - { fact: traits.email, operator: notEqual, value: none }
    - { fact: customer.known, operator: equal, value: true }
    - { fact: now, operator: greaterThan, value: 0 }
    - { condition: home }
treatments: { t: { channel: web, content: {} } }
`;

const namesOf = (learning: string, more = '') =>
  bookOf(`${settings}${learning}${more}${offer}`).learning.predictors.map(({ name }) => name);

describe('what is learned from', () => {
  it('is nothing where the book does not say', () => {
    const { learning } = bookOf(`${settings}${offer}`);
    expect(learning).toMatchObject({ predictors: [], link: 'logit', maturePositives: 0, shareCap: 1 });
  });

  it('goes by weak signals unless the book says that they are strong', () => {
    expect(bookOf(`learning: {}\n${settings}${offer}`).learning.signals).toBe('weak');
    expect(bookOf(`learning: { signals: strong }\n${settings}${offer}`).learning.signals).toBe('strong');
  });

  it('is, with `auto`, what conditions read first and then the features, by name, nothing personal among them', () => {
    expect(namesOf('learning: {}\n')).toEqual(['context.page', 'traits.plan', 'visits', 'orders']);
  });

  it('leaves out what is excluded, alone or with all that is below it', () => {
    expect(namesOf('learning: { exclude: [traits, visits] }\n')).toEqual(['context.page', 'orders']);
  });

  it('is what is listed, in that order', () => {
    expect(namesOf('learning: { predictors: [traits.town, orders, event.name, customer.known] }\n')).toEqual([
      'traits.town',
      'orders',
      'event.name',
      'customer.known',
    ]);
  });

  it('is never more than the bound', () => {
    const many = Array.from({ length: 40 }, (_, index) => `  f${index}: { count: Looked }`).join('\n');
    const book = bookOf(`${settings.replace('features:', `features:\n${many}`)}learning: {}\n${offer}`);
    expect(book.learning.predictors).toHaveLength(limits.predictorsMax);
    const listed = Array.from({ length: 25 }, (_, index) => `traits.t${index}`).join(', ');
    expect(() => namesOf(`learning: { predictors: [${listed}] }\n`)).toThrow('NBR_TOO_LARGE');
  });

  it('stands in slots of its own, which decisions read', () => {
    const { learning, facts } = bookOf(`${settings}learning: {}\n${offer}`);
    for (const { name, slot } of learning.predictors) {
      expect(facts[slot]?.name).toBe(name);
      expect(learning.slots.get(name)).toBe(slot);
    }
  });
});

describe('exploration', () => {
  it('is a share, or weighs with defaults', () => {
    const of = (written: string) =>
      bookOf(`${settings}arbitration: { exploration: ${written} }\n${offer}`).arbitration.exploration;
    expect(of('0.2')).toEqual({ kind: 'share', rate: 0.2 });
    expect(of('{}')).toEqual({ kind: 'weighed', floor: 0.01, uniform: 0.01, gamma: 200 });
    expect(of('{ gamma: 50 }')).toMatchObject({ gamma: 50 });
  });
});
