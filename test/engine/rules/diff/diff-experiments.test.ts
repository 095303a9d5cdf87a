import { describe, expect, it } from 'vitest';
import { diffRulebooks } from '../../../../engine/index.ts';
import { bookOf } from '../../support/book.ts';
import { type Edit, edited, inShort, oldYaml } from './books.ts';

const withExperiments = `${oldYaml}---
experiments:
  looks: { treatments: { action: voucher, arms: { a: [card], b: [letter] } } }
  offers: { actions: { arms: { a: [voucher], b: [club] }, weights: { a: 3, b: 1 } } }
  quiet: { holdout: { share: 0.1, match: { channels: [web], groups: [sales] } } }
  chance: { modelControl: { share: 0.02 } }
`;

const cases: readonly (readonly [title: string, edits: readonly Edit[], expected: readonly string[]])[] = [
  [
    'a larger share of a hold-out',
    [['share: 0.1,', 'share: 0.2,']],
    ['contacts fewer: experiment quiet holdout.share 0.1 -> 0.2'],
  ],
  [
    'a hold-out from less',
    [['channels: [web], groups: [sales]', 'channels: [web], groups: [sales/loyalty]']],
    [
      'contacts more: experiment quiet holdout.match.groups ["sales/loyalty","sales/vouchers"] -> ["sales/loyalty"]',
    ],
  ],
  [
    'a hold-out from more channels',
    [['channels: [web], groups', 'groups']],
    ['contacts fewer: experiment quiet holdout.match.channels ["web"] -> []'],
  ],
  [
    'another salt, which deals the customers anew',
    [['quiet: { holdout', 'quiet: { salt: again, holdout']],
    ['contacts other: experiment quiet salt "quiet" -> "again"'],
  ],
  [
    'a hold-out that ends',
    [['quiet: { holdout', 'quiet: { valid: { until: 2027-01-01 }, holdout']],
    ['contacts more: experiment quiet valid.until 8640000000000000 -> 1798848000000'],
  ],
  [
    'other treatments in an arm',
    [['b: [letter] } } }', 'b: [letter, card] } } }']],
    ['contacts other: experiment looks treatments.arms.b ["letter"] -> ["card","letter"]'],
  ],
  [
    'a further arm, which takes its share from the others',
    [['arms: { a: [voucher], b: [club] }', 'arms: { a: [voucher], b: [club], c: [guide] }']],
    [
      'contacts other: experiment offers actions.arms.c none -> ["guide"], actions.weights {"a":0.75,"b":0.25} -> {"a":0.6,"b":0.2,"c":0.2}',
    ],
  ],
  [
    'other weights of the arms',
    [['weights: { a: 3, b: 1 }', 'weights: { a: 1, b: 1 }']],
    ['contacts other: experiment offers actions.weights {"a":0.75,"b":0.25} -> {"a":0.5,"b":0.5}'],
  ],
  [
    'more customers for whom chance ranks',
    [['modelControl: { share: 0.02 }', 'modelControl: { share: 0.05 }']],
    ['contacts other: experiment chance modelControl.share 0.02 -> 0.05'],
  ],
  [
    'another salt of a model control, and its end',
    [['chance: { modelControl', 'chance: { salt: again, valid: { until: 2027-01-01 }, modelControl']],
    [
      'contacts other: experiment chance salt "chance" -> "again", valid.until 8640000000000000 -> 1798848000000',
    ],
  ],
  [
    'a model control that is gone',
    [['  chance: { modelControl: { share: 0.02 } }\n', '']],
    ['contacts other: experiment chance removed'],
  ],
  ['the order of arms alone', [['a: [voucher], b: [club]', 'b: [club], a: [voucher]']], []],
  [
    'an experiment of another kind under the same name',
    [
      [
        'looks: { treatments: { action: voucher, arms: { a: [card], b: [letter] } } }',
        'looks: { holdout: { share: 0.5 } }',
      ],
    ],
    ['contacts fewer: experiment looks added', 'contacts other: experiment looks removed'],
  ],
  [
    'a new name, which is another experiment',
    [['quiet: { holdout', 'still: { holdout']],
    ['contacts fewer: experiment still added', 'contacts more: experiment quiet removed'],
  ],
  [
    'placements that share less, must differ more and go together',
    [
      ['side: { channel: web,', 'side: { channel: web, together: pair, diversity: { by: group, max: 1 },'],
      ['hero: { channel: web,', 'hero: { channel: web, duplicates: allow,'],
    ],
    [
      'contacts fewer: placement side together none -> "pair", diversity.by none -> "group", diversity.max none -> 1',
      'contacts more: placement hero duplicates "never" -> "allow"',
    ],
  ],
];

describe('a change of an experiment or of a placement is told as', () => {
  it.each(cases)('%s', (_title, edits, expected) => {
    const changes = diffRulebooks(bookOf(withExperiments), bookOf(edited(withExperiments, edits)));
    expect(changes.map(inShort).sort()).toEqual([...expected].sort());
    const back = diffRulebooks(bookOf(edited(withExperiments, edits)), bookOf(withExperiments));
    expect(back).toHaveLength(changes.length);
  });
});

it('a renamed action is known again in experiments', () => {
  const renamed = edited(withExperiments, [
    ['action: voucher', 'action: coupon'],
    ['a: [voucher]', 'a: [coupon]'],
    ['actions: [voucher]', 'actions: [coupon]'],
  ]);
  expect(diffRulebooks(bookOf(withExperiments), bookOf(renamed)).map(inShort)).toEqual([
    'learning: action coupon was voucher',
  ]);
});
