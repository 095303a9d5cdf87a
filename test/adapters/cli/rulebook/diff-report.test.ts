import { expect, it } from 'vitest';
import {
  diffReportJson,
  diffReportMarkdown,
  diffReportText,
} from '../../../../adapters/cli/rulebook/diff-report.ts';
import { changesBy, type Edit } from '../../../engine/rules/diff/books.ts';

const color = false;

function report(...edits: readonly Edit[]) {
  return { before: 'git:main:rules', after: 'rules', changes: changesBy(edits) };
}

/** The sentences alone, without their places. */
function sentences(...edits: readonly Edit[]): readonly string[] {
  const { changes } = diffReportJson(report(...edits)) as {
    readonly changes: readonly { readonly text: string }[];
  };
  return changes.map(({ text }) => text);
}

const several: readonly Edit[] = [
  ['opens, operator: greaterThan, value: 2', 'opens, operator: greaterThan, value: 1'],
  ['limit: 3, within: 24h', 'limit: 2, within: 36h'],
  ['value: 12.5', 'value: 14'],
  ['title: "Ten off"', 'title: "Ten euros off"'],
  ['orders, operator: greaterThanInclusive, value: 1', 'orders, operator: greaterThan, value: 0'],
];

it('tells people who gets fewer and more contacts first, one line a change, with its place', () => {
  expect(diffReportText(report(...several), { color }).split('\n')).toEqual([
    'Who gets contacts',
    '  fewer   policy cap is tightened: limit 3 -> 2, within 1d -> 36h  rules/book.yaml:21',
    '  more    action guide: `applicability` is loosened: now opens > 1, no longer opens > 2  rules/book.yaml:58',
    '',
    'What comes first',
    '  action voucher: value 12.5 -> 14  rules/book.yaml:44',
    '',
    'What is shown',
    '  action voucher: treatments.card.content.title "Ten off" -> "Ten euros off"  rules/book.yaml:52',
    '',
    'Written differently, means the same',
    '  shared condition buyer is written differently and means the same: now orders > 0, no longer orders >= 1; ' +
      'reaches 1 condition: `eligibility` of action voucher (means the same)  rules/book.yaml:16',
    '',
    '4 changes (1 for fewer contacts, 1 for more contacts); 1 condition written differently.',
    '',
  ]);
});

it('prints the same for a pull request, where text of the rules is no markup', () => {
  const markdown = diffReportMarkdown(report(...several, ['"Ten euros off"', '"<b>[Ten](x)</b>"']));
  expect(markdown).toContain('## Rulebook\n\n4 changes (1 for fewer');
  expect(markdown).toContain('### Who gets contacts\n\n- **fewer**: policy cap is tightened: limit 3 -\\> 2');
  expect(markdown).toContain('(`rules/book.yaml:21`)');
  expect(markdown).toContain('"\\<b\\>\\[Ten\\](x)\\</b\\>"');
});

it('says so when both mean the same', () => {
  expect(diffReportText(report(), { color })).toBe('Both mean the same.\n');
  expect(diffReportMarkdown(report())).toBe('## Rulebook\n\nBoth mean the same.\n');
  expect(diffReportJson(report())).toEqual({
    before: 'git:main:rules',
    after: 'rules',
    same: true,
    changes: [],
  });
  const [, , , , rewritten] = several;
  if (rewritten === undefined) throw new Error('there is no such case');
  expect(diffReportText(report(rewritten), { color })).toMatch(
    /\nBoth mean the same; 1 condition written differently.\n$/,
  );
});

it('gives programs every change with its parts and its sentence', () => {
  expect(diffReportJson(report(['limit: 3, within: 24h', 'limit: 4, within: 24h']))).toEqual({
    before: 'git:main:rules',
    after: 'rules',
    same: false,
    changes: [
      {
        kind: 'fields',
        of: 'policy',
        name: 'cap',
        topic: 'contacts',
        reach: 'more',
        at: { side: 'after', file: 'book.yaml', line: 21, column: 80 },
        fields: [{ field: 'limit', before: 3, after: 4, form: 'plain' }],
        affects: [],
        text: 'policy cap is loosened: limit 3 -> 4',
      },
    ],
  });
});

it('points into the old rulebook where something is gone', () => {
  const text = diffReportText(report(['holdout: { share: 0.05 }\n', '']), { color });
  expect(text).toContain('hold-out universal is gone  git:main:rules/book.yaml:32');
});

it.each<readonly [string, readonly Edit[], readonly string[]]>([
  [
    'places of an action that comes',
    [
      [
        '---\naction: guide',
        '---\naction: extra\ngroup: sales\ntreatments: { card: { channel: web } }\n---\naction: guide',
      ],
    ],
    ['new action extra (in hero, side)'],
  ],
  [
    'what a new name leaves behind',
    [
      ['action: voucher', 'action: ten-off'],
      ['actions: [voucher]', 'actions: [ten-off]'],
    ],
    [
      'action ten-off is what was called voucher; its earlier contacts and what was learned stay with the old name',
    ],
  ],
  [
    'times, durations and money as they are written',
    [
      ['until: 2026-12-31', 'until: 2027-01-31'],
      ['value: 12.5', 'value: 12.5\nlever: 20'],
      ['total: 100,', 'total: 99.5,'],
    ],
    [
      'budget vouchers is tightened: total 100 -> 99.5',
      'action voucher: valid.until 2026-12-31 -> 2027-01-31',
      'action voucher: lever 0 -> 20',
    ],
  ],
  [
    'an empty list of a filter as all',
    [['match: { channels: [web], actions: [voucher] }', 'match: { actions: [voucher, guide] }']],
    ['policy cap is tightened: match.channels all, no longer only web, match.actions now also guide'],
  ],
  [
    'a condition that comes and one that goes',
    [
      ['applicability: { fact: opens, operator: greaterThan, value: 2 }\n', ''],
      [
        'action: club\n',
        'action: club\nsuitability: { fact: customer.known, operator: equal, value: true }\n',
      ],
    ],
    [
      'action club: `suitability` is tightened: now customer.known = true, where everybody passed',
      'action guide: `applicability` is loosened: everybody passes, no longer opens > 2',
    ],
  ],
  [
    'a condition that was put together differently as a whole',
    [['  any:\n    - { fact: revenue', '  all:\n    - { fact: revenue']],
    [
      'action club: `applicability` is tightened: now revenue > 100 and orders > 2, no longer revenue > 100 or orders > 2',
    ],
  ],
  [
    'the conditions that a feature reaches, by what becomes of them',
    [['orders: { count: Order Completed, within: 365d }', 'orders: { count: Order Completed }']],
    [
      'feature orders: within is gone: 365d; reaches 4 conditions: `eligibility` of action voucher, ' +
        '`eligibility` of action club, `applicability` of action club (loosened); `when` of trigger cart-left (tightened)',
      'feature orders is counted anew: what it knew of customers comes back with `nextbest rebuild`',
    ],
  ],
  [
    'a rule of consent',
    [['consent:\n', 'consent:\n  - { on: Complaint, denies: marketing }\n']],
    ['new rule of consent: denies marketing'],
  ],
])('says %s', (_title, edits, expected) => {
  expect(sentences(...edits)).toEqual(expected);
});
