import { grouped, renderTable } from '../support/table.ts';
import type { ReplayProgress, ReplayReport } from './replay.ts';

/** What the runtime counted while it applied the replayed events. */
export interface AppliedStatistics {
  /** Events that were dropped because their message id had been applied before. */
  readonly duplicates: number;
  /** Decisions that triggers made, by action. */
  readonly decisionsByAction: Readonly<Record<string, number>>;
  /** Digest of all customer states. */
  readonly digest?: string;
}

/** The summary as one JSON value, for `--json`. */
export function replaySummary(report: ReplayReport, statistics: AppliedStatistics) {
  const { elapsedMs, ...counts } = report;
  return {
    ...counts,
    ...statistics,
    seconds: Math.round(elapsedMs) / 1_000,
    eventsPerSecond: eventsPerSecond(report),
  };
}

export function renderReplaySummary(report: ReplayReport, statistics: AppliedStatistics): string {
  const { rows, events, skipped, rejected, eventsSent, elapsedMs } = report;
  const lines = [
    headline(report),
    `${grouped(rows)} rows, ${grouped(events)} events, ${grouped(statistics.duplicates)} duplicates, ` +
      `${grouped(skipped)} passed over, ${grouped(rejected)} rejected`,
  ];
  if (!report.alreadyComplete) {
    const rate = grouped(eventsPerSecond(report));
    lines.push(`${grouped(eventsSent)} events in ${(elapsedMs / 1_000).toFixed(1)} s, ${rate} events/s`);
  }
  lines.push(...rejections(report), ...decisions(statistics));
  if (statistics.digest !== undefined) lines.push(`State digest ${statistics.digest}`);
  return lines.join('\n');
}

/** The detail beside the progress bar. */
export function progressDetail({ events, rejected }: ReplayProgress): string {
  return `${grouped(events)} events${rejected === 0 ? '' : `, ${grouped(rejected)} rejected`}`;
}

function headline(report: ReplayReport): string {
  const { file, map, complete, alreadyComplete, resumedAfterLine } = report;
  if (alreadyComplete) return `${file} was replayed with ${map} before; nothing was sent.`;
  const resumed = resumedAfterLine === 0 ? '' : `, resumed after line ${grouped(resumedAfterLine)}`;
  if (complete) return `Replayed ${file} with ${map}${resumed}.`;
  return `Stopped ${file} with ${map}${resumed}; the same command goes on from here.`;
}

function rejections({ rejected, rejections: told }: ReplayReport): readonly string[] {
  const lines = told.map(({ line, element, reason }) => {
    return `  line ${line}${element === undefined ? '' : `, element ${element}`}: ${reason}`;
  });
  if (rejected > told.length) lines.push(`  and ${grouped(rejected - told.length)} more`);
  return lines.length === 0 ? [] : ['Rejected:', ...lines];
}

function decisions({ decisionsByAction }: AppliedStatistics): readonly string[] {
  const counts = Object.entries(decisionsByAction).sort(([, left], [, right]) => right - left);
  if (counts.length === 0) return [];
  return [
    renderTable(
      ['Action', 'Decisions'],
      counts.map(([action, count]) => [action, grouped(count)]),
    ),
  ];
}

function eventsPerSecond({ eventsSent, elapsedMs }: ReplayReport): number {
  return elapsedMs === 0 ? 0 : Math.round((eventsSent / elapsedMs) * 1_000);
}
