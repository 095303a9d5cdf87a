import type { DiagnosticCode } from '../../../engine/rules/diagnostic-codes.ts';

/** `code, source, found, expected`: a § marks the place that must be reported; the words must stand in the message. */
type Fault = readonly [code: DiagnosticCode, source: string, found: string, expected: string, hint?: string];

const treatments = 'treatments: { t: { channel: web } }';
const worth = (value: string) => `action: a\ngroup: g\nvalue: ${value}\n${treatments}`;
const weighed = (weight: string) => `arbitration:\n  exploration: 0\n  contextWeights:\n    - ${weight}\n`;
const formula = (text: string) => `placements: { extra: { channel: web, fallback: {}, formula: ${text} } }`;

/** Faults in levels, values, costs and formulas. */
export const rankingFaults: Readonly<Record<string, Fault>> = {
  'an unknown way to rank': [
    'NBR_WRONG_VALUE',
    'placements: { extra: { channel: web, fallback: {}, rankBy: §lift } }',
    'the text "lift"',
    '`uplift`',
  ],
  'uplift where propensities do not count': [
    'NBR_WRONG_VALUE',
    'placements: { extra: { channel: web, fallback: {}, without: [§P], rankBy: uplift } }',
    'found `P` beside `rankBy: uplift`',
    'expected it to count',
  ],
  'an action with the name of doing nothing beside uplift': [
    'NBR_WRONG_VALUE',
    `placements: { extra: { channel: web, fallback: {}, rankBy: uplift } }\n---\n§action: none\ngroup: g\n${treatments}`,
    'found that name beside a placement with `rankBy: uplift`',
    'expected another one',
  ],
  'a value that is a text': ['NBR_WRONG_TYPE', worth('§"12"'), 'the text "12"', '`{ fact, default }`'],
  'a value below 0': ['NBR_WRONG_VALUE', worth('§-1'), 'the number -1', 'a number of 0 or more'],
  'a value by an unknown fact': [
    'NBR_UNKNOWN_FACT',
    worth('{ fact: §orders.count_356d, default: 1 }'),
    '`orders.count_356d`',
    'a declared feature',
    '`orders.count_365d`',
  ],
  'a value by a fact that is not known here': [
    'NBR_FACT_NOT_HERE',
    worth('{ fact: §event.properties.total }'),
    '`event.properties.total`',
    'features, `traits.*`',
  ],
  'an unknown field of a value': [
    'NBR_UNKNOWN_FIELD',
    worth('{ fact: traits.margin, §otherwise: 3 }'),
    '`otherwise`',
    '`default`',
  ],
  'an expression that does not end': [
    'NBR_BAD_EXPRESSION',
    worth('{ expression: §"0.3 * (traits.margin" }'),
    'found the end',
    'expected `)` (character 21)',
  ],
  'an expression that computes with texts': [
    'NBR_BAD_EXPRESSION',
    worth(`{ expression: §"traits.margin * 'much'" }`),
    'found a text',
    'expected a number (character 17)',
  ],
  'an expression with an unknown fact': [
    'NBR_UNKNOWN_FACT',
    worth('{ expression: §"2 * orders.count_356d" }'),
    '`orders.count_356d` (character 5)',
    'declared features',
    '`orders.count_365d`',
  ],
  'an expression with a fact that is not known here': [
    'NBR_FACT_NOT_HERE',
    worth('{ expression: §"2 * event.properties.total" }'),
    '`event.properties.total`',
    'features, `traits.*`',
  ],
  'an expression that reads a factor outside a formula': [
    'NBR_UNKNOWN_FACT',
    worth('{ expression: §"2 * P" }'),
    '`P`',
    'declared features',
  ],
  'a cost by an unknown fact': [
    'NBR_UNKNOWN_FACT',
    `action: a\ngroup: g\ncost: { web: { fact: §orders.price } }\n${treatments}`,
    '`orders.price`',
    'a declared feature',
  ],
  'a cost that depends on the customer and is paid from a budget of money': [
    'NBR_WRONG_VALUE',
    `action: a\ngroup: g\nbudgets: [vouchers]\ncost: { web: §{ fact: traits.price } }\n${treatments}`,
    'depends on the customer',
    'a number that is written out',
  ],
  'a formula with a factor that does not exist': [
    'NBR_UNKNOWN_FACT',
    formula('§"P * W"'),
    '`W` (character 5)',
    '`P`, `V`, `C`, `L` and `cost`',
  ],
  'a formula that is none': ['NBR_BAD_EXPRESSION', formula('§"P V"'), 'found `V`', 'an operator'],
  'a formula that is true or false': [
    'NBR_BAD_EXPRESSION',
    formula('§"P > 0.5"'),
    'true or false',
    'expected a number',
  ],
  'a lever below -100': [
    'NBR_WRONG_VALUE',
    `action: a\ngroup: g\nlever: §-120\n${treatments}`,
    'the number -120',
    'a number from -100 to 10000',
  ],
  'a lever of a treatment beyond all bounds': [
    'NBR_WRONG_VALUE',
    'action: a\ngroup: g\ntreatments: { t: { channel: web, lever: §20000 } }',
    'the number 20000',
    'a number from -100 to 10000',
  ],
  'a group of which two levels speak': [
    'NBR_DUPLICATE',
    'hierarchy:\n  general/reviews: §{ lever: 20 }',
    '`general/reviews`',
    'once',
  ],
  'an unknown field of a level': [
    'NBR_UNKNOWN_FIELD',
    'hierarchy:\n  retention/vouchers: { §levers: 20 }',
    '`levers`',
    '`lever`',
    '`lever`',
  ],
  'a time of an action outside that of its group': [
    'NBR_WRONG_VALUE',
    `hierarchy: { g: { valid: { until: 2026-06-30 } } }\n---\naction: a\ngroup: g\nvalid: §{ from: 2026-07-01 }\n${treatments}`,
    'one that lies outside',
    'that of its group and issue',
  ],
  'a time of a treatment outside that of its action': [
    'NBR_WRONG_VALUE',
    'action: a\ngroup: g\nvalid: { until: 2026-06-30 }\ntreatments:\n  t: { channel: web, valid: §{ from: 2026-07-01 } }',
    'one that lies outside',
    'that of its action',
  ],
};

/** The same, in the one setting that the sound book has already. */
export const weightFaults: Readonly<Record<string, Fault>> = {
  'a weight that says twice when it applies': [
    'NBR_CONFLICTING_FIELDS',
    weighed(
      '{ when: { fact: context.a, operator: equal, value: 1 }, context: §{ key: a, value: 1 }, weight: 20 }',
    ),
    'found both',
    '`when` or `context`',
  ],
  'a weight that does not say when it applies': [
    'NBR_MISSING_FIELD',
    weighed('§{ weight: 20, actions: [review] }'),
    'found neither',
    '`when` or `context`',
  ],
  'a weight for an unknown treatment': [
    'NBR_UNKNOWN_TREATMENT',
    weighed('{ context: { key: a, value: 1 }, treatments: [§win-back/heros], weight: 20 }'),
    '`win-back/heros`',
    'one of the action `win-back`',
    '`win-back/hero`',
  ],
  'a weight for a treatment of an unknown action': [
    'NBR_UNKNOWN_ACTION',
    weighed('{ context: { key: a, value: 1 }, treatments: [§winback/hero], weight: 20 }'),
    '`winback`',
    'an action of the book',
    '`win-back`',
  ],
  'a weight below -100': [
    'NBR_WRONG_VALUE',
    weighed('{ context: { key: a, value: 1 }, weight: §-101 }'),
    'the number -101',
    'a number from -100 to 10000',
  ],
};
