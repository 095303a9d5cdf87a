import {
  type DecideInput,
  type DecisionId,
  defaultTenant,
  type Rulebook,
  userKey,
} from '../../../engine/index.ts';
import type { FeatureCode, ScoringRow, ScoringSet } from '../../../engine/model/propensity-model.ts';
import { bookOf } from '../support/book.ts';
import { noon } from '../support/events.ts';

/** One placement, actions with one or two treatments and values of their own, and what else a test asks for. */
export function weighedBook(
  settings: string,
  {
    exploration = '{ floor: 0.2, uniform: 0.1 }',
    actions = 'abc',
    limit = 2,
    prior = '{ positives: 1, negatives: 9 }',
  } = {},
): Rulebook {
  const offers = [...actions].map(
    (name, index) => `---
action: ${name}
group: sales/${index < 2 ? 'first' : 'second'}
value: ${index + 2}
treatments:
  t: { channel: web, content: {} }
  u: { channel: web, content: {}, value: 3 }
`,
  );
  return bookOf(`channels: { web: { direction: pull } }
placements:
  hero: { channel: web, limit: ${limit}, fallback: {} }
  side: { channel: web, limit: 1, fallback: {}, together: pair }
  foot: { channel: web, limit: 1, fallback: {}, together: pair }
arbitration: { exploration: ${exploration}, prior: ${prior} }
${settings}
${offers.join('')}`);
}

export function inputOf(rulebook: Rulebook, request: Partial<DecideInput> = {}): DecideInput {
  return {
    id: '0-abcdefghijklmnopqrstuvwx' as DecisionId,
    tenant: defaultTenant,
    customer: userKey('ada'),
    state: undefined,
    rulebook,
    model: { version: 0, tallies: {} },
    cause: { kind: 'request', requestId: 'r' },
    seed: 's',
    now: noon,
    placements: ['hero'],
    context: {},
    explain: false,
    budgets: { left: () => 100 },
    ...request,
  };
}

/** Ids 1 to 3: missing, below 10, above; 4 to 7: missing, `blue`, `red`, others. */
export const code: FeatureCode = {
  number: 3,
  predictors: [
    { kind: 'number', name: 'context.age', first: 1, edges: [10] },
    { kind: 'symbol', name: 'context.colour', first: 4, symbols: ['blue', 'red'], overflow: 1 },
  ],
  dimension: 8,
};

export function rowOf(weights: readonly number[], variance = 0): ScoringRow {
  return {
    weights: Float32Array.from(weights),
    variances: new Float32Array(weights.length).fill(variance),
    link: 'logit',
    trials: 100,
    positives: 10,
  };
}

export function setOf(rows: Readonly<Record<string, ScoringRow>>): ScoringSet {
  return { code, rows: new Map(Object.entries(rows)) };
}
