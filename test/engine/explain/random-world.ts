import fc from 'fast-check';
import {
  type ConsentState,
  type Contact,
  type CustomerState,
  type DecideInput,
  type DecisionId,
  defaultTenant,
  emptyModel,
  newCustomerState,
  type Rulebook,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour, noon } from '../support/events.ts';

/** Random rulebooks in which every kind of barrier occurs, and random customers to be decided on. */

const features = {
  orders: { count: 'Order Completed' },
  orders_7d: { count: 'Order Completed', within: '7d' },
  spent: { sum: 'Order Completed', of: 'properties.revenue' },
  since: { recency: 'Order Completed' },
  category: { last: 'Product Viewed', of: 'properties.category' },
};

const numberTest = fc
  .tuple(
    fc.constantFrom('orders', 'orders_7d', 'spent', 'since', 'customer.daysSinceLastSeen'),
    fc.constantFrom(
      'lessThan',
      'lessThanInclusive',
      'greaterThan',
      'greaterThanInclusive',
      'equal',
      'notEqual',
    ),
    fc.integer({ min: 1, max: 6 }),
  )
  .map(([fact, operator, value]) => ({ fact, operator, value }));
const textTest = fc
  .tuple(
    fc.constantFrom('category', 'traits.tier', 'context.page'),
    fc.constantFrom('equal', 'notEqual', 'in', 'notIn', 'startsWith'),
    fc.constantFrom('boots', 'tents', 'gold'),
  )
  .map(([fact, operator, value]) => ({
    fact,
    operator,
    value: operator.endsWith('n') ? [value, 'b'] : value,
  }))
  .map((test) =>
    test.operator === 'in' || test.operator === 'notIn' ? test : { ...test, value: [test.value].flat()[0] },
  );
const otherTest = fc.constantFrom<object>(
  { fact: 'customer.known', operator: 'equal', value: true },
  { fact: 'traits.likes', operator: 'contains', value: 'boots' },
  { fact: 'traits.home', path: '$.city', operator: 'equal', value: 'Oslo' },
  { fact: 'now', operator: 'timeBetween', value: ['08:00', '10:00'] },
  { fact: 'now', operator: 'weekdayIn', value: ['mon', 'fri'] },
  { fact: 'orders', operator: 'greaterThan', value: { fact: 'orders_7d' } },
);

export const condition = fc.letrec<{ node: object }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 4, arbitrary: numberTest },
    { weight: 2, arbitrary: textTest },
    { weight: 1, arbitrary: otherTest },
    fc.record({ all: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
})).node;

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

const seldom = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

const actionNames = ['voucher', 'guide', 'club', 'call', 'letter', 'game'];

const action = fc.record({
  value: fc.constantFrom(0, 1, 5, 40),
  lever: fc.constantFrom(-50, 0, 20),
  cost: fc.constantFrom<object>({}, { web: 0.2 }, { push: 1, web: 3 }),
  purpose: maybe(fc.constantFrom('marketing', 'service')),
  valid: fc.constantFrom<object | undefined>(
    ...[...Array.from({ length: 14 }, () => undefined), { from: '2026-12-01' }, { until: '2026-01-31' }],
  ),
  budgets: seldom(fc.constant(['vouchers'])),
  eligibility: seldom(condition),
  applicability: seldom(condition),
  suitability: seldom(condition),
  hero: maybe(fc.constantFrom(['hero'], ['hero', 'side'], ['side'])),
  push: fc.boolean(),
});

const policy = fc.constantFrom<object>(
  { scope: 'customer', limit: 2, within: '1d' },
  { scope: 'channel', limit: 1, within: 'week' },
  { scope: 'action', limit: 1, within: '3d', counts: 'impression' },
  { scope: 'action', limit: 2, within: 'ever' },
  { scope: 'group', pause: '36h' },
  {
    forbid: true,
    when: { fact: 'traits.tier', operator: 'equal', value: 'gold' },
    match: { actions: ['voucher', 'call'] },
  },
  { hours: { from: '13:00', until: '20:00' }, match: { channels: ['push'] } },
  { exclusive: { within: '10d' }, match: { actions: ['club', 'game'] } },
  { notAfter: { actions: ['voucher'], within: '2d' }, match: { actions: ['letter', 'guide'] } },
  { scope: 'action', after: { outcome: 'dismiss', within: '30d' }, rest: '60d' },
);

const experiment = fc.constantFrom<object>(
  { holdout: { share: 0.3, match: { actions: ['club', 'guide'] } } },
  { actions: { arms: { a: ['voucher'], b: ['letter', 'call'] } } },
  { treatments: { action: 'voucher', arms: { a: ['hero'], b: ['push'] } } },
);

/** JSON is YAML, too. */
export const book: fc.Arbitrary<Rulebook> = fc
  .record({
    actions: fc.array(action, { minLength: 2, maxLength: actionNames.length, size: 'small' }),
    policies: fc.array(policy, { maxLength: 3 }),
    experiments: fc.array(experiment, { maxLength: 1 }),
    holdout: fc.constantFrom(0, 0, 0.4),
    exploration: fc.constantFrom(0, 0, 0.3),
    left: fc.constantFrom('contacts', 'cost'),
    quiet: fc.boolean(),
    diversity: fc.boolean(),
    together: fc.boolean(),
  })
  .map((parts) =>
    bookOf(
      documentsOf(parts)
        .map((part) => JSON.stringify(part))
        .join('\n---\n'),
    ),
  );

