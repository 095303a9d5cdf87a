import type { Evaluation, IntervalEstimate, PointEstimate } from '../../../engine/index.ts';
import { renderTable } from '../support/table.ts';
import type { LogJudgement } from './judge-log.ts';

/** A judgement for the terminal: the answer, how far the log resembles the new rules, and the estimates. */
export function judgementText({ report, passedOver, faults, faulty }: LogJudgement): string {
  const { evaluation, words, refusals } = report;
  const parts = [words, ...refusals.slice(1).map((refusal) => refusal.words)];
  if (evaluation) parts.push('', overlapText(evaluation), '', estimatesText(evaluation));
  if (passedOver > 0)
    parts.push('', `${passedOver} lines are outcomes by themselves or were never carried out.`);
  if (faulty > 0) parts.push('', ...faults, `${faulty} decisions could not be read and are missing above.`);
  return parts.join('\n');
}

function overlapText({ rows, clusters, overlap }: Evaluation): string {
  return renderTable(
    ['the log', ''],
    [
      ['decisions', String(rows)],
      ['customers', String(clusters)],
      ['worth in effect', overlap.effectiveSampleSize.toFixed(1)],
      ['mean weight', overlap.meanWeight.toFixed(4)],
      ['largest weight', overlap.largestWeight.toFixed(2)],
      ['its share', `${(overlap.largestShare * 100).toFixed(2)} %`],
      ['never tried', `${(overlap.unsupported * 100).toFixed(2)} %`],
    ],
  );
}

const named = {
  dr: 'doubly robust',
  sndr: 'doubly robust, self-normalised',
  snips: 'weighting, self-normalised',
  ips: 'weighting',
  dm: 'model alone (point)',
  switchDr: 'SWITCH (point)',
  drOs: 'DRos (point)',
  old: 'the log itself',
  difference: 'difference to the log',
} as const;

function estimatesText({ estimates }: Evaluation): string {
  const rows = Object.entries(named).map(([name, words]) => {
    const estimate: PointEstimate | IntervalEstimate = estimates[name as keyof typeof named];
    const interval = 'interval' in estimate ? estimate.interval : undefined;
    const ends = interval ? [interval.low, interval.high].map(figure) : ['', ''];
    return [words, figure(estimate.value), ...ends];
  });
  return renderTable(['value of a decision', '', '95 % from', 'to'], rows);
}

function figure(value: number): string {
  return value.toFixed(6);
}
