import { expect, it } from 'vitest';
import { changesBack, changesBy, type Edit, inShort } from './books.ts';

type Case = readonly [title: string, edits: readonly Edit[], expected: readonly string[]];

const sales = (more: string): Edit => ['sales: { lever: 20 }', `sales: { lever: 20, ${more} }`];
const loyal = '{ fact: customer, operator: inSegment, value: loyal }';

const cases: readonly Case[] = [
  [
    'the lever of a group',
    [['sales: { lever: 20 }', 'sales: { lever: 20 }, sales/vouchers: { lever: -30 }']],
    ['ranking: hierarchy sales/vouchers lever 0 -> -30'],
  ],
  [
    'the purpose and the time of an issue',
    [sales('purpose: research, valid: { from: 2026-11-01 }')],
    [
      'contacts fewer: hierarchy sales purpose none -> "research", valid.from -8640000000000000 -> 1793491200000',
    ],
  ],
  [
    'a condition that an issue asks now',
    [sales('suitability: { fact: traits.angry, operator: notEqual, value: true }')],
    ['contacts fewer: hierarchy sales suitability tightened + traits.angry is not true'],
  ],
  [
    'a condition that went from an action up to its group',
    [
      ['value: 8\neligibility: { fact: customer, operator: inSegment, value: loyal }\n', 'value: 8\n'],
      ['sales: { lever: 20 }', `sales: { lever: 20 }, sales/loyalty: { eligibility: ${loyal} }`],
    ],
    [
      'learning: hierarchy sales/loyalty eligibility moved + segment loyal',
      'learning: action club eligibility moved - segment loyal',
    ],
  ],
  [
    'a condition that went up to the issue, where another action lies as well',
    [
      ['value: 8\neligibility: { fact: customer, operator: inSegment, value: loyal }\n', 'value: 8\n'],
      sales(`eligibility: ${loyal}`),
    ],
    [
      'contacts fewer: hierarchy sales eligibility tightened + segment loyal',
      'learning: action club eligibility moved - segment loyal',
    ],
  ],
  [
    'what a treatment is worth, costs and asks',
    [
      [
        'letter: { channel: email, content: { subject: Voucher } }',
        'letter: { channel: email, content: { subject: Voucher }, value: 20, cost: 1, lever: 10, ' +
          'valid: { until: 2026-12-01 }, applicability: { fact: quiet, operator: greaterThan, value: 60 } }',
      ],
    ],
    [
      'contacts fewer: action voucher treatments.letter.valid.until 8640000000000000 -> 1796169600000',
      'contacts fewer: action voucher treatments.letter.applicability tightened + quiet > 60',
      'ranking: action voucher treatments.letter.value none -> 20, treatments.letter.cost none -> 1, treatments.letter.lever 0 -> 10',
    ],
  ],
  [
    'a value that is read from a fact now',
    [['value: 12.5', 'value: { fact: revenue, default: 3 }']],
    ['ranking: action voucher value 12.5 -> "revenue, else 3"'],
  ],
  [
    'a cost that is computed now',
    [['value: 8\n', 'value: 8\ncost: { web: { expression: "if(orders>3,0.04,0.02)", default: 0.03 } }\n']],
    ['ranking: action club cost.web 0 -> "if(orders > 3, 0.04, 0.02), else 0.03"'],
  ],
  [
    'a formula',
    [['side: { channel: web, fallback: {} }', 'side: { channel: web, fallback: {}, formula: "P*V" }']],
    ['ranking: placement side formula none -> "P * V"'],
  ],
  [
    'the treatments of a context weight',
    [['actions: [guide], weight: 30', 'actions: [guide], treatments: [guide/card], weight: 30']],
    [
      'ranking: arbitration arbitration contextWeights.0 none -> {"weight":30,"when":"context.weather = \\"rain\\"","for":["guide","guide/card"]}',
      'ranking: arbitration arbitration contextWeights.0 {"weight":30,"when":"context.weather = \\"rain\\"","for":["guide"]} -> none',
    ],
  ],
  [
    'a context weight in its short form',
    [
      [
        'when: { fact: context.weather, operator: equal, value: rain }',
        'context: { key: weather, value: rain }',
      ],
    ],
    [],
  ],
  ['the same level under its short name', [['sales: { lever: 20 }', 'sales: { lever: 20.0 }']], []],
];

it.each(cases)('%s', (_, edits, expected) => {
  expect(changesBy(edits).map(inShort)).toEqual(expected);
});

it('tells no change of an expression that is only written in another way', () => {
  const expression = (text: string): Edit => ['value: 12.5', `value: { expression: "${text}" }`];
  const one = changesBy([expression('(revenue*2)')]).map(inShort);
  expect(one).toEqual(changesBy([expression('revenue * 2')]).map(inShort));
  expect(one).toEqual(['ranking: action voucher value 12.5 -> "revenue * 2, else 0"']);
});

it('tells of an expression whose fact got another name that the fact did, and no more', () => {
  const edits: readonly Edit[] = [['revenue', 'turnover']];
  const expression: Edit = ['value: 12.5', 'value: { expression: "revenue * 2" }'];
  const [told, ...more] = changesBack([expression, ...edits]).map(inShort);
  expect([told, ...more].filter((line) => line?.includes('action voucher value'))).toEqual([
    'ranking: action voucher value "turnover * 2, else 0" -> 12.5',
  ]);
});

it('points at the level and its field', () => {
  const [change] = changesBy([['sales: { lever: 20 }', 'sales: { lever: 30 }']]);
  expect(change?.at).toMatchObject({ side: 'after', file: 'book.yaml' });
  expect(change?.at.line).toBeGreaterThan(1);
});
