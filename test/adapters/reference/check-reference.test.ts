import { describe, expect, it } from 'vitest';
import { referenceJson, referenceText } from '../../../adapters/cli/commands/check-reference.ts';
import { openRulebook } from '../../../adapters/cli/rulebook/open-rulebook.ts';
import { checkReference } from '../../../adapters/reference/check-reference.ts';
import type { Rulebook } from '../../../engine/index.ts';
import { toCondition } from '../../../engine/rules/conditions/condition-tree.ts';
import { folderOf } from '../rule-files/folder.ts';

const now = Date.UTC(2026, 10, 20, 12);

/** Every kind of operator, shared conditions, segments, and what cannot be carried out. */
const book = `channels: { web: { direction: pull } }
placements: { hero: { channel: web, fallback: {}, limit: 9 } }
features:
  orders: { count: Order Completed }
  category: { last: Product Viewed, of: properties.category }
conditions:
  buyer: { fact: orders, operator: greaterThan, value: 0 }
  of-age: { any: [{ condition: buyer }, { fact: traits.age, operator: greaterThanInclusive, value: 18 }] }
segments:
  friends: { when: { fact: traits.name, operator: startsWith, value: [A, B] } }
  family: { when: { all: [{ condition: of-age }, { fact: traits.name, operator: matches, value: "^(Ada|Bo)$" }] } }
---
action: native
group: sales
eligibility:
  all:
    - { condition: of-age, priority: 3 }
    - { fact: customer, operator: inSegment, value: [friends, family] }
    - { fact: customer, operator: "not:inSegment", value: family }
applicability:
  any:
    - { fact: traits.tags, operator: "someFact:not:endsWith", value: "s" }
    - { fact: traits.age, operator: between, value: [10, 20] }
    - { fact: now, operator: timeBetween, value: ["09:00", "17:00"] }
    - { fact: now, operator: "not:weekdayIn", value: [sat, sun] }
suitability:
  not:
    any:
      - { fact: context.place, operator: withinKm, value: { of: [59.9, 10.7], km: 5 } }
      - { fact: context.place, operator: withinKm, value: { of: { fact: context.store }, km: 5 } }
      - { fact: context.code, operator: in, value: { fact: context.codes } }
treatments: { card: { channel: web } }
`;

const imported = JSON.stringify([
  {
    conditions: {
      all: [
        { condition: 'of-age' },
        { fact: 'cart.total', operator: 'lessThan', value: { fact: 'limit', path: '$.max' } },
      ],
    },
    event: { type: 'old rule' },
  },
  { conditions: { any: [{ fact: 'orders', operator: 'equal', value: 7 }] }, event: { type: 'old rule' } },
]);

const customers = [
  { traits: { name: 'Ada', age: 17, tags: ['x', 'ys'] }, context: { place: [59.91, 10.71] } },
  { traits: { name: 'Anna', age: 40 }, context: { codes: [1, 2], code: 2, place: '59.9,10.7' } },
  { traits: { name: 'Anna', age: 40 }, context: { codes: 4, code: 2 } },
  { traits: { name: 4, tags: [] }, features: { orders: 7 }, context: { 'cart.total': 3 } },
  { traits: { age: '19' }, context: { 'cart.total': 3, limit: { max: 4 } } },
  { traits: {}, context: { limit: 9, place: { lat: 1, lon: 2 }, store: [1, 2] } },
];

const tests = `tests:
${customers
  .map(
    ({ traits, features = {}, context }, index) => `  - name: customer ${index}
    at: 2026-11-2${index}T${10 + index * 2}:00:00Z
    customer: ${JSON.stringify({ traits, features })}
    context: ${JSON.stringify(context)}
    ask: { placement: hero }
    expect: { fallback: ${index === 0} }
`,
  )
  .join('')}`;

async function open(files: Readonly<Record<string, string>>): Promise<Rulebook> {
  const { rulebook, diagnostics } = await openRulebook(folderOf(files));
  if (!rulebook) throw new Error(JSON.stringify(diagnostics));
  return rulebook;
}

const whole = { 'book.yaml': book, 'old.json': imported, 'tests.yaml': tests };

/** The book with an action whose eligibility does the opposite of what is written. */
async function withSlip(): Promise<Rulebook> {
  const rulebook = await open(whole);
  const [name, native] = [...rulebook.actions].find(([name]) => name === 'native') ?? [];
  const { eligibility } = native ?? {};
  if (name === undefined || !native || !eligibility) throw new Error('there is no such action');
  const { tree, source } = eligibility;
  const slipped = toCondition({ ...tree, test: (facts) => tree.test(facts) !== true }, source);
  const action = { ...native, eligibility: slipped };
  const placements = [...rulebook.placements].map(([key, placement]) => {
    const candidates = placement.candidates.map((candidate) =>
      candidate.action === native ? { ...candidate, action } : candidate,
    );
    return [key, { ...placement, candidates }] as const;
  });
  const { engagement } = rulebook;
  const original = rulebook.placements.get('hero');
  return {
    ...rulebook,
    actions: new Map(rulebook.actions).set(name, action),
    placements: new Map(placements),
    engagement: {
      match: (facts) => engagement.match(facts, original ? [original] : []),
      failedTier: (of) => engagement.failedTier(of),
      passing: () => (original ? engagement.passing(original) : []),
      found: () => engagement.found(),
    },
  };
}

describe('a rulebook checked against json-rules-engine', () => {
  it('agrees with it on every condition that its tests come to', async () => {
    const rulebook = await open(whole);
    expect(await checkReference(rulebook, now)).toEqual({ asked: 6 * 4, differences: [] });
  });

  it('agrees on a book without tests, of which nothing is asked', async () => {
    expect(await checkReference(await open({ 'book.yaml': book }), now)).toEqual({
      asked: 0,
      differences: [],
    });
  });

  it('tells where an evaluator gives another verdict, and on what facts', async () => {
    const report = await checkReference(await withSlip(), now);
    expect(report.differences.length).toBeGreaterThanOrEqual(customers.length);
    const text = referenceText('rules', report);
    expect(text).toContain('rules/tests.yaml:2 another verdict in the test: customer 0\n');
    expect(text).toContain(
      '    native, eligibility (rules/book.yaml:16): json-rules-engine says that it does not hold, ' +
        'the closures that it holds\n    seen: orders = 0, traits.age = 17, traits.name = "Ada"\n',
    );
    expect(text).toContain(`does not agree on ${report.differences.length} of 24 conditions`);
    expect(referenceJson(report)).toMatchObject({
      asked: 24,
      differences: [
        {
          test: 'customer 0',
          file: 'tests.yaml',
          line: 2,
          action: 'native',
          tier: 'eligibility',
          evaluator: 'closures',
          reference: false,
          own: true,
          facts: { 'traits.age': 17 },
        },
        ...report.differences.slice(1).map(() => expect.anything()),
      ],
    });
  });

  it('tells where the index differs from what it stands for', async () => {
    const rulebook = await open(whole);
    const { engagement } = rulebook;
    const slipped = {
      ...rulebook,
      engagement: {
        match: engagement.match.bind(engagement),
        failedTier: () => undefined,
        passing: engagement.passing.bind(engagement),
        found: engagement.found.bind(engagement),
      },
    };
    const { differences } = await checkReference(slipped, now);
    expect(new Set(differences.map(({ evaluator }) => evaluator))).toEqual(new Set(['index']));
    expect(referenceText('rules', { asked: 1, differences })).toContain('the index that it holds');
  });
});
