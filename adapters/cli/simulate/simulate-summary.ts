import { grouped, percentage, renderTable } from '../support/table.ts';
import type { AgainstFixed } from './against-fixed.ts';
import type { AgainstHeldOut } from './against-held-out.ts';
import type { SimulateProgress, SimulateReport } from './simulate.ts';
import type { ActionCounts, HalfCounts } from './tally.ts';

/** The share of the value that was missed: what the best choices would have earned, less what the shown ones did. */
export function regret({ shownValue, bestValue }: Pick<HalfCounts, 'shownValue' | 'bestValue'>): number {
  return bestValue === 0 ? 0 : 1 - shownValue / bestValue;
}

/** The summary as one JSON value, for `--json`. */
export function simulateSummary({ elapsedMs, firstHalf, secondHalf, ...report }: SimulateReport) {
  return {
    ...report,
    seconds: Math.round(elapsedMs) / 1_000,
    firstHalf: halfSummary(firstHalf),
    secondHalf: halfSummary(secondHalf),
  };
}

function halfSummary({ fixedValues: _, ...half }: Readonly<HalfCounts>) {
  return { ...half, regret: regret(half) };
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
    '',
    ...fixedLines(report.againstFixed),
    ...heldOutLines(report.againstHeldOut),
  ].join('\n');
}

function fixedLines({ action, parts, difference }: AgainstFixed): readonly string[] {
  if (action === undefined) return [];
  const figure = (value: number) => value.toFixed(3);
  return [
    renderTable(
      ['Value of a first place', ...parts.map((_, index) => `${index + 1}`)],
      [
        ['chosen', ...parts.map(({ chosen }) => figure(chosen))],
        [`always ${action}`, ...parts.map(({ fixed }) => figure(fixed))],
        ['best permitted', ...parts.map(({ best }) => figure(best))],
      ],
    ),
    '',
    difference
      ? `In the second half a choice is worth ${moreOrLess(difference)} than always ${action}, the best single action where it is permitted ` +
        `(${figure(difference.low)} to ${figure(difference.high)}, however often one looks).`
      : 'Too little was chosen to compare it with a single action.',
  ];
}

function heldOutLines({ heldOut, asked, difference }: AgainstHeldOut): readonly string[] {
  if (!difference) return [];
  const figure = (value: number) => value.toFixed(2);
  return [
    `A visit of the ${grouped(heldOut.shoppers)} shoppers who are held out brings a revenue of ${figure(heldOut.revenue)}, ` +
      `one of the ${grouped(asked.shoppers)} others ${figure(asked.revenue)}: ${moreOrLess(difference)} ` +
      `(${figure(difference.low)} to ${figure(difference.high)}, however often one looks).`,
  ];
}

function moreOrLess({ value }: { readonly value: number }): string {
  return value < 0 ? `${(-value).toFixed(3)} less` : `${value.toFixed(3)} more`;
}

/** The detail beside the progress bar. */
export function simulateDetail({ events, decisions }: SimulateProgress): string {
  return `${grouped(events)} events, ${grouped(decisions)} decisions`;
}

function rates({ impressions, clicks, conversions }: Readonly<ActionCounts>): readonly string[] {
  return [grouped(impressions), percentage(clicks / impressions), percentage(conversions / impressions)];
}
