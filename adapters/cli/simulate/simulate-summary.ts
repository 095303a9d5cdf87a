import { grouped, percentage, renderTable } from '../support/table.ts';
import type { SimulateProgress, SimulateReport } from './simulate.ts';
import type { ActionCounts, HalfCounts } from './tally.ts';

/** The share of the value that was missed: what the best choices would have earned, less what the shown ones did. */
export function regret({ shownValue, bestValue }: Readonly<HalfCounts>): number {
  return bestValue === 0 ? 0 : 1 - shownValue / bestValue;
}

/** The summary as one JSON value, for `--json`. */
export function simulateSummary({ elapsedMs, firstHalf, secondHalf, ...report }: SimulateReport) {
  return {
    ...report,
    seconds: Math.round(elapsedMs) / 1_000,
    firstHalf: { ...firstHalf, regret: regret(firstHalf) },
    secondHalf: { ...secondHalf, regret: regret(secondHalf) },
  };
}

export function renderSimulateSummary(report: SimulateReport): string {
  const { visits, shoppers, events, decisions, elapsedMs, firstHalf, secondHalf } = report;
  const actions = Object.entries(report.byAction).sort(
    ([, left], [, right]) => right.impressions - left.impressions,
  );
  const halves: readonly (readonly [string, Readonly<HalfCounts>])[] = [
    ['First half', firstHalf],
    ['Second half', secondHalf],
  ];
  return [
    `${grouped(visits)} visits of ${grouped(shoppers)} shoppers in ${(elapsedMs / 1_000).toFixed(1)} s: ` +
      `${grouped(events)} events, ${grouped(decisions)} decisions (seed ${report.seed})`,
    '',
    renderTable(
      ['Action', 'Shown', 'Clicked', 'Converted'],
      actions.map(([action, counts]) => [action, ...rates(counts)]),
    ),
    '',
    renderTable(
      ['', 'Shown', 'Clicked', 'Converted', 'Missed value'],
      halves.map(([name, half]) => [name, ...rates(half), percentage(regret(half))]),
    ),
    '',
    'Missed value: how far the shown actions stay behind the best permitted ones, by the tastes that only the simulation knows.',
  ].join('\n');
}

/** The detail beside the progress bar. */
export function simulateDetail({ events, decisions }: SimulateProgress): string {
  return `${grouped(events)} events, ${grouped(decisions)} decisions`;
}

function rates({ impressions, clicks, conversions }: Readonly<ActionCounts>): readonly string[] {
  return [grouped(impressions), percentage(clicks / impressions), percentage(conversions / impressions)];
}
