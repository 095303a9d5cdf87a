import { describe, expect, it } from 'vitest';
import {
  type Contact,
  type CustomerState,
  type DecisionId,
  decide,
  newCustomerState,
  type Rulebook,
  snapshotOf,
  userKey,
} from '../../../engine/index.ts';
import { Random } from '../../simulation/random.ts';
import { bookOf } from '../support/book.ts';
import { hour, noon } from '../support/events.ts';
import { inputOf } from './learned.ts';

/**
 * A formula that says what is said without one keeps every candidate from being plain: then all go through the stages.
 * Values, levers and weights are such that no rounding tells one way from the other.
 */
const asUsual = ', formula: "P * V * C * L - cost"';

const policies = [
  '{ scope: customer, limit: 5, within: 1d }',
  '{ scope: group, limit: 2, within: 3d }',
  '{ scope: action, limit: 1, within: 7d }',
  '{ scope: treatment, limit: 2, within: ever, counts: impression }',
  '{ scope: action, pause: 2d }',
  '{ scope: group, pause: 4h, counts: click }',
  '{ scope: action, limit: 2, within: 7d, counts: impression, reserve: 1d }',
  '{ exclusive: { within: 10d }, match: { groups: [sales/first] } }',
  '{ notAfter: { actions: [offer-1], within: 2d }, match: { groups: [sales/second] } }',
  '{ scope: action, after: { outcome: dismiss, within: 30d }, rest: 60d }',
  '{ forbid: true, when: { fact: context.rain, operator: equal, value: true }, match: { groups: [service/third] } }',
];

const count = 40;
const groups = ['sales/first', 'sales/second', 'service/third'];

/** As text without the formula and with it. */
function bookTexts(random: Random): readonly [string, string] {
  const exploration = random.pick(['0', '0.3', '{ floor: 0.1, uniform: 0.1 }']);
  const diversity = random.chance(0.3) ? ', diversity: { by: group, max: 1 }' : '';
  const without = random.chance(0.3) ? `, without: [${random.pick(['P', 'V', 'C', 'L', 'cost'])}]` : '';
  const rules = policies.filter(() => random.chance(0.3)).map((text, index) => `  rule-${index}: ${text}\n`);
  const actions = Array.from({ length: count }, (_, index) => actionOf(random, index)).join('');
  const text = (formula: string) =>
    `channels: { web: { direction: pull } }
placements:
  hero: { channel: web, limit: 3, fallback: {}${diversity}${without}${formula} }
  side: { channel: web, limit: 2, fallback: {}${formula} }
budgets: { purse: { unit: contacts, total: 10, period: day } }
arbitration:
  exploration: ${exploration}
  prior: { positives: 1, negatives: 9 }
  contextWeights: [{ when: { fact: context.rain, operator: equal, value: true }, groups: [sales/second], weight: 100 }]
${rules.length > 0 ? `policies:\n${rules.join('')}` : ''}${actions}`;
  return [text(''), text(asUsual)];
}

function actionOf(random: Random, index: number): string {
  const some = (share: number, line: string) => (random.chance(share) ? line : '');
  const second = some(0.1, '  other: { channel: web, content: {} }\n');
  const eligibility = some(
    0.3,
    'eligibility: { all: [{ fact: context.rain, operator: equal, value: true }] }\n',
  );
  return `---
action: offer-${index}
group: ${random.pick(groups)}
value: ${random.between(1, 4) * 4}
${eligibility}${some(0.3, 'lever: 100\n')}${some(0.2, 'cost: { web: 4 }\n')}${some(0.5, 'purpose: marketing\n')}${some(0.1, 'valid: { from: 2026-12-24 }\n')}${some(0.05, 'mandatory: true\n')}${some(0.1, 'budgets: [purse]\n')}treatments:
  card: { channel: web, content: {} }
${second}`;
}

function stateOf(random: Random): CustomerState {
  const state = newCustomerState(userKey('ada'));
  const contacts = Array.from({ length: random.between(0, 12) }, (_, index): Contact => {
    const at = noon - random.between(1, 240) * hour;
    const outcomes = random.chance(0.5)
      ? { [random.pick(['impression', 'click', 'dismiss'])]: at + hour }
      : {};
    return {
      ...{ decision: `0-${index}` as DecisionId, at, action: `offer-${random.between(0, 9)}` },
      ...{ group: random.pick(groups), treatment: 'card', channel: 'web', placement: 'hero' },
      ...(Object.keys(outcomes).length > 0 && { outcomes }),
    };
  }).sort((one, other) => one.at - other.at);
  const consent = random.chance(0.7)
    ? { marketing: { status: 'granted' as const, at: 0, source: 'test' } }
    : {};
  return { ...state, own: { ...state.own, contacts, consent } };
}

function modelOf(random: Random) {
  const tallies = Array.from({ length: count }, (_, index) => [
    `offer-${index}/card`,
    [random.between(20, 200), random.between(0, 20)] as const,
  ]);
  return snapshotOf(Object.fromEntries(tallies.slice(0, random.between(0, count))));
}

describe('plain candidates', () => {
  it('leave a decision as it is when every candidate goes through all stages (CC1)', () => {
    let shown = 0;
    for (let seed = 1; seed <= 30; seed += 1) {
      const random = new Random(seed);
      const books = bookTexts(random).map((text) => bookOf(text)) as [Rulebook, Rulebook];
      for (let asked = 0; asked < 10; asked += 1) {
        const request = {
          ...{ state: stateOf(random), model: modelOf(random), seed: `${seed}/${asked}` },
          ...{ placements: random.pick([['hero'], ['hero', 'side'], ['side', 'hero']]) },
          context: { rain: random.chance(0.5) },
          ...{ explain: random.chance(0.2), ...(random.chance(0.2) && { tellsOdds: true as const }) },
          budgets: { left: () => 1 },
        };
        const [plain, staged] = books.map((book) => decide(inputOf(book, request)));
        expect(plain).toEqual(staged);
        shown += plain?.contacts.length ?? 0;
      }
    }
    expect(shown).toBeGreaterThan(300);
  });
});