interface Parts {
  readonly actions: readonly {
    readonly hero: readonly string[] | undefined;
    readonly push: boolean;
    readonly budgets: readonly string[] | undefined;
  }[];
  readonly policies: readonly object[];
  readonly experiments: readonly object[];
  readonly holdout: number;
  readonly exploration: number;
  readonly left: string;
  readonly quiet: boolean;
  readonly diversity: boolean;
  readonly together: boolean;
}

function documentsOf(parts: Parts): readonly object[] {
  const together = parts.together ? { together: 'page' } : {};
  const diversity = parts.diversity ? { diversity: { by: 'group', max: 1 } } : {};
  const all = parts.actions.map((written, index) => actionOf(written, index));
  const named = new Set(all.map(({ action: name }) => name));
  const experiments = parts.experiments.filter(
    (one) => namesIn(one).every((name) => named.has(name)) && hasArms(one, all),
  );
  return [
    {
      channels: { web: { direction: 'pull' }, push: { direction: 'push', consent: 'per-channel' } },
      placements: {
        hero: { channel: 'web', limit: 1, ...together },
        side: { channel: 'web', limit: 2, ...together, ...diversity },
        note: { channel: 'push', limit: 1 },
      },
      features,
      policies: Object.fromEntries(
        parts.policies
          .filter((one) => namesIn(one).every((name) => named.has(name)))
          .map((one, index) => [`rule-${index}`, one]),
      ),
      budgets: { vouchers: { unit: parts.left, total: 10, period: 'day' } },
      arbitration: { exploration: parts.exploration, prior: { positives: 1, negatives: 9 } },
      ...(parts.holdout > 0 && { holdout: { share: parts.holdout } }),
      ...(parts.quiet && { quietHours: { night: { channels: ['push'], from: '11:00', until: '08:00' } } }),
      experiments: Object.fromEntries(experiments.map((one, index) => [`test-${index}`, one])),
    },
    ...all,
  ];
}

function actionOf({ hero, push, ...written }: Parts['actions'][number], index: number) {
  const treatments = {
    ...(hero && { hero: { channel: 'web', placements: hero, content: {} } }),
    ...(push && { push: { channel: 'push', content: {} } }),
    ...(!hero && !push && { hero: { channel: 'web', content: {} } }),
  };
  return {
    ...written,
    action: actionNames[index] as string,
    group: `issue/${index % 2 ? 'odd' : 'even'}`,
    treatments,
  };
}

function namesIn(part: object): readonly string[] {
  return actionNames.filter((name) => JSON.stringify(part).includes(`"${name}"`));
}

function hasArms(
  part: object,
  actions: readonly { readonly action: string; readonly treatments: object }[],
): boolean {
  if (!('treatments' in part)) return true;
  return Object.keys(actions[0]?.treatments ?? {}).length === 2;
}

const granted: ConsentState = { status: 'granted', at: 0, source: 'test' };
const word = fc.constantFrom<ConsentState | undefined>(
  granted,
  granted,
  { ...granted, status: 'withdrawn' },
  { ...granted, expiresAt: noon - 24 * hour },
  undefined,
);

const contact: fc.Arbitrary<Contact> = fc
  .record({
    ago: fc.integer({ min: 1, max: 240 }),
    action: fc.constantFrom(...actionNames),
    channel: fc.constantFrom('web', 'push'),
    outcome: fc.constantFrom(undefined, 'impression' as const, 'dismiss' as const),
  })
  .map(({ ago, action: name, channel, outcome }) => ({
    decision: `c${ago}-${name}` as DecisionId,
    at: noon - ago * hour,
    action: name,
    group: `issue/${actionNames.indexOf(name) % 2 ? 'odd' : 'even'}`,
    treatment: channel === 'web' ? 'hero' : 'push',
    channel,
    placement: channel === 'web' ? 'hero' : 'note',
    ...(outcome && { outcomes: { [outcome]: noon - ago * hour + 1 } }),
  }));

/** A request on a book. */
export const request = fc
  .record({
    user: fc.nat(1_000),
    seed: fc.nat(1_000),
    facts: fc.record(
      {
        orders: fc.nat(7),
        orders_7d: fc.nat(4),
        spent: fc.integer({ min: -2, max: 8 }),
        since: fc.option(fc.nat(8), { nil: undefined }),
        category: fc.constantFrom('boots', 'tents', 'b', undefined),
        'traits.tier': fc.constantFrom('gold', 'silver', undefined),
      },
      { requiredKeys: [] },
    ),
    marketing: word,
    push: word,
    contacts: fc.array(contact, { maxLength: 5 }),
    placements: fc.constantFrom(
      ['hero'],
      ['hero'],
      ['side'],
      ['note'],
      ['hero', 'side'],
      ['side', 'note'],
      ['hero', 'side', 'note'],
    ),
    page: fc.constantFrom('boots', undefined),
    left: fc.constantFrom(0, 1, 1_000_000_000),
    later: fc.nat(23),
  })
  .map(({ user, seed, facts, marketing, push, contacts, placements, page, left, later }) => {
    const customer = userKey(`u${user}`);
    const state: CustomerState = newCustomerState(customer);
    const consent = { ...(marketing && { marketing }), ...(push && { 'marketing/push': push }) };
    const ledger = [...contacts].sort((one, other) => one.at - other.at);
    return (rulebook: Rulebook): DecideInput => ({
      id: 'd1' as DecisionId,
      tenant: defaultTenant,
      customer,
      state: { ...state, own: { ...state.own, consent, contacts: ledger } },
      rulebook,
      model: emptyModel,
      cause: { kind: 'request', requestId: 'r' },
      seed: `s${seed}`,
      now: noon + later * hour,
      placements,
      context: { ...(page !== undefined && { page }) },
      explain: false,
      budgets: { left: () => left },
      overrides: new Map(Object.entries(facts)),
    });
  });
