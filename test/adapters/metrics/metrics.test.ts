import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../../adapters/metrics/metrics.ts';

function linesOf(page: string, metric: string): string[] {
  return page.split('\n').filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
}

describe('metrics', () => {
  it('keep at most 1,000 series a metric, whatever labels come, and count the rest together', async () => {
    const metrics = createMetrics({ now: () => 0, withProcess: false });
    const results = ['treated', 'fallback', 'empty', 'failed'] as const;
    for (let index = 0; index < 5_000; index += 1) {
      for (const result of results) metrics.decided(`placement-${index}`, result);
      metrics.outcomeReceived(`outcome-${index}`);
    }
    const { body } = await metrics.page();
    for (const metric of ['nextbest_decisions_total', 'nextbest_outcomes_received_total']) {
      const lines = linesOf(body, metric);
      expect(lines.length).toBeLessThanOrEqual(1_000);
      const sum = lines.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
      expect(sum).toBe(metric === 'nextbest_decisions_total' ? 20_000 : 5_000);
    }
    expect(body).toContain('outcome="_other"');
  });

  it('show the rulebook in force alone', async () => {
    const metrics = createMetrics({ now: () => 0, withProcess: false });
    metrics.rulebookLoaded('a');
    metrics.rulebookLoaded('b');
    metrics.rulebookRejected();
    const { body } = await metrics.page();
    expect(linesOf(body, 'nextbest_rulebook_info')).toEqual(['nextbest_rulebook_info{version="b"} 1']);
    expect(linesOf(body, 'nextbest_rulebook_changes_total')).toContain(
      'nextbest_rulebook_changes_total{result="rejected"} 1',
    );
  });

  it('sum up the customers of each segment over the partitions of this process', async () => {
    const metrics = createMetrics({ now: () => 0, withProcess: false });
    metrics.segmentsCounted(0, new Map([['buyers', 3]]));
    metrics.segmentsCounted(1, new Map(Object.entries({ buyers: 4, lapsed: 1 })));
    const sizes = async () => linesOf((await metrics.page()).body, 'nextbest_segment_customers').sort();
    expect(await sizes()).toEqual([
      'nextbest_segment_customers{segment="buyers"} 7',
      'nextbest_segment_customers{segment="lapsed"} 1',
    ]);
    metrics.segmentsCounted(1, undefined);
    expect(await sizes()).toEqual(['nextbest_segment_customers{segment="buyers"} 3']);
    const many = Array.from({ length: 2_000 }, (_, index) => [`segment-${index}`, 1] as const);
    metrics.segmentsCounted(1, new Map(many));
    expect((await sizes()).length).toBeLessThanOrEqual(1_000);
  });

  it('sum up what is spent of each budget over the partitions of this process', async () => {
    const metrics = createMetrics({ now: () => 0, withProcess: false });
    metrics.budgetsCounted(0, new Map([['pot', { spent: 3, granted: 10 }]]));
    metrics.budgetsCounted(1, new Map([['pot', { spent: 1.5, granted: 2 }]]));
    metrics.budgetsLeft(new Map([['pot', 88]]));
    const { body } = await metrics.page();
    expect(linesOf(body, 'nextbest_budget_spent')).toEqual(['nextbest_budget_spent{budget="pot"} 4.5']);
    expect(linesOf(body, 'nextbest_budget_granted')).toEqual(['nextbest_budget_granted{budget="pot"} 12']);
    expect(linesOf(body, 'nextbest_budget_left')).toEqual(['nextbest_budget_left{budget="pot"} 88']);
    metrics.budgetsCounted(0, undefined);
    const later = linesOf((await metrics.page()).body, 'nextbest_budget_spent');
    expect(later).toEqual(['nextbest_budget_spent{budget="pot"} 1.5']);
  });

  it('tell how the learner fares where it runs, and how old the rows are that decisions are made with', async () => {
    const metrics = createMetrics({ now: () => 60_000, withProcess: false });
    const figures = { waiting: 7, oldestMs: 1_500, solvedMs: 250, models: 4, mature: 1, lost: 0 };
    metrics.learned({ ...figures, learned: 5 });
    metrics.learned({ ...figures, learned: 3 });
    metrics.requestsScoredAt(50_000);
    metrics.foldsScoredAt(0, 30_000);
    metrics.foldsScoredAt(1, 20_000);
    const { body } = await metrics.page();
    expect(linesOf(body, 'nextbest_lessons_waiting')).toEqual(['nextbest_lessons_waiting 7']);
    expect(linesOf(body, 'nextbest_lesson_age_seconds')).toEqual(['nextbest_lesson_age_seconds 1.5']);
    expect(linesOf(body, 'nextbest_lessons_learned_total')).toEqual(['nextbest_lessons_learned_total 8']);
    expect(linesOf(body, 'nextbest_models_mature')).toEqual(['nextbest_models_mature 1']);
    expect(linesOf(body, 'nextbest_scoring_age_seconds').sort()).toEqual([
      'nextbest_scoring_age_seconds{side="folds"} 40',
      'nextbest_scoring_age_seconds{side="requests"} 10',
    ]);
    metrics.learned(undefined);
    metrics.foldsScoredAt(0, undefined);
    metrics.foldsScoredAt(1, undefined);
    const later = (await metrics.page()).body;
    expect(linesOf(later, 'nextbest_lessons_waiting')).toEqual([]);
    expect(linesOf(later, 'nextbest_scoring_age_seconds')).toEqual([
      'nextbest_scoring_age_seconds{side="requests"} 10',
    ]);
  });

  it('tell the rate of the last minute and the total since the start', () => {
    let now = 1_000_000;
    const metrics = createMetrics({ now: () => now, withProcess: false });
    metrics.eventsReceived('http', 'accepted', 120);
    metrics.eventsReceived('http', 'failed', 1_000);
    now += 30_000;
    expect(metrics.activity().events).toEqual({ total: 120, perSecond: 4 });
    now += 60_000;
    metrics.eventsReceived('nats', 'accepted', 60);
    expect(metrics.activity().events).toEqual({ total: 180, perSecond: 1 });
    now += 3_600_000;
    expect(metrics.activity().events).toEqual({ total: 180, perSecond: 0 });
  });
});
