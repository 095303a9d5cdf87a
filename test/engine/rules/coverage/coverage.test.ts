import { describe, expect, it } from 'vitest';
import { coverageOf, runRulebookTests } from '../../../../engine/index.ts';
import { bookOf } from '../../support/book.ts';

const now = Date.UTC(2026, 10, 20);

const rules = `
channels:
  web: { direction: pull }
  email: { direction: push }
placements:
  hero: { channel: web, fallback: {} }
  plain: { channel: web, fallback: {}, without: [C] }
  mail: { channel: email }
features:
  orders: { count: Order Completed }
conditions:
  buyer: { fact: orders, operator: greaterThan, value: 0 }
policies:
  cap: { scope: action, limit: 1, within: 1d }
arbitration:
  contextWeights:
    - { when: { fact: context.rain, operator: equal, value: true }, actions: [offer], weight: 100 }
triggers:
  left: { on: Cart Left, when: { fact: event.properties.total, operator: greaterThan, value: 10 }, ask: mail }
---
action: offer
group: sales
eligibility: { condition: buyer }
applicability:
  all:
    - { fact: context.a, operator: equal, value: 1 }
    - { any: [ { fact: context.b, operator: equal, value: 1 }, { condition: buyer } ] }
treatments:
  card: { channel: web }
---
action: letter
group: sales
value: 1
cost: { email: 0.01 }
eligibility: { not: { condition: buyer } }
treatments:
  mail: { channel: email }
---
`;

const offer = 'ask: { placement: hero }, expect: { in: [] , out: {}, fallback: false }';

/** What the tests of the book have seen: `true`, `false`, both or nothing, by place and comparison. */
function coverageBy(...tests: readonly string[]) {
  const listed = tests
    .map(
      (test) => `  - { name: t, ${test} }
`,
    )
    .join('');
  const book = bookOf(
    `${rules}tests:${
      listed === ''
        ? ' []'
        : `
${listed}`
    }`,
  );
  const coverage = coverageOf(book, runRulebookTests(book, now), now);
  const seen = coverage.comparisons.map(({ field, name, text, seenTrue, seenFalse }) => {
    const sides = [...(seenTrue ? ['true'] : []), ...(seenFalse ? ['false'] : [])];
    return [`${field} of ${name}: ${text}`, sides.join(' and ')] as const;
  });
  return { ...coverage, seen: Object.fromEntries(seen) };
}

describe('what the tests inside a rulebook reach', () => {
  it('is nothing without a test', () => {
    const { seen, sidesSeen, sidesPossible } = coverageBy();
    expect(Object.keys(seen)).toEqual([
      'eligibility of offer: orders > 0',
      'applicability of offer: context.a = 1',
      'applicability of offer: context.b = 1',
      'applicability of offer: orders > 0',
      'eligibility of letter: orders > 0',
      'when of left: event.properties.total > 10',
      'when of 1: context.rain = true',
    ]);
    expect([sidesSeen, sidesPossible]).toEqual([0, 14]);
  });

  it('ends at the tier that turns an action away', () => {
    const { seen } = coverageBy(offer);
    expect(seen['eligibility of offer: orders > 0']).toBe('false');
    expect(seen['applicability of offer: context.a = 1']).toBe('');
  });

  it('counts every comparison of a tier that was reached, also those that could no longer matter', () => {
    const { seen } = coverageBy(`customer: { features: { orders: 1 } }, ${offer}`);
    expect(seen).toMatchObject({
      'eligibility of offer: orders > 0': 'true',
      'applicability of offer: context.a = 1': 'false',
      'applicability of offer: context.b = 1': 'false',
      'applicability of offer: orders > 0': 'true',
    });
  });

  it('asks the levels above an action before it, and its treatments behind it', () => {
    const levels = rules
      .replace(
        'triggers:',
        'hierarchy: { general/sales: { eligibility: { fact: context.x, operator: equal, value: 1 } } }\ntriggers:',
      )
      .replace(
        'card: { channel: web }',
        'card: { channel: web, suitability: { fact: context.y, operator: equal, value: 1 } }',
      );
    const seenWith = (test: string) => {
      const book = bookOf(`${levels}tests:\n  - { name: t, ${test} }\n`);
      const { comparisons } = coverageOf(book, runRulebookTests(book, now), now);
      return Object.fromEntries(
        comparisons.map(({ of, field, text, seenTrue, seenFalse }) => [
          `${of} ${field}: ${text}`,
          [seenTrue, seenFalse],
        ]),
      );
    };
    const level = 'hierarchy eligibility: context.x = 1';
    const treatment = 'action treatments.card.suitability: context.y = 1';
    expect(seenWith(offer)).toMatchObject({ [level]: [false, true], [treatment]: [false, false] });
    const through = `customer: { features: { orders: 1 } }, context: { x: 1, a: 1 }, ${offer}`;
    expect(seenWith(through)).toMatchObject({ [level]: [true, false], [treatment]: [false, true] });
  });

  it('leaves out actions that are no candidates of the placement', () => {
    expect(coverageBy(offer).seen['eligibility of letter: orders > 0']).toBe('');
    const mail = 'ask: { placement: mail }, expect: { first: letter }';
    expect(coverageBy(mail).seen['eligibility of letter: orders > 0']).toBe('false');
  });

  it('adds up over tests', () => {
    const { seen, sidesSeen } = coverageBy(
      offer,
      `customer: { features: { orders: 1 } }, context: { a: 1 }, ${offer}`,
    );
    expect(seen['eligibility of offer: orders > 0']).toBe('true and false');
    expect(sidesSeen).toBe(2 + 3 + 1);
  });

  it('reaches a context weight when an action it speaks of is ranked, and the placement weighs at all', () => {
    const ranked = 'customer: { features: { orders: 1 } }, context: { a: 1, rain: true }';
    const weight = 'when of 1: context.rain = true';
    expect(coverageBy(`${ranked}, ${offer}`).seen[weight]).toBe('true');
    expect(coverageBy(`${ranked}, ask: { placement: plain }, expect: { first: offer }`).seen[weight]).toBe(
      '',
    );
    expect(coverageBy(offer).seen[weight]).toBe('');
  });

  it('reaches a trigger with the event that it is for', () => {
    const left = 'when of left: event.properties.total > 10';
    const event = (name: string) =>
      `event: { name: ${name}, properties: { total: 20 } }, ask: { placement: mail }, expect: { fallback: false }`;
    expect(coverageBy(event('Cart Left')).seen[left]).toBe('true');
    expect(coverageBy(event('Cart Kept')).seen[left]).toBe('');
    expect(coverageBy(offer).seen[left]).toBe('');
  });

  it('tells where a comparison stands, and the shared condition it stands in', () => {
    const [first] = coverageBy().comparisons;
    expect(first).toMatchObject({ of: 'action', via: 'buyer', at: { file: 'book.yaml' } });
    expect(first?.at.place).toEqual({ line: 12, column: 10 });
  });

  it('names the actions that no test shows, and the reasons of this book that no test meets', () => {
    const { actionsNeverShown, reasonsNeverMet } = coverageBy(offer);
    expect(actionsNeverShown).toEqual(['offer', 'letter']);
    expect(reasonsNeverMet).toEqual(['chosen', 'applicability', 'contact-policy', 'not-worth-its-cost']);
    const shown = coverageBy('ask: { placement: mail }, expect: { first: letter }');
    expect(shown.actionsNeverShown).toEqual(['offer']);
    expect(shown.reasonsNeverMet).not.toContain('chosen');
  });
});
