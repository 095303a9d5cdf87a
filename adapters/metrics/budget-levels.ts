import { Gauge, type Registry } from 'prom-client';
import { LabelValues, seriesMax } from './label-values.ts';
import type { BudgetAmounts, MetricsRecorder } from './metrics-recorder.ts';

/**
 * How budgets stand, in contacts or in the currency of the book. What is spent and set aside is of the partitions of this
 * process: all processes together have everything once. What is left is of the whole, from whichever process.
 */
export function budgetMetrics(registry: Registry): Pick<MetricsRecorder, 'budgetsCounted' | 'budgetsLeft'> {
  const byPartition = new Map<number, ReadonlyMap<string, BudgetAmounts>>();
  let left: ReadonlyMap<string, number> = new Map();
  const names = new LabelValues(seriesMax - 1);
  const sum = (name: string, help: string, of: (amounts: BudgetAmounts) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['budget'],
      registers: [registry],
      collect() {
        this.reset();
        for (const budgets of byPartition.values()) {
          for (const [budget, amounts] of budgets) this.labels(names.bounded(budget)).inc(of(amounts));
        }
      },
    });
  sum(
    'nextbest_budget_spent',
    'Spent of a budget in its present period, by the partitions that this process works on.',
    ({ spent }) => spent,
  );
  sum(
    'nextbest_budget_granted',
    'Set aside of a budget for the partitions that this process works on, what they spent included.',
    ({ granted }) => granted,
  );
  new Gauge({
    name: 'nextbest_budget_left',
    help: 'What no partition has set aside of a budget in its present period, pace left out of account.',
    labelNames: ['budget'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [budget, amount] of left) this.labels(names.bounded(budget)).set(amount);
    },
  });
  return {
    budgetsCounted: (partition, budgets) => {
      if (budgets) byPartition.set(partition, budgets);
      else byPartition.delete(partition);
    },
    budgetsLeft: (amounts) => {
      left = amounts;
    },
  };
}
