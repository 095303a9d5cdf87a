import { describe, expect, it } from 'vitest';
import {
  type ConsentState,
  type Contact,
  type CustomerState,
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  type ExplainedAction,
  type ExplainedPlacement,
  emptyModel,
  explainDecision,
  newCustomerState,
  type Rulebook,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';

const hour = 3_600_000;
/** Wednesday, 18 November 2026, 13:00 in Oslo. */
const now = Date.UTC(2026, 10, 18, 12);
const ada = userKey('ada');
const granted: ConsentState = { status: 'granted', at: 0, source: 'test' };

const settings = `
currency: EUR
timeZone: Europe/Oslo
channels:
  web: { direction: pull }
  push: { direction: push, consent: per-channel }
placements:
  hero: { channel: web, limit: 1, fallback: { title: Hello } }
  side: { channel: web, limit: 1 }
  message: { channel: push, limit: 1 }
features:
  orders.count_365d: { count: Order Completed, within: 365d }
  orders.since: { recency: Order Completed }
arbitration: { exploration: 0, prior: { positives: 1, negatives: 9 } }
`;

const offer = (more = '') => `---
action: winter-offer
group: sales/offers
value: 10
treatments:
  hero: { channel: web, placements: [hero], content: {} }
  push: { channel: push, content: {} }
${more}
`;

const rival = `---
action: rival
group: sales/others
value: 20
treatments: { hero: { channel: web, placements: [hero], content: {} } }
`;

function contact(ago: number, more: Partial<Contact> = {}): Contact {
  return {
    decision: `c${ago}` as DecisionId,
    at: now - ago,
    action: 'winter-offer',
    group: 'sales/offers',
    treatment: 'push',
    channel: 'push',
    placement: 'message',
    ...more,
  };
}

interface Asked extends Partial<Omit<DecideInput, 'rulebook' | 'state'>> {
  readonly own?: Partial<CustomerState['own']>;
}

function explained(book: string | Rulebook, { own, ...more }: Asked = {}): readonly ExplainedPlacement[] {
  const state = newCustomerState(ada);
  const input: DecideInput = {
    id: 'd1' as DecisionId,
    tenant: defaultTenant,
    customer: ada,
    state: { ...state, own: { ...state.own, ...own } },
    rulebook: typeof book === 'string' ? bookOf(settings + book) : book,
    model: emptyModel,
    cause: { kind: 'request', requestId: 'r' },
    seed: 'seed',
    now,
    placements: ['hero'],
    context: {},
    explain: false,
    budgets: { left: () => 1_000_000_000 },
    ...more,
  };
  return explainDecision(input, decide(input)).placements;
}

function explainedOffer(book: string, asked: Asked = {}): ExplainedAction {
  const actions = explained(book, asked).flatMap((placement) => placement.actions);
  const found = actions.filter(({ action }) => action === 'winter-offer').at(-1);
  if (!found) throw new Error('the offer is no candidate');
  return found;
}

const wordsOf = (book: string, asked: Asked = {}) => explainedOffer(book, asked).words;

describe('an explanation in words', () => {
  it('tells what was shown', () => {
    expect(explained(offer())[0]?.words).toBe('In “hero” we showed “winter offer”.');
    expect(wordsOf(offer())).toBe('We showed “winter offer” first.');
  });

  it('tells that the standard content was shown', () => {
    const [hero, side] = explained(offer('purpose: marketing'), { placements: ['hero', 'side'] });
    expect(hero?.words).toBe('In “hero” we showed the standard content, because no offer was left.');
    expect(side?.words).toBe('In “side” we showed nothing, because no offer was left.');
  });

  it('tells when an action begins, in the time of the customer', () => {
    const later = offer('valid: { from: 2027-01-04T08:00:00Z }');
    expect(wordsOf(later)).toBe(
      'We did not offer “winter offer” because it only starts on Monday, 4 January 2027, 9:00. From Monday, 4 January 2027, 9:00 on it would be possible.',
    );
    const traits = { timeZone: ['America/New_York', 1] as const };
    expect(wordsOf(later, { own: { traits } })).toContain('Monday, 4 January 2027, 3:00');
  });

  it('tells when an action ended', () => {
    expect(wordsOf(offer('valid: { until: 2026-11-02T08:00:00Z }'))).toBe(
      'We did not offer “winter offer” because it ended on Monday, 2 November, 9:00. It was possible until Monday, 2 November, 8:59.',
    );
  });

  it('says what its claim depends on where the decision did not ask what was left of a budget', () => {
    const book = `budgets: { pot: { unit: contacts, total: 10, period: day } }
${offer('budgets: [pot]\neligibility: { fact: traits.tier, operator: equal, value: gold }')}`;
    const claim = "If the customer's “tier” were “gold”, it would be shown";
    const [hero] = explained(book);
    expect(hero?.actions[0]?.words).toContain(`${claim}.`);
    const unknown = explained(book, {
      budgets: { left: () => Number.MAX_SAFE_INTEGER, isKnown: () => false },
    });
    expect(unknown[0]?.actions[0]?.words).toContain(
      `${claim}, as long as there was enough left of the budget “pot”.`,
    );
  });

  it('says so where nothing about the customer would help', () => {
    expect(explainedOffer(offer(), { placements: ['side'] })).toMatchObject({
      code: 'no-treatment',
      counterfactual: { found: false, why: 'fixed' },
      words:
        'We did not offer “winter offer” because there is no version of it for this place. Nothing about the customer would change that.',
    });
  });

  it('tells the condition that failed with the value seen, its place in the file, and the nearest value that does', () => {
    const told = explainedOffer(
      offer('eligibility: { fact: orders.count_365d, operator: greaterThanInclusive, value: 1 }'),
    );
    expect(told).toMatchObject({
      code: 'eligibility',
      place: { file: 'book.yaml', line: 22 },
      failed: { fact: 'orders.count_365d', operator: 'greaterThanInclusive', expected: 1, seen: 0 },
      counterfactual: {
        found: true,
        becomes: 'chosen',
        alterations: [{ kind: 'fact', fact: 'orders.count_365d', from: 0, to: 1 }],
      },
      words:
        'We did not offer “winter offer” because the customer may not have it: the number of “Order Completed” in the last 365 days would have to be at least 1, and it is 0. If the number of “Order Completed” in the last 365 days were 1 instead of 0, it would be shown.',
    });
  });

  it('tells conditions on what is known of the customer', () => {
    expect(wordsOf(offer('applicability: { fact: traits.tier, operator: in, value: [gold, silver] }'))).toBe(
      "We did not offer “winter offer” because it does not matter to the customer right now: the customer's “tier” would have to be one of “gold” or “silver”, and nothing is known of it. If the customer's “tier” were “gold”, it would be shown.",
    );
    expect(
      wordsOf(offer('suitability: { not: { fact: orders.since, operator: lessThan, value: 14 } }'), {
        overrides: new Map([['orders.since', 3]]),
      }),
    ).toBe(
      'We did not offer “winter offer” because it would not be good for the customer: the days since the last “Order Completed” must not be less than 14, and it is 3. If the days since the last “Order Completed” were 14 instead of 3, it would be shown.',
    );
  });

  it('tells what the customer has not agreed to', () => {
    expect(wordsOf(offer('purpose: marketing'))).toBe(
      'We did not offer “winter offer” because the customer has not agreed to “marketing”. If the customer agreed to “marketing”, it would be shown.',
    );
    const refused = { marketing: granted, 'marketing/push': { ...granted, status: 'withdrawn' as const } };
    expect(
      wordsOf(offer('purpose: marketing'), { placements: ['message'], own: { consent: refused } }),
    ).toContain('If the customer agreed to “marketing” by push, it would be shown.');
  });

  it('tells what was counted and when it is possible again', () => {
    const capped = `policies: { push-cap: { scope: channel, match: { channels: [push] }, limit: 3, within: 7d } }\n`;
    const contacts = [100, 60, 20].map((hours) => contact(hours * hour));
    const told = explainedOffer(capped + offer(), { placements: ['message'], own: { contacts } });
    expect(told).toMatchObject({ seen: { count: 3, limit: 3 }, place: { line: 15 } });
    expect(told.words).toBe(
      'We did not offer “winter offer” because the customer already got 3 push messages in the last week, and 3 is the limit (rule “push cap”). From Saturday, 21 November, 9:00 on it would be possible again.',
    );
  });

  it.each([
    ['{ scope: action, pause: 48h }', 'the last message came less than 2 days ago (rule “rule”)'],
    ['{ forbid: true }', 'we do not offer it to customers like this one (rule “rule”)'],
    [
      '{ hours: { from: "15:00", until: "20:00" } }',
      'it may only come between 15:00 and 20:00 (rule “rule”). From Wednesday, 18 November, 15:00 on it would be possible again.',
    ],
    [
      '{ scope: action, after: { outcome: dismiss, within: 30d }, rest: 60d }',
      'after 1 dismiss of the customer we wait for 60 days (rule “rule”)',
    ],
    [
      '{ exclusive: { within: 10d }, match: { actions: [winter-offer, rival] } }',
      'another offer of the same kind is still running (rule “rule”). From Saturday, 28 November, 12:00 on it would be possible again.',
    ],
    [
      '{ notAfter: { actions: [rival], within: 2d }, match: { actions: [winter-offer] } }',
      'a related offer came less than 2 days ago (rule “rule”). From Friday, 20 November, 12:00 on it would be possible again.',
    ],
    ['{ scope: action, limit: 0, within: 1d }', 'nothing of this kind is allowed at all (rule “rule”)'],
    [
      '{ scope: action, limit: 1, within: day }',
      'the customer already got 1 message today, and 1 is the limit (rule “rule”). From Thursday, 19 November, 0:00 on',
    ],
  ])('tells the policy %s', (policy, words) => {
    const before = contact(hour, { action: 'rival', group: 'sales/others', treatment: 'hero' });
    const own = contact(hour / 2, { outcomes: { dismiss: now - hour + 1 } });
    const contacts = policy.includes('rival') ? [before] : [before, own];
    const book = `policies: { rule: ${policy} }\n${offer()}${rival}`;
    expect(wordsOf(book, { placements: ['message'], own: { contacts } })).toContain(words);
  });

  it('tells a quiet hour', () => {
    const quiet = 'quietHours: { night: { channels: [push], from: "12:00", until: "08:00" } }\n';
    expect(wordsOf(quiet + offer(), { placements: ['message'] })).toBe(
      'We did not offer “winter offer” because it is a quiet time where the customer is, until Thursday, 19 November, 8:00. From Thursday, 19 November, 8:00 on it would be possible again.',
    );
  });

  it('tells a budget, and how much it lacks', () => {
    const budget = 'budgets: { winter-money: { unit: contacts, total: 10, period: day } }\n';
    expect(wordsOf(budget + offer('budgets: [winter-money]'), { budgets: { left: () => 0 } })).toBe(
      'We did not offer “winter offer” because the budget “winter money” is used up. If the budget “winter money” had 1 contact more, it would be shown.',
    );
  });

  it('tells a budget that is spread over time', () => {
    const budget = 'budgets: { winter-money: { unit: contacts, total: 10, period: day, pace: even } }\n';
    expect(wordsOf(budget + offer('budgets: [winter-money]'), { budgets: { left: () => 0 } })).toContain(
      'because the budget “winter money” is spread over time, and its share for now is used up.',
    );
  });

  it('tells that enough of its kind came first', () => {
    const varied = settings.replace(
      'side: { channel: web, limit: 1 }',
      'side: { channel: web, limit: 2, diversity: { by: group, max: 1 } }',
    );
    const everywhere = offer().replace('placements: [hero], ', '');
    const same = rival.replace('placements: [hero], ', '').replace('sales/others', 'sales/offers');
    const [side] = explained(bookOf(varied + everywhere + same), { placements: ['side'] });
    expect(side?.actions.find(({ action }) => action === 'winter-offer')?.words).toBe(
      'We did not offer “winter offer” because enough offers of its kind came first (its score was 1, the last one shown had 2). If one success were worth 20.10 EUR instead of 10 EUR, it would be shown.',
    );
  });

  it('tells what only appears together with something else', () => {
    const coupled = settings
      .replace('limit: 1, fallback', 'limit: 1, together: page, fallback')
      .replace('side: { channel: web, limit: 1 }', 'side: { channel: web, limit: 1, together: page }');
    const [hero] = explained(bookOf(coupled + offer()), { placements: ['hero', 'side'] });
    expect(hero?.actions[0]?.words).toBe(
      'We did not offer “winter offer” because it only appears together with another place (“page”), for which nothing was left. If this place were filled on its own, it would be shown.',
    );
  });

  it('tells what is not worth its cost, and which value would be', () => {
    expect(wordsOf(offer('cost: { web: 3 }'))).toBe(
      'We did not offer “winter offer” because reaching the customer would cost more than it is likely to bring in (by 2). If one success were worth 30 EUR instead of 10 EUR, it would be shown.',
    );
  });

  it('tells a hold-out', () => {
    expect(wordsOf(`holdout: { share: 1 }\n${offer()}`)).toMatch(
      /^We did not offer “winter offer” because the customer is in a group \(“.*”\) that is left alone so that the effect of our offers can be measured\. If the customer were in the group “treated” of “.*”, it would be shown\.$/,
    );
  });

  it('tells another arm', () => {
    const test =
      'experiments: { trial: { actions: { arms: { a: [winter-offer], b: [rival] }, weights: { a: 0, b: 1 } } } }\n';
    expect(wordsOf(test + offer() + rival)).toBe(
      'We did not offer “winter offer” because it is being tried out (“trial”) with other customers. If the customer were in the group “a” of “trial”, it would be shown.',
    );
  });

  it('tells what came first, with the factors side by side, and the value that would have won', () => {
    const told = explainedOffer(offer() + rival);
    expect(told.ranking).toMatchObject({
      own: { action: 'winter-offer', priority: 1, P: 0.1, V: 10, C: 1, L: 1, cost: 0 },
      last: { action: 'rival', priority: 2, P: 0.1, V: 20, probability: 1 },
    });
    expect(told.words).toBe(
      'We did not offer “winter offer” because other offers came first (its score was 1, the last one shown had 2). If one success were worth 20.10 EUR instead of 10 EUR, it would be shown.',
    );
  });

  it('names a lever where the value is left out, and another place where chance had the word', () => {
    const noValue = (settings + offer() + rival.replace('value: 20', 'value: 20\nlever: 50')).replace(
      'hero: { channel: web, limit: 1,',
      'hero: { channel: web, limit: 1, without: [V],',
    );
    const [hero] = explained(bookOf(noValue));
    expect(hero?.actions.find(({ action }) => action === 'winter-offer')?.words).toContain(
      'If its lever were 1.51 instead of 1, it would be shown.',
    );
    const random = bookOf((settings + offer() + rival).replace('exploration: 0', 'exploration: 1'));
    const words = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((seed) =>
      explained(random, { seed }).flatMap(({ actions }) => actions.map((told) => told.words)),
    );
    expect(words).toContain('We showed “winter offer” first, which had a probability of 50 %.');
    expect(words).toContain(
      'We did not offer “winter offer” because other offers came first (its score was 1, the last one shown had 2). If this place showed 2 instead of 1, it would be shown.',
    );
  });

  it('tells what was placed elsewhere', () => {
    const everywhere = offer().replace('placements: [hero], ', '');
    expect(wordsOf(everywhere, { placements: ['hero', 'side'] })).toBe(
      'We did not offer “winter offer” because the customer already sees it in another place. If this place were filled on its own, it would be shown.',
    );
  });

  it('names several changes where several things are in the way, and no more than are needed', () => {
    const strict = offer(`purpose: marketing
eligibility: { fact: orders.count_365d, operator: greaterThan, value: 1 }
applicability: { any: [{ fact: orders.since, operator: lessThan, value: 3 }, { fact: customer.known, operator: equal, value: true }] }
valid: { from: 2026-11-20T09:00:00Z }`);
    const { counterfactual } = explainedOffer(strict);
    expect(counterfactual).toMatchObject({ found: true, becomes: 'chosen' });
    expect(counterfactual?.found && counterfactual.alterations).toEqual([
      { kind: 'time', at: Date.UTC(2026, 10, 20, 9) },
      { kind: 'fact', fact: 'orders.count_365d', from: 0, to: 2 },
      { kind: 'consent', purpose: 'marketing' },
    ]);
  });

  it('takes time and place together where both are in the way', () => {
    const openDay = offer(`applicability:
  all:
    - { fact: now, operator: weekdayIn, value: [fri, sat] }
    - { fact: context.location, operator: withinKm, value: { of: [54.3, 10.1], km: 60 } }`);
    expect(wordsOf(openDay)).toBe(
      'We did not offer “winter offer” because it does not matter to the customer right now: the time would have to be on Friday or Saturday, and it is Wednesday, 18 November, 13:00. If “location” of the request were 54.3 and 10.1, it would be shown from Friday, 20 November, 0:00 on.',
    );
  });

  it('says so where it finds no change', () => {
    expect(
      wordsOf(
        offer(
          'eligibility: { all: [{ fact: traits.a, operator: equal, value: 1 }, { fact: traits.a, operator: equal, value: 2 }] }',
        ),
      ),
    ).toContain('We found no change that would have made it possible.');
  });

  it('waits for a condition on the time', () => {
    expect(
      wordsOf(offer('applicability: { fact: now, operator: timeBetween, value: ["18:00", "22:00"] }')),
    ).toBe(
      'We did not offer “winter offer” because it does not matter to the customer right now: the time would have to be between 18:00 and 22:00, and it is Wednesday, 18 November, 13:00. From Wednesday, 18 November, 18:00 on it would be possible.',
    );
  });
});

describe('an explanation', () => {
  it('is the same for the same decision, byte for byte', () => {
    const book = bookOf(settings + offer('cost: { web: 3 }') + rival);
    expect(JSON.stringify(explained(book))).toBe(JSON.stringify(explained(book)));
  });

  it('is of some actions where only those are asked about, and spares the search where that is not wanted', () => {
    const rulebook = bookOf(settings + offer() + rival);
    const state = newCustomerState(ada);
    const input: DecideInput = {
      id: 'd1' as DecisionId,
      tenant: defaultTenant,
      customer: ada,
      state,
      rulebook,
      model: emptyModel,
      cause: { kind: 'request', requestId: 'r' },
      seed: 'seed',
      now,
      placements: ['hero'],
      context: {},
      explain: false,
      budgets: { left: () => 1 },
    };
    const options = { actions: new Set(['winter-offer']), counterfactuals: false };
    const [hero] = explainDecision(input, decide(input), options).placements;
    expect(hero?.funnel).toMatchObject({ candidates: 2, chosen: 1 });
    expect(hero?.actions).toHaveLength(1);
    expect(hero?.actions[0]).not.toHaveProperty('counterfactual');
    expect(hero?.actions[0]?.words).toMatch(
      /^We did not offer “winter offer” because other offers came first/,
    );
  });
});
