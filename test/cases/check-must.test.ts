import { describe, expect, it } from 'vitest';
import type { CaseAnswer, Must } from './case-format.ts';
import { checkMust } from './check-must.ts';

const treatment = { action: 'voucher', group: 'sales/vouchers', treatment: 'card', content: {}, rank: 1 };
const factors = { P: 0.1, V: 30, C: 1, L: 1.55, cost: 0, priority: 4.65, probability: 1 };
const until = Date.parse('2026-03-02T07:00:00Z');
const answer: CaseAnswer = {
  placements: [
    {
      placement: 'hero',
      treatments: [{ ...treatment, ...factors }],
      reasons: [
        { action: 'voucher', treatment: 'card', code: 'chosen' },
        { action: 'club', code: 'quiet-hours', by: 'night', until },
      ],
    },
    {
      placement: 'side',
      treatments: [],
      fallback: { fallback: true, content: { title: 'Look' } },
      reasons: [],
    },
  ],
  arms: { duel: 'champion' },
  spends: { vouchers: 1 },
};

describe('what is stated by hand', () => {
  const holding: readonly Must[] = [
    { placements: { hero: { shown: ['voucher'], out: { club: 'quiet-hours' }, fallback: null } } },
    { placements: { hero: { out: { club: 'quiet-hours night' }, treatments: { voucher: { L: 1.55 } } } } },
    { placements: { hero: { treatments: { voucher: { priority: 0.1 * 30 * 1.55 } } } } },
    { placements: { hero: { reasons: { club: { by: 'night', until: '2026-03-02T08:00:00+01:00' } } } } },
    { placements: { side: { shown: [], fallback: { title: 'Look' } } } },
    { arms: { duel: 'champion' }, spends: { vouchers: 1 }, putOffUntil: null },
  ];
  it.each(holding.map((must) => [must]))('holds: %j', (must) => {
    expect(checkMust(must, answer)).toEqual([]);
  });

  const failing: readonly Must[] = [
    {},
    { placements: { corner: { shown: [] } } },
    { placements: { hero: { shown: [] } } },
    { placements: { hero: { out: { club: 'consent' } } } },
    { placements: { hero: { out: { club: 'quiet-hours day' } } } },
    { placements: { hero: { out: { other: 'consent' } } } },
    { placements: { hero: { treatments: { voucher: { L: 1.5500001 } } } } },
    { placements: { hero: { treatments: { club: { L: 1 } } } } },
    { placements: { hero: { reasons: { club: { until: '2026-03-02T07:00:00.001Z' } } } } },
    { placements: { side: { fallback: null } } },
    { arms: { duel: 'challenger' } },
    { spends: {} },
    { putOffUntil: '2026-03-02T07:00:00Z' },
  ];
  it.each(failing.map((must) => [must]))('does not hold: %j', (must) => {
    expect(checkMust(must, answer)).toHaveLength(1);
  });
});
