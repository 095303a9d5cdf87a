import { describe, expect, it } from 'vitest';
import {
  type CustomerState,
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  newCustomerState,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { noon } from '../support/events.ts';

const ada = userKey('ada');

function bookWith(eligibility: string) {
  return bookOf(`
channels: { web: { direction: pull } }
placements: { hero: { channel: web, fallback: {} } }
features:
  orders.count: { count: Order Completed }
  orders.days_since: { recency: Order Completed }
segments:
  buyers:
    description: Who ever bought something
    when: { fact: orders.count, operator: greaterThan, value: 0 }
  lapsed:
    when:
      all:
        - { fact: customer, operator: inSegment, value: buyers }
        - { fact: orders.days_since, operator: greaterThan, value: 90 }
  friends: { when: { fact: traits.friend, operator: equal, value: true } }
---
action: hello
group: service
eligibility: ${eligibility}
treatments: { t: { channel: web } }
`);
}

/** The reason of the only action for a customer with these features. */
function reasonOf(eligibility: string, features: Readonly<Record<string, number>>) {
  const input: DecideInput = {
    id: 'd1' as DecisionId,
    tenant: defaultTenant,
    customer: ada,
    state: newCustomerState(ada) satisfies CustomerState,
    rulebook: bookWith(eligibility),
    model: emptyModel,
    cause: { kind: 'request', requestId: 'r' },
    seed: 'seed',
    now: noon,
    placements: ['hero'],
    context: {},
    explain: true,
    budgets: { left: () => 1 },
    overrides: new Map(Object.entries(features)),
  };
  return decide(input).decision.placements[0]?.reasons[0];
}

const inSegment = (value: string) => `{ fact: customer, operator: inSegment, value: ${value} }`;
const notInSegment = (value: string) => `{ fact: customer, operator: "not:inSegment", value: ${value} }`;

describe('a segment', () => {
  it('is who satisfies its condition at the moment of the decision', () => {
    expect(reasonOf(inSegment('buyers'), { 'orders.count': 1 })?.code).toBe('chosen');
    expect(reasonOf(inSegment('buyers'), { 'orders.count': 0 })?.code).toBe('eligibility');
    expect(reasonOf(notInSegment('buyers'), { 'orders.count': 1 })?.code).toBe('eligibility');
    expect(reasonOf(notInSegment('buyers'), { 'orders.count': 0 })?.code).toBe('chosen');
  });

  it('may be one of several, and may build on another', () => {
    expect(reasonOf(inSegment('[friends, buyers]'), { 'orders.count': 1 })?.code).toBe('chosen');
    expect(reasonOf(notInSegment('[friends, buyers]'), { 'orders.count': 1 })?.code).toBe('eligibility');
    const lapsed = { 'orders.count': 1, 'orders.days_since': 91 };
    expect(reasonOf(inSegment('lapsed'), lapsed)?.code).toBe('chosen');
    expect(reasonOf(inSegment('lapsed'), { ...lapsed, 'orders.days_since': 90 })?.code).toBe('eligibility');
  });

  it('is named by the explanation of what failed in it', () => {
    expect(reasonOf(inSegment('lapsed'), { 'orders.count': 1, 'orders.days_since': 12 })?.failed).toEqual({
      fact: 'orders.days_since',
      operator: 'greaterThan',
      expected: 90,
      seen: 12,
      segment: 'lapsed',
    });
    // Where segments build on each other, the one in which the comparison stands.
    expect(reasonOf(inSegment('lapsed'), { 'orders.count': 0 })?.failed).toMatchObject({ segment: 'buyers' });
    expect(reasonOf(notInSegment('buyers'), { 'orders.count': 1 })?.failed).toMatchObject({
      operator: 'not:greaterThan',
      segment: 'buyers',
    });
  });

  it('is part of the rulebook, with its description', () => {
    const { segments } = bookWith(inSegment('buyers'));
    expect([...segments.keys()]).toEqual(['buyers', 'lapsed', 'friends']);
    expect(segments.get('buyers')).toMatchObject({ description: 'Who ever bought something' });
    expect(segments.get('lapsed')?.when.tree).toMatchObject({
      kind: 'all',
      children: [{ kind: 'named', what: 'segment', name: 'buyers' }, { kind: 'test' }],
    });
  });

  it('is one shared tree, however often it is used', () => {
    const book = bookWith(`{ any: [${inSegment('buyers')}, { not: ${inSegment('[buyers]')} }] }`);
    expect(book.actions.get('hello')?.eligibility?.tree).toMatchObject({
      children: [
        { kind: 'named', child: book.segments.get('buyers')?.when.tree },
        { kind: 'not', child: { kind: 'named', name: 'buyers' } },
      ],
    });
  });
});
