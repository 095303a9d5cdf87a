import type {
  Action,
  Candidate,
  Condition,
  Placement,
  Rulebook,
  Treatment,
} from '../../../../engine/model/rulebook.ts';

/** A small book with one placement that has actions and one that has only its fallback. */

const always = { from: 0, until: Number.MAX_SAFE_INTEGER };

export const bigSpender: Condition = {
  holds: () => false,
  failure: () => ({ fact: 'traits.spent', operator: 'greaterThan', expected: 1_000, seen: undefined }),
  source: { fact: 'traits.spent', operator: 'greaterThan', value: 1_000 },
};

const actions = [newAction('win-back', 12.5, 0, undefined), newAction('premium', 80, 1, bigSpender)];

export const sampleRulebook: Rulebook = {
  version: 'book-1',
  currency: 'EUR',
  facts: [],
  features: new Map(),
  featuresByEvent: new Map(),
  actions: new Map(actions.map((action) => [action.name, action])),
  channels: new Map([['web', { name: 'web', direction: 'pull', consentPerChannel: false }]]),
  placements: new Map(
    [newPlacement('home-hero', actions.map(candidateOf)), newPlacement('footer', [])].map((one) => [
      one.name,
      one,
    ]),
  ),
  policies: [],
  contactMemoryMs: 0,
  budgets: new Map(),
  arbitration: { explorationRate: 0, contextWeights: [], levers: {}, prior: { positives: 1, negatives: 9 } },
  holdout: undefined,
  triggersByEvent: new Map(),
  triggers: new Map(),
  outcomesByEvent: new Map(),
  consentByEvent: new Map(),
  tests: [],
};

function newAction(name: string, value: number, index: number, eligibility: Condition | undefined): Action {
  const treatment: Treatment = {
    name: `${name}-hero`,
    channel: 'web',
    placements: ['home-hero'],
    content: { source: { title: name }, render: () => ({ title: name }) },
    index,
  };
  return {
    name,
    issue: 'growth',
    group: 'growth/offers',
    value,
    cost: {},
    lever: 1,
    prior: { positives: 1, negatives: 9 },
    valid: always,
    eligibility,
    applicability: undefined,
    suitability: undefined,
    treatments: [treatment],
    budgets: [],
    index,
  };
}

function candidateOf(action: Action): Candidate {
  return { action, treatments: action.treatments };
}

function newPlacement(name: string, candidates: readonly Candidate[]): Placement {
  const fallback = { source: { title: 'Welcome' }, render: () => ({ title: 'Welcome' }) };
  return { name, channel: 'web', limit: 3, fallback, without: new Set(), candidates };
}
